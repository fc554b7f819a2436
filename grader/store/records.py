"""The records that only the store itself gives and takes."""

from __future__ import annotations

from dataclasses import dataclass

from grader.runs import Publication


@dataclass(frozen=True)
class Kept:
    """One result to be kept: a record (a dataclass), and bytes that belong to it."""

    stage: str
    key: str
    subject: str
    record: object
    blob: bytes = b""


@dataclass(frozen=True)
class RunSummary:
    """A run without its plan and its state."""

    number: int
    at: str
    command: str
    finished: bool
    publications: tuple[Publication, ...] = ()
