"""Kinds of findings that only a class looked at together, or code that is read, can show."""
