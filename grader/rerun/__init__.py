"""Running a submission again: first our own code on its weights, then its own code."""
