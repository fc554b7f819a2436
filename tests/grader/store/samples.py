"""Records to be stored: fixed ones, and hypothesis strategies for any."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from grader.outcomes import (
    Case,
    Checked,
    Counted,
    Decision,
    Figure,
    Judged,
    MarkPart,
    Offence,
    OwnScore,
    Ruling,
    Scored,
    State,
)
from grader.records import Entrant, Owner, Student, Submission, Team
from grader.runs import Basis, Plan, Planned
from validators.findings import Finding, Place, Severity
from validators.report import Fault

FINDING = Finding("csv.x", Severity.BLOCKS, Place("a.csv", 3), "found 1; expected 2.", "Mend it.")
CHECKED = Checked((FINDING,), (Counted("handout", 3, 10),))
BASIS = Basis("rules", "answers", "own", (("check", "abc"),))
PLAN = Plan("submissions", "{}", BASIS, (Planned("a.zip", "check", "k1"),))
DRAFT = Decision(0, "2024-05-20T10:00:00+08:00", "ta", "0240309", "csv.x", "dismiss", "our slip")


def state(name: str = "a") -> State:
    case = Case(Entrant(Student(name), "p1"), Figure("0.12345", "own", "v1"), (FINDING,))
    parts = (MarkPart("baseline", Fraction(80), "reached"), MarkPart("rank", Fraction(1, 3), "x"))
    return State("own", 1, (Judged(case, "accepted", (), 1, parts=parts, total="80.33"),))


# No decoder of Python's gives a high surrogate followed by a low one; see grader/store/codec.py.
SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
texts = st.text(st.characters()).filter(lambda text: not SPLIT_PAIR.search(text))
numbers = st.one_of(
    st.booleans(), st.none(), st.floats(), st.integers(), st.integers(-(10**40), 10**40),
    st.sampled_from([0, 1, 0.0, 1.0, -0.0, "1", "1.0", "true", "null", "NaN"]),
)  # fmt: skip
plain: Any = st.recursive(
    st.one_of(numbers, texts), lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=8
)
few: Any = {"max_size": 2}


def tuples(inner: Any) -> Any:
    return st.lists(inner, **few).map(tuple)


maybe_line = st.one_of(st.none(), st.integers())
places = st.builds(Place, texts, maybe_line, st.one_of(st.none(), texts))
findings = st.builds(
    Finding, texts, st.sampled_from(Severity), places, texts, texts,
    tuples(st.tuples(texts, plain)),
)  # fmt: skip
faults = st.builds(Fault, texts, texts, texts, texts)
counts = st.builds(Counted, texts, st.integers(), st.integers())
checked = st.builds(Checked, tuples(findings), tuples(counts), tuples(faults))
figures = st.floats(allow_nan=True, allow_infinity=True)
own_scores = st.builds(
    OwnScore, texts, texts, st.integers(), figures, figures, figures, texts, figures,
    st.one_of(st.none(), figures), st.one_of(st.none(), figures),
)  # fmt: skip
scored = st.builds(Scored, tuples(own_scores), tuples(faults))
points = st.fractions()
decisions = st.builds(
    Decision, st.integers(), texts, texts, texts, texts,
    st.sampled_from(["confirm", "dismiss", "set", "withdraw", "appeal"]), texts,
    st.one_of(st.none(), points), texts, texts,
)  # fmt: skip
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.one_of(
    st.none(), st.datetimes(), st.datetimes(datetime(1980, 1, 1), timezones=zones)
)  # fmt: skip
owners = st.builds(Owner, texts, texts, st.booleans(), moments)
submissions = st.builds(
    Submission, texts, st.sampled_from(["zip", "folder", "loose files"]), tuples(texts),
    tuples(texts), owners, st.integers(), texts, tuples(texts), texts,
)  # fmt: skip
entrants = st.builds(
    Entrant, st.builds(Student, texts, texts, texts, tuples(texts)), texts,
    st.one_of(st.none(), submissions), tuples(texts), tuples(submissions),
    st.one_of(st.none(), st.builds(Team, texts, texts, tuples(texts))), tuples(texts), st.just(()),
    moments, st.sampled_from(["in time", "late", "early", "unknown"]), st.integers(), st.integers(),
)  # fmt: skip
cases = st.builds(
    Case, entrants, st.one_of(st.none(), st.builds(Figure, texts, st.just("own"), texts)),
    tuples(findings), tuples(counts), tuples(st.tuples(texts, texts)), tuples(faults),
    tuples(texts), tuples(texts),
)  # fmt: skip
judged = st.builds(
    Judged, cases, st.sampled_from(["accepted", "rejected", "withheld"]), tuples(texts),
    st.one_of(st.none(), st.integers()),
    tuples(st.builds(Ruling, texts, st.just("waits"), texts, st.integers())),
    tuples(st.builds(Offence, texts, st.integers(), texts, tuples(texts))),
    tuples(st.builds(MarkPart, texts, points, texts, tuples(texts))),
    st.one_of(st.none(), texts),
)  # fmt: skip
states = st.builds(State, st.just("private"), st.integers(), tuples(judged))
