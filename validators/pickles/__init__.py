"""Pickles read as text is read: what they ask for is written down, and nothing of it is done.

Unpickling is running a program: a pickle may import any function and call it. Here that
program is followed step by step on paper. An import becomes a `Global`, a call becomes a
`Call` that holds the function's name and its arguments, and plain data becomes plain data.
Whoever reads the result decides which names it knows; nothing is ever imported or called.
"""

from __future__ import annotations

from validators.pickles.machine import OPERATIONS, read_next_pickle, read_pickle
from validators.pickles.source import BYTES, Source
from validators.pickles.values import (
    Call,
    Global,
    PersistentId,
    Pickle,
    PickledDict,
    PickledSet,
    PickleTrouble,
)

__all__ = [
    "BYTES",
    "OPERATIONS",
    "Call",
    "Global",
    "PersistentId",
    "Pickle",
    "PickleTrouble",
    "PickledDict",
    "PickledSet",
    "Source",
    "read_next_pickle",
    "read_pickle",
]
