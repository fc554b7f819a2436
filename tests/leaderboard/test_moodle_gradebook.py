"""Moodle's gradebook import is all or nothing: what we write never fails it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from leaderboard.audience import Audience, view_of
from leaderboard.board_file import write_board
from leaderboard.cli import leaderboard
from leaderboard.exporting import Exported, ExportError, Given
from leaderboard.moodle_gradebook import HEADERS, gradebook
from tests.leaderboard.example import board, example
from tests.leaderboard.importers import Gradebook

USERS = {
    "id": tuple(f"990094{n}" for n in range(5)),
    "email": tuple(f"S{n}@example.edu" for n in range(5)),
    "username": tuple(f"990094{n}" for n in range(5)),
}
MARKS = {n: Decimal("93.33") for n in (0, 1, 2, 4)}


def exported(tree: dict[str, object] | None = None, **given: object) -> Exported:
    return gradebook(view_of(board(tree), Audience.TA), Given(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize("key", HEADERS)
def test_every_mark_arrives_and_who_has_none_is_named(key: str) -> None:
    found = exported(key=key)
    site = Gradebook(USERS[key])
    grades = site.take(found.files[0][1], HEADERS[key], "HW4 <i>")
    assert grades == {USERS[key][n]: mark for n, mark in MARKS.items()}
    assert found.said[0] == "4 marks written, 1 left out"
    assert found.said[-1] == "9900943: left out: has no mark yet"


def test_a_missing_key_leaves_the_entrant_out_of_the_file() -> None:
    tree = example()
    del tree["entries"][0]["email"]
    found = exported(tree, key="email")
    assert "9900944: left out: has no email address" in found.said
    assert len(Gradebook(USERS["email"]).take(found.files[0][1], HEADERS["email"], "HW4 <i>")) == 3


def test_an_address_of_two_entrants_is_nobodys() -> None:
    tree = example()
    tree["entries"][0]["email"] = "S0@EXAMPLE.edu"
    found = exported(tree, key="email")
    shared = [text for text in found.said if "shares the email address" in text]
    assert [text[:7] for text in shared] == ["9900940", "9900944"]
    assert len(Gradebook(USERS["email"]).take(found.files[0][1], HEADERS["email"], "HW4 <i>")) == 2


@pytest.mark.parametrize("key", ["0", "=1+1", "@x", "＝1", "a\u202eb", "-5x"])
def test_a_key_that_would_harm_is_left_out(key: str) -> None:
    tree = example()
    for letter, entry in zip("abcde", tree["entries"]):
        entry["pseudonym"] = f"bird-of-{letter * 3}"
    tree["entries"][0]["entrant"] = key
    found = exported(tree)
    assert len(Gradebook(USERS["id"]).take(found.files[0][1], "ID number", "HW4 <i>")) == 3
    assert sum("left out" in text for text in found.said[1:]) == 2


def test_the_feedback_is_a_column_of_its_own() -> None:
    data = exported(feedback=True, column="=HW4").files[0][1]
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["ID number", "'=HW4", "'=HW4 feedback"]
    assert rows[1][2].startswith("93.33 of 100 points. baseline: 80 (reached); rank: 13.33")
    assert Gradebook(USERS["id"]).take(data, "ID number", "'=HW4")


MOST = [
    (Decimal(100), None),
    (Decimal(150), "warning: the full mark is 100 of the item's 150 points"),
    (None, "the grade item in Moodle must take 100 points"),
]


@pytest.mark.parametrize(("most", "said"), MOST)
def test_the_items_maximum_is_told(most: Decimal | None, said: str | None) -> None:
    notes = exported(max_points=most).said[1:-1]
    assert bool(notes) == (said is not None)
    assert said is None or notes[0].startswith(said)


def test_marks_out_of_more_than_the_item_takes_are_refused() -> None:
    with pytest.raises(ExportError, match="Set the item's maximum in Moodle to 100"):
        exported(max_points=Decimal("99.5"))


def test_over_the_usual_hundred_the_site_has_to_allow_it() -> None:
    tree = example()
    tree["max_mark"] = "120"
    assert "over 100 the site must allow it" in exported(tree).said[1]


@pytest.mark.parametrize("column", ["ID NUMBER", " "])
def test_a_column_that_can_not_be_told_apart_is_refused(column: str) -> None:
    with pytest.raises(ExportError, match="Give another with --column"):
        exported(column=column)


def test_the_command_writes_it_for_the_teaching_side_only(tmp_path: Path) -> None:
    source, out = tmp_path / "b.json", tmp_path / "out.csv"
    write_board(board(), source)
    given = ["export", str(source), "--format", "moodle-gradebook", "--output", str(out)]
    assert CliRunner().invoke(leaderboard, given).exit_code == 2
    done = CliRunner().invoke(leaderboard, [*given, "--audience", "ta", "--max-points", "100"])
    assert done.exit_code == 0
    assert "4 marks written, 1 left out" in done.output
    assert Gradebook(USERS["id"]).take(out.read_bytes(), "ID number", "HW4 <i>")
