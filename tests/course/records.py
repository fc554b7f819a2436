"""The records of a made-up class: who they are, what they handed in, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Literal, Optional

from grader.outcomes import Verdict
from grader.records import About, Timing
from tests.course.contents import Files, Kit, ordinary
from tests.course.packings import plain

Door = Literal["moodle", "trailing", "anonymous", "flat", "attempt"]
"""The form in which the course site exports it; "attempt" is Blackboard's, which tells the time."""
Form = Literal["zip", "files", "folder"]
Score = tuple[str, str]
"""What Kaggle shows on the public and on the private leaderboard."""

IN_TIME = "2024-05-13 20:15:00"
ZIP, REPORT = "HW4_{id}_{name}.zip", "HW4_{id}_{name}.pdf"


@dataclass(frozen=True)
class Handed:
    """One package as it was handed in; `codes` are those that block or warn in it, no others.

    `shown` replaces the time as the worksheet writes it. What doesn't `count` was superseded, or
    is nobody's as long as a question is open.
    """

    codes: frozenset[str] = frozenset()
    files: Callable[[Kit], Files] = ordinary
    packing: Callable[[Files], bytes] = plain
    name: str = ZIP
    form: Form = "zip"
    door: Door = "moodle"
    at: str = IN_TIME
    shown: str = ""
    report: Optional[str] = REPORT
    counts: bool = True


@dataclass(frozen=True)
class OnKaggle:
    """One team on the leaderboards; the benchmark is Kaggle's own row and has the rank 0."""

    score: Score
    name: str = "{id}_{name}"
    benchmark: bool = False


@dataclass(frozen=True)
class Asked:
    """A question that must come up: about which of the person's packages or teams."""

    about: About
    number: int = 0


@dataclass(frozen=True)
class Person:
    """Somebody who left traces: an id, a name, what they did, and where it can be seen."""

    id: str
    name: str
    did: str
    handed: tuple[Handed, ...] = ()
    teams: tuple[OnKaggle, ...] = ()
    asked: tuple[Asked, ...] = ()
    email: str = "s{id}@example.edu"


@dataclass(frozen=True)
class Member(Person):
    """A student of the roster, and what grading must make of them.

    `more` are the codes that only the class shows; `penalties` are kind, number and penalty. Who
    lacks something `waits_for` all that nothing says anything about, and has the codes of `later`
    when that is answered.
    """

    more: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    waits_for: tuple[About, ...] = ()
    verdict: Verdict = "accepted"
    penalties: tuple[tuple[str, int, str], ...] = ()
    timing: Timing = "in time"

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all findings about them that block or warn."""
        counting = [each.codes for each in self.handed if each.counts]
        return self.more.union(*counting)

    @property
    def needs_decision(self) -> bool:
        """Whether the teaching side must say something before there is a mark."""
        return bool(self.asked or self.waits_for)


def score_of(person: Person) -> Score:
    """What the predictions score that the person sent; some figure for who isn't on Kaggle."""
    return person.teams[0].score if person.teams else ("0.15000", "0.15500")
