"""The compressed model: read without torch, and its non-zero parameters counted."""
