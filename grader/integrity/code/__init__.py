"""Likeness of code: what of two works agrees beyond what everybody was given.

`extract` reads one submission into tokens (in a worker process), `compare` looks at a class.
"""
