"""A made-up class of 24: what each of them did, how that was made, and what must come of it."""
