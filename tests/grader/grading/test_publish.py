"""The board of a state: every field that an audience may see, and nothing left beside it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from grader.grading.publish import board_of, publish_board, published_run
from grader.outcomes import Case, Counted, Figure, Judged, MarkPart, Ruling, Standing, State
from grader.records import Entrant, Student, Team
from grader.runs import Publication
from grader.settings import BoardSettings
from grader.work_folder import BOARD
from leaderboard.board import Board, Mark, Part
from leaderboard.board_file import read_board
from tests.grader.judging.classes import HW4, with_marks

ENTRANT = Entrant(
    Student("9900101", "An\x1bExample", "an@example.edu"), "E-1",
    team=Team("7", "9900101_Fox"), participant="101",
)  # fmt: skip
CASE = Case(
    ENTRANT, Figure("0.20", "private", "kaggle|x"), counted=(Counted("handout", 3, 10),),
    quality=(("own score", "0.2"),),
)  # fmt: skip
PARTS = (
    MarkPart("baseline", Fraction(80), "reached"),
    MarkPart("rank", Fraction(40, 3), "2 of\x1b 3"),
    MarkPart("penalties", Fraction(-10), ""),
)
JUDGED = Judged(CASE, "accepted", ("late:\x1b 5 s", ""), 1, parts=PARTS, total="83.33")
OUT = Judged(Case(Entrant(Student("9900102"), "E-2")), "withheld", ("unfinished: check",))
STATE = State("private", 1, (JUDGED, OUT))
WORD = Publication(4, "2024-06-01T10:00:00+08:00", "Ada", "first")


def board(state: State = STATE, **settings: object) -> Board:
    return board_of(state, WORD, HW4, BoardSettings.model_validate(settings))


def test_an_entry_has_everything_that_is_known() -> None:
    entry, other = board().entries
    assert (entry.entrant, entry.pseudonym, entry.name, entry.email, entry.participant) == (
        "9900101", "E-1", "An\\x1bExample", "an@example.edu", "101"
    )  # fmt: skip
    assert (entry.team_name, entry.display_name) == ("9900101_Fox", "Fox")
    assert (entry.verdict, entry.rank, entry.score, entry.signature) == (
        "accepted", 1, Decimal("0.20"), "kaggle|x"
    )  # fmt: skip
    assert [(r.counting, r.nonzero, r.parameters) for r in entry.ratios] == [("handout", 3, 10)]
    assert [(fact.name, fact.value) for fact in entry.quality] == [("own score", "0.2")]
    assert (entry.waits, other.waits) == ((), ())
    assert entry.notes == ("late:\\x1b 5 s",)
    assert entry.mark == Mark(
        total=Decimal("83.33"),
        parts=(
            Part(name="baseline", points="80", why="reached", most="80"),
            Part(name="rank", points="40/3", why="2 of\\x1b 3", most="20"),
            Part(name="penalties", points="-10", why="penalties", most=None),
        ),
    )
    assert (other.mark, other.rank, other.score, other.team_name) == (None, None, None, None)
    assert other.notes[0].startswith("unfinished: check: this part of the grading is not done")


def test_the_head_tells_the_run_and_the_rules() -> None:
    found = board(names="display", shows=["mark"])
    assert (found.published_at, found.max_mark, found.baseline) == (
        "2024-06-01 10:00 (Asia/Taipei)", Decimal(100), HW4.metric.baseline
    )  # fmt: skip
    facts = {fact.name: fact.value for fact in found.facts}
    assert (facts["run"], facts["ranked"]) == ("4", "1 of 2")
    assert facts["scores"] == "Kaggle's private leaderboard"
    assert str(HW4.model.max_ratio if HW4.model else "") in facts["ratio"]
    assert (found.public.names, found.public.shows) == ("display", ("mark",))


MOMENTS = [
    ("2024-06-01T18:30:00+00:00", "2024-06-02 02:30 (Asia/Taipei)"),
    ("2024-06-01T18:30:00", "2024-06-01T18:30:00"),
    ("t1", "t1"),
]


@pytest.mark.parametrize(("at", "shown"), MOMENTS)
def test_the_time_is_told_in_the_zone_of_the_course(at: str, shown: str) -> None:
    found = board_of(STATE, replace(WORD, at=at), HW4, BoardSettings())
    assert found.published_at == shown


def test_what_a_mark_is_worth_is_that_of_the_rules() -> None:
    rules = with_marks(baseline_points=Decimal(50), rank_points=Decimal("12.5"))
    parts = (MarkPart("baseline", Fraction(50), "x"), MarkPart("rank", Fraction(10), "y"))
    state = replace(STATE, judged=(replace(JUDGED, parts=parts, total="60.00"),))
    found = board_of(state, WORD, rules, BoardSettings())
    assert found.max_mark == Decimal("62.50")
    assert found.entries[0].mark is not None
    assert [part.most for part in found.entries[0].mark.parts] == ["50", "12.5"]


def test_what_waits_for_the_ta_is_on_the_board_for_them() -> None:
    standings: dict[str, Standing] = {"a.b": "waits", "c.d": "confirmed", "e.f": "stale"}
    rulings = tuple(Ruling(code, standing, "") for code, standing in standings.items())
    state = replace(STATE, judged=(replace(JUDGED, rulings=rulings),))
    assert board(state).entries[0].waits == ("a.b", "e.f")


def test_a_team_name_that_matches_no_pattern_shows_no_nickname() -> None:
    entrant = replace(ENTRANT, team=Team("7", "An Example"))
    state = replace(STATE, judged=(replace(JUDGED, case=replace(CASE, entrant=entrant)),))
    assert board(state).entries[0].display_name is None


def test_an_endless_text_is_cut_to_what_the_board_takes() -> None:
    state = replace(STATE, judged=(replace(JUDGED, reasons=("x" * 5_000,)),))
    assert board(state).entries[0].notes == ("x" * 2_000,)


def test_what_a_killed_run_had_begun_to_write_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".leaderboard-x1").write_text("half", "utf-8")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    path = publish_board(STATE, WORD, HW4, BoardSettings(), tmp_path)
    assert path == tmp_path / BOARD
    assert sorted(each.name for each in tmp_path.iterdir()) == [BOARD, "notes.txt"]
    assert read_board(path) == board()
    assert published_run(tmp_path) == 4


@pytest.mark.parametrize("text", [None, "", "{}", '{"format": 1, "facts": []}'])
def test_a_board_that_cant_be_read_is_of_no_run(text: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / BOARD).write_text(text, "utf-8")
    assert published_run(tmp_path) is None
