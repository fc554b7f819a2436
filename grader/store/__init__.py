"""The store of a work folder: everything that grading keeps, safe from whatever stops it."""

from grader.store.records import Kept, RunSummary
from grader.store.store import DATABASE, LOCK, Store, open_store, read_store
from grader.store.trouble import HeldError, NothingThereError, StoreError

__all__ = [
    "DATABASE",
    "LOCK",
    "HeldError",
    "Kept",
    "NothingThereError",
    "RunSummary",
    "Store",
    "StoreError",
    "open_store",
    "read_store",
]
