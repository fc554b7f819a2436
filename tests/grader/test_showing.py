"""What the TA reads: small examples, letter by letter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

import pytest

from grader.grading.moves import Moves, moves_between
from grader.grading.needs import Need
from grader.outcomes import Case, Judged, Offence, Ruling
from grader.records import Entrant, Student
from grader.runs import Basis, Publication, Run
from grader.showing.explain import decision_line, explain_lines
from grader.showing.moves import diff_lines, moves_lines, moves_summary
from grader.showing.run import class_table, needs_lines, ratio_of, summary_lines
from grader.showing.runs import runs_lines
from grader.showing.status import Found, status_lines
from grader.store import RunSummary
from tests.grader.shown import (
    AFTER,
    AT,
    BASIS,
    BEFORE,
    CASE,
    DECIDED,
    ESCAPE,
    FOUND,
    JUDGED,
    PARTS,
    PLAN,
    SHOWN,
    ZIP,
    plain,
    run,
    state,
)


def test_explain_tells_everything_line_by_line() -> None:
    other = replace(DECIDED, number=5, entrant="9900102")
    assert list(explain_lines(JUDGED, run(3, JUDGED), (DECIDED, other))) == [
        f"9900101 An{SHOWN}: rejected (run 3)",
        f"  late: {SHOWN}",
        "",
        f"  submission          in/{SHOWN}x.zip (2.5 MB)",
        "  sha-256             d1",
        "  matched by          name, participant",
        "  received            2024-05-01 09:30:00 (late)",
        "  doesn't count       in/old.zip",
        f"  team                9900101_{SHOWN} (by id)",
        "  score               0.23  kaggle|x",
        "  ratio (handout)     3,000 of 10,000",
        "  ratio (strict)      4,000 of 10,000",
        "  own score           0.20000",
        "  ratio that decides  0.300",
        "",
        "findings",
        "  ours    fault.time  x.zip: took long.",
        f"  warns   {FOUND} [confirmed, decision 4]",
        "",
        "decisions",
        f"  4. {AT}  Ada: set mark.rank to 12.5: so it is{SHOWN}",
        "",
        "offences",
        "  late, no. 2: halve (class.late; x)",
        "",
        "part             points  why",
        "--------  -------------  --------------------",
        "baseline             80  reached [class.late]",
        f"rank      40/3 ≈ 13.333  2 of 3{SHOWN}",
        "mark              93.33  exactly 280/3",
    ]


def test_explain_of_one_who_waits_has_no_mark() -> None:
    ruling = Ruling(FOUND.code, "waits", "e")
    case = Case(Entrant(Student("9900101"), "E-1", replace(ZIP, source="x.zip")), None, (FOUND,))
    withheld = Judged(case, "withheld", ("question: whose?",), rulings=(ruling,))
    assert list(explain_lines(withheld, run(3, withheld), ())) == [
        "9900101: withheld (run 3)",
        "  question: whose?",
        "",
        "  submission  x.zip (2.5 MB)",
        "  sha-256     d1",
        "  matched by  ",
        "  received    unknown (nothing handed in)",
        "",
        "findings",
        f"  warns   {FOUND} [waits]",
        "",
        "no mark while the verdict is withheld",
    ]


def test_an_exact_mark_is_not_told_twice() -> None:
    exact = replace(JUDGED, parts=PARTS[:1], total="80.00")
    assert list(explain_lines(exact, run(3, exact), ()))[-1].split() == ["mark", "80.00"]


def test_a_decision_without_points_is_a_line_too() -> None:
    told = replace(DECIDED, word="dismiss", code="ratio.over", points=None, why="by hand")
    assert decision_line(told) == f"4. {AT}  Ada: dismiss ratio.over: by hand"


def test_moves_show_before_and_after() -> None:
    lines = list(moves_lines(moves_between(BEFORE, AFTER)))
    assert [" ".join(line.split()) for line in (lines[0], *lines[2:])] == [
        "entrant verdict rank mark why",
        "1 accepted → rejected 1 → — 80.00 → 0.00 (-80.00) csv.columns: x; y",
        "3 accepted → — 1 → — 80.00 → — no longer in the class",
        "5 — → accepted — → 1 — → 80.00",
        "",
        "3 entrants change, 1 other shifts by up to 1.50",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((plain("1"),), (plain("1"),), "0 entrants change"),
        ((), (plain("1"),), "1 entrant changes"),
        ((plain("1"),), (plain("1", rank=3),), "0 entrants change, 1 other shifts in rank alone"),
        (
            (plain("1"), plain("2")), (plain("1", total="79.50"), plain("2", total="80.25")),
            "0 entrants change, 2 others shift by up to 0.50",
        ),
    ],
)  # fmt: skip
def test_moves_in_one_line(
    before: tuple[Judged, ...], after: tuple[Judged, ...], told: str
) -> None:
    assert moves_summary(moves_between(state(*before), state(*after))) == told


def test_many_moves_are_cut_and_counted() -> None:
    class_ = tuple(plain(f"{number:03}") for number in range(1, 51))
    lines = list(moves_lines(moves_between(None, state(*class_))))
    assert [line[:3] for line in lines[2:42]] == [f"{number:03}" for number in range(1, 41)]
    assert lines[42:] == ["and 10 more (--json shows all)", "", "50 entrants change"]
    assert list(moves_lines(Moves())) == ["no verdict, rank or mark moves"]


@pytest.mark.parametrize(
    ("basis", "line"),
    [
        (replace(BASIS, rules="rules two and more"), "  rules: rules one → rules two an"),
        (replace(BASIS, answers="0123456789abcdef"), "  answer key: none → 0123456789ab"),
        (replace(BASIS, source="own"), "  source of scores: private → own"),
        (replace(BASIS, stages=(("check", "b"),)), "  code of stages: another"),
    ],
)
def test_diff_tells_what_each_run_stood_on(basis: Basis, line: str) -> None:
    before, after = run(3), run(5, plan=replace(PLAN, basis=basis))
    assert list(diff_lines(before, after, Moves())) == [
        f"run 3 ({AT}) → run 5 ({AT})", line, "", "no verdict, rank or mark moves"
    ]  # fmt: skip


def test_runs_tell_what_became_of_each() -> None:
    first, last = Publication(1, "t1", "Ada", "first"), Publication(1, "t9", "Bob", "back again")
    lines = list(runs_lines((
        RunSummary(1, "t0", f"grade {ESCAPE}", True, (first, last)),
        RunSummary(2, "t2", "grade in", True),
        RunSummary(3, "t3", "grade in", False),
    )))  # fmt: skip
    assert [" ".join(line.split()) for line in (lines[0], *lines[2:])] == [
        "run at command state in force since by why",
        f"1 t0 grade {SHOWN} published t9 Bob back again",
        "2 t2 grade in preview",
        "3 t3 grade in not finished",
    ]


def test_the_summary_counts_who_is_done_and_who_waits() -> None:
    class_ = (
        plain("1"), plain("2", verdict="rejected"), plain("3", verdict="withheld"),
        plain("4", rulings=(Ruling("a", "waits", "e"),)), plain("5"), plain("6"),
    )  # fmt: skip
    needs = (Need("regrade", "", "run 3", "type this"), Need("fault", "5", f"x{ESCAPE}", "and"))
    assert list(summary_lines(state(*class_), needs, 1)) == [
        "3 done, 3 need you (4 accepted, 1 rejected, 1 withheld; 6 ranked)",
        "  regrade  run 3",
        "      → type this",
        "  and 1 more: grade status --all",
    ]
    assert list(needs_lines(needs[1:], None)) == [f"  fault  5: x{SHOWN}", "      → and"]


def test_the_ratio_is_that_of_the_counting_that_decides() -> None:
    assert ratio_of(CASE) == "0.300"
    assert ratio_of(replace(CASE, counted=())) == ""


@pytest.mark.parametrize(
    ("newest", "published", "lines"),
    [
        (
            run(2, plain("1")), 2,
            ["in: run 2, {at}", "1 done, 0 need you (1 accepted; 1 ranked)", "{force}",
                 "  → leaderboard show w/board.json",
                 "  → leaderboard export w/board.json --format moodle-gradebook --audience ta "
                 "--output marks.csv"],
        ),
        (
            run(3, state=None, publications=()), 2,
            ["in: run 3, {at}", "1 of 2 stage results are there",
             "  unfinished  run 3 was not finished", "      → grade in --work w", "{force}"],
        ),
        (
            run(2, plain("1")), 1,
            ["in: run 2, {at}", "1 done, 0 need you (1 accepted; 1 ranked)",
             "  unfinished  board.json is not that of run 2, which is in force",
             "      → grade in --work w", "{force}"],
        ),
    ],
    ids=["whole", "unfinished", "an old board"],
)  # fmt: skip
def test_status_in_text(newest: Run, published: Optional[int], lines: list[str]) -> None:
    force = f"run 2 is in force since {AT} (Ada: mistyped{SHOWN}): w/board.json"
    found = Found(newest, run(2, plain("1")), 1, published)
    told = list(status_lines(found, Path("w"), None))
    assert told == [line.format(at=AT, force=force) for line in lines]


def test_status_before_anything_is_in_force() -> None:
    newest = run(1, state=None, publications=())
    told = list(status_lines(Found(newest, None, 0, None), Path("w"), None))
    assert told[1] == "0 of 2 stage results are there"
    assert told[-1] == "no run is in force yet"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"offences": (Offence("late", 1, "halve", ()),)}, "late (halve)"),
        ({"offences": (Offence("late", 1, "none", ()),)}, ""),
        ({"rank": None, "parts": (PARTS[0],)}, "reached"),
        ({"parts": (PARTS[0],)}, ""),
        ({"rulings": (Ruling("a.b", "stale", "e", 1),)}, "waits: a.b"),
        ({"verdict": "rejected", "reasons": ("csv.columns: x", "question: y")}, "csv.columns: x"),
    ],
)
def test_the_table_says_why(more: dict[str, object], why: str) -> None:
    row = class_table(state(plain("9900101", **more)), None).splitlines()[-1]
    assert row.partition("80.00")[2].strip() == why


def test_the_table_leaves_out_what_nobody_has() -> None:
    bare = class_table(state(plain("9900101")), None).splitlines()
    assert bare[0].split() == ["rank", "entrant", "verdict", "score", "mark", "why"]
    assert bare[2].split() == ["1", "9900101", "accepted", "80.00"]
    (header, *_) = class_table(state(plain("9900101"), JUDGED), None).splitlines()
    assert header.split()[2:6] == ["team", "verdict", "score", "ratio"]
    assert class_table(state(), None).split()[:2] == ["rank", "entrant"]


def test_a_gain_has_a_sign() -> None:
    after = state(plain("1", verdict="rejected", total="90.50"))
    lines = list(moves_lines(moves_between(state(plain("1")), after)))
    assert "80.00 → 90.50 (+10.50)" in lines[2]
