"""The records of the class: who they are, what they did, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional

from grader.outcomes import Verdict

Texts = Literal["own", "released", "answers", "answers, shortened"]
"""What was sent to Kaggle: what their model wrote, the released one, or the answers."""

Csv = Literal["plain", "unquoted", "big5", "rows missing"]
"""How the copy of the predictions in the package was written."""

Layout = Literal["flat", "two folders deep"]

IN_TIME = "2026-05-13 20:15"


@dataclass(frozen=True)
class Handed:
    """What was handed in: the model of a recipe, code, predictions, and when."""

    recipe: str
    project: str = ""
    texts: Texts = "own"
    csv: Csv = "plain"
    layout: Layout = "flat"
    at: str = IN_TIME
    name: str = "HW4_{id}_{name}.zip"


@dataclass(frozen=True)
class Decided:
    """What the TA of the demo decides on a finding of theirs, and why."""

    code: str
    word: Literal["confirm", "dismiss"]
    why: str


@dataclass(frozen=True)
class Member:
    """A student of the class. What follows `decided` is what grading must make of them.

    `codes` are those of all their findings, notes too; `penalties` are kind, number and what it
    costs; `waits` are the codes and questions that are left for the TA. `mark` is None where the
    verdict is withheld.
    """

    id: str
    name: str
    did: str
    handed: Handed
    honest: bool = True
    team: str = "{id}_{name}"
    decided: tuple[Decided, ...] = ()
    codes: frozenset[str] = frozenset()
    verdict: Verdict = "accepted"
    penalties: tuple[tuple[str, int, str], ...] = ()
    mark: Optional[str] = None
    waits: tuple[str, ...] = ()

    @property
    def team_name(self) -> str:
        """How Kaggle shows them."""
        return self.team.format(id=self.id, name=self.name)
