"""Grading a class: from what was handed in to the state that is in force."""
