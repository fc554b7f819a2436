"""What can be wrong with a work folder, told so that the TA knows what to do."""

from __future__ import annotations


class StoreError(Exception):
    """The work folder can't be used; the text says what is wrong and what to do about it."""


class NothingThereError(StoreError):
    """Nothing has been graded in the folder; the text says how to begin."""


class HeldError(StoreError):
    """Another process is at work in the folder; the text says which."""
