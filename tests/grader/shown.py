"""Records that are shown, with a text in each place where a student may have written one."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from grader.outcomes import (
    Case,
    Counted,
    Decision,
    Figure,
    Judged,
    MarkPart,
    Offence,
    Ruling,
    State,
)
from grader.records import Entrant, Student, Submission, Team
from grader.runs import Basis, Plan, Planned, Publication, Run
from validators.class_codes import LATE
from validators.findings import Place
from validators.report import Fault

AT = "2024-06-01T10:00:00+08:00"
ESCAPE, SHOWN = "\x1b[31m", "\\x1b[31m"
ZIP = Submission(f"in/{ESCAPE}x.zip", "zip", (), bytes=2_500_000, digest="d1")
OLD = Submission("in/old.zip", "zip", ())
ENTRANT = Entrant(
    Student("9900101", f"An{ESCAPE}"), "E-1", ZIP, ("name", "participant"), (OLD,),
    Team("7", f"9900101_{ESCAPE}"), ("id",), received=datetime(2024, 5, 1, 9, 30), timing="late",
)  # fmt: skip
FOUND = LATE.at(Place("x.zip"), "came 5 s late.")
CASE = Case(
    ENTRANT, Figure("0.23", "private", "kaggle|x"), (FOUND,),
    (Counted("handout", 3_000, 10_000), Counted("strict", 4_000, 10_000)),
    (("own score", "0.20000"),), (Fault("fault.time", "x.zip", "took long."),),
)  # fmt: skip
PARTS = (
    MarkPart("baseline", Fraction(80), "reached", (FOUND.code,)),
    MarkPart("rank", Fraction(40, 3), f"2 of 3{ESCAPE}"),
)
JUDGED = Judged(
    CASE, "rejected", (f"late: {ESCAPE}",), 2,
    (Ruling(FOUND.code, "confirmed", "e", 4),), (Offence("late", 2, "halve", ("class.late", "x")),),
    PARTS, "93.33",
)  # fmt: skip
BASIS = Basis("rules one", "", "private", (("check", "a"),))
PLAN = Plan("in", "{}", BASIS, (Planned("x", "check", "k"), Planned("y", "check", "l")))
DECIDED = Decision(
    4, AT, "Ada", "9900101", "mark.rank", "set", f"so it is{ESCAPE}", Fraction(25, 2)
)  # fmt: skip


def state(*class_: Judged) -> State:
    return State("private", len(class_), class_)


def run(number: int, *class_: Judged, **more: Any) -> Run:
    published = (Publication(number, AT, "Ada", f"mistyped{ESCAPE}"),)
    values = {"state": state(*class_), "publications": published, "plan": PLAN, **more}
    return Run(number, AT, "grade in", **values)


def plain(student: str, **more: Any) -> Judged:
    values = {"verdict": "accepted", "reasons": (), "rank": 1, "total": "80.00", **more}
    return Judged(Case(Entrant(Student(student), f"E-{student}")), **values)


BEFORE = state(plain("1"), plain("2", rank=2), plain("3"), plain("4"))
AFTER = state(
    plain("1", verdict="rejected", rank=None, total="0.00", reasons=("csv.columns: x", "y")),
    plain("2", rank=1, total="81.50"), plain("4"), plain("5"),
)  # fmt: skip
