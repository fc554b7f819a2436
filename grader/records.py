"""The grader's records: what was handed in, who the students are, and who stands on Kaggle."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Optional

Kind = Literal["zip", "folder", "loose files"]
Timing = Literal["in time", "late", "early", "unknown", "nothing handed in"]
About = Literal["submission", "time", "choice", "team"]


@dataclass(frozen=True)
class Owner:
    """Whose a submission is by the course site's own naming; empty where that doesn't say."""

    participant: str = ""
    name: str = ""
    group: bool = False
    received: Optional[datetime] = None
    """When the layout says it arrived, in local time; file times are worthless after a download."""


@dataclass(frozen=True)
class Submission:
    """One package as received; `source` is its path inside the export and names it uniquely.

    `files` are the paths that it consists of, `beside` what lay next to it (the report, say),
    `ids_inside` the student ids in the names of both. `trouble` says why it can't be read.
    """

    source: str
    kind: Kind
    files: tuple[str, ...]
    beside: tuple[str, ...] = ()
    owner: Owner = Owner()
    bytes: int = 0
    digest: str = ""
    ids_inside: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def name(self) -> str:
        """What the package itself is called."""
        return self.source.rpartition("/")[2]


@dataclass(frozen=True)
class Student:
    """One row of the roster; `other_names` are further spellings of the same name."""

    id: str
    name: str = ""
    email: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """One team of Kaggle's leaderboard."""

    id: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entrant:
    """Who submits, with the submission that counts, those that don't, and the team on Kaggle.

    The `…_by` fields name the keys by which each was matched, the first one in their order first.
    `received` is None where the time is unknown; an unknown time is never a late one.
    """

    student: Student
    pseudonym: str
    submission: Optional[Submission] = None
    submission_by: tuple[str, ...] = ()
    others: tuple[Submission, ...] = ()
    team: Optional[Team] = None
    team_by: tuple[str, ...] = ()
    other_teams: tuple[Team, ...] = ()
    received: Optional[datetime] = None
    timing: Timing = "nothing handed in"
    seconds_late: int = 0
    seconds_early: int = 0
    participant: str = ""
    """The course site's number of the student, which its grading worksheet knows them by."""


@dataclass(frozen=True)
class Candidate:
    """One possible answer to a question, and what speaks for it."""

    answer: str
    label: str
    why: str

    def __str__(self) -> str:
        named = f"{self.answer} {self.label}".strip()
        return f"{named} ({self.why})"


@dataclass(frozen=True)
class Question:
    """A match that waits for the TA: what is unclear, and what could be answered."""

    about: About
    subject: str
    asks: str
    candidates: tuple[Candidate, ...] = ()
    asked: str = field(init=False)
    """A short digest of the question, so that an answer to other facts is recognised as stale."""

    def __post_init__(self) -> None:
        told = "\n".join((self.key, self.asks, *map(str, self.candidates)))
        digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
        # A letter first, or a spreadsheet would make a number of one that is all digits.
        object.__setattr__(self, "asked", f"q{digest[:11]}")

    @property
    def key(self) -> str:
        """The question's own name, the same in every run and never a number to a spreadsheet."""
        return f"{self.about} {self.subject}"
