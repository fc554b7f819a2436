"""What the TA reads in a window of 80 columns: laid out for it, and nothing cut unsaid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader.grading.moves import Moves, moves_between
from grader.grading.request import Graded
from grader.outcomes import Judged, MarkPart
from grader.runs import Publication
from grader.showing.explain import explain_lines
from grader.showing.folding import table_lines
from grader.showing.graded import graded_lines
from grader.showing.moves import diff_lines, moves_lines
from grader.showing.run import class_table
from grader.showing.runs import runs_lines
from grader.store import RunSummary
from leaderboard.terminal import display_width
from tests.grader.shown import JUDGED, PARTS, plain, run, state
from tests.grader.test_showing_graded import FOUND

WHY = "rerun.full-model: full_model_results, 1st offence: half of the mark"
LONG = f"{WHY}; weights.shared: special_rule, 2nd offence: the mark is 0"


def named(student: str, name: str, **more: object) -> Judged:
    """An entrant of whom the roster has the name."""
    judged = plain(student, **more)
    entrant = replace(judged.case.entrant, student=replace(judged.case.entrant.student, name=name))
    return replace(judged, case=replace(judged.case, entrant=entrant))


def widest(lines: Iterable[str]) -> int:
    return max(display_width(each) for line in lines for each in line.split("\n"))


def words(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


REJECTED = named(
    "9900118",
    "Ivan Horvat",
    verdict="rejected",
    rank=None,
    total="0.00",
    reasons=tuple(LONG.split("; ")),
)
BEFORE = state(plain("9900118", total="98.89"))
AFTER = state(REJECTED)


def test_the_parts_of_a_mark_with_a_penalty_stay_a_table() -> None:
    penalty = MarkPart("penalty: full_model_results (1st)", Fraction(-40), LONG, ("rerun", "x"))
    judged = replace(JUDGED, parts=(*PARTS[:1], penalty), total="40.00")
    lines = list(explain_lines(judged, run(3, judged), (), 80))
    table = lines[len(lines) - lines[::-1].index("") :]
    assert widest(table) <= 80
    assert [set(line) for line in table if line.startswith("--")] == [{"-", " "}]
    start = table[0].index("why")
    assert {line[:start].strip() for line in table[4:-1]} == {""}, "why goes on below itself"
    assert " ".join(line[start:] for line in table[3:-1]) == f"{LONG} [rerun, x]"
    assert table[3][:start].split()[-1] == "−40"


def test_a_fact_with_a_long_name_takes_no_room_from_the_others() -> None:
    case = replace(JUDGED.case, observed=(("a name of a fact that is longer than most", "1"),))
    lines = list(explain_lines(replace(JUDGED, case=case), run(3, JUDGED), (), 80))
    assert "  a name of a fact that is longer than most  1" in lines
    assert "  sha-256             d1" in lines


@pytest.mark.parametrize("way", ["moves", "diff", "since"])
def test_moves_are_laid_out_for_the_window(way: str) -> None:
    moves = moves_between(BEFORE, AFTER)
    before, after = run(2, state=BEFORE), run(5, state=AFTER)
    lines = {
        "moves": lambda: list(moves_lines(moves, 80)),
        "diff": lambda: list(diff_lines(before, after, moves, 80)),
        "since": lambda: list(
            graded_lines(Graded(after, before, Moves(), after, FOUND, 7), Path("w"), False, 80)
        ),
    }[way]()
    table = "\n".join(lines).split("\n")
    start = next(at for at, line in enumerate(table) if line.startswith("entrant  verdict"))
    assert set(table[start + 1]) == {"-", " "}
    assert widest(table[start : start + 9]) <= 80
    at = table[start].index("why")
    assert LONG in words(line[at:] for line in table[start:])


def test_a_reason_that_is_cut_says_so() -> None:
    judged = plain("1", verdict="rejected", reasons=("word " * 90,))
    (row,) = (line for line in moves_lines(moves_between(None, state(judged))) if "word" in line)
    assert row.endswith("…")


def test_runs_are_told_whole_in_a_narrow_window() -> None:
    at = "2026-11-22T03:26:57+00:00"
    command = "grade decide 9900117 predictions.full-model"
    published = Publication(3, at, "root", "the released model gives these texts")
    runs = (RunSummary(3, at, command, True, (published,)), RunSummary(4, at, command, False))
    lines = list(runs_lines(runs, 80))
    assert widest(lines) <= 80
    assert f"      {command}" in lines
    assert f"in force since {at} (root): the released model gives these texts" in words(lines)
    assert lines[-2:] == [f"4     {at}  not finished", f"      {command}"]
    assert list(runs_lines(runs, 300)) == list(runs_lines(runs))


@pytest.mark.parametrize("width", [60, 80, 95])
def test_a_narrow_table_of_the_class_says_who_it_is_and_why(width: int) -> None:
    class_ = state(JUDGED, REJECTED, named("9900119", "Giulia Conti"))
    text = class_table(class_, width)
    assert widest([text]) <= width
    assert text.split()[:4] == ["rank", "entrant", "name", "verdict"]
    assert "Ivan Horvat" in text
    assert "Giulia Conti" in text
    start = text.find("why") if width == 95 else 6
    assert LONG in words(line[start:] for line in text.splitlines())


def test_a_window_that_is_wide_enough_changes_nothing() -> None:
    class_ = state(JUDGED, REJECTED)
    assert class_table(class_, 300) == class_table(class_, None)
    rows = [("a", "b")]
    assert list(table_lines(("x", "y"), rows, 80)) == list(table_lines(("x", "y"), rows, None))
    assert next(table_lines(("x", "y"), [], 80)).split() == ["x", "y"]
