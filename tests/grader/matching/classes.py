"""A class on disk, matched as `grade collect` does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.class_list import ClassList, Sources, read_class
from grader.records import Entrant, Question
from tests.grader.exports import ROSTER, RULES, as_folder, leaderboard, roster, worksheet
from validators.rules import Rules


@dataclass(frozen=True)
class Course:
    """The files of a course under one folder; what is left out isn't there."""

    home: Path
    rules: Rules = RULES

    def read(
        self,
        files: Iterable[tuple[str, bytes]],
        *,
        students: Optional[Sequence[Sequence[str]]] = ROSTER,
        participants: Sequence[Sequence[str]] = (),
        teams: Sequence[Sequence[str]] = (),
    ) -> ClassList:
        sources = Sources(
            as_folder(self.home / "in", files),
            self.home / "work",
            None if students is None else roster(self.home / "roster.csv", students),
            worksheet(self.home / "grades.csv", participants) if participants else None,
            (leaderboard(self.home / "board.csv", teams),) if teams else (),
        )
        return read_class(sources, self.rules)

    @property
    def matches(self) -> Path:
        return self.home / "work" / "matches.csv"

    def decide(self, key: str, decision: str) -> None:
        """Fill in the decision as a TA does in a spreadsheet."""
        import csv
        import io

        rows = list(csv.reader(io.StringIO(self.matches.read_bytes().decode("utf-8-sig"))))
        found = [row for row in rows if row[0] == key]
        assert len(found) == 1, [row[0] for row in rows]
        found[0][-1] = decision
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";").writerows(rows)
        self.matches.write_bytes(out.getvalue().encode("utf-8-sig"))


def entrant(found: ClassList, number: str) -> Entrant:
    return next(each for each in found.matching.entrants if each.student.id == number)


def asked(found: ClassList) -> list[str]:
    return [question.key for question in found.matching.open]


def question(found: ClassList, key: str) -> Question:
    return next(each for each in found.matching.questions if each.key == key)
