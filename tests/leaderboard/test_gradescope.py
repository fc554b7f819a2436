"""Each results.json is what Gradescope documents, and its score is the mark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.audience import Audience, view_of
from leaderboard.board import Part
from leaderboard.board_file import write_board
from leaderboard.cli import leaderboard
from leaderboard.exporting import Given
from leaderboard.feedback import CLOSING
from leaderboard.gradescope import _test, gradescope, safe_name
from tests.leaderboard.example import board, example
from tests.leaderboard.importers import gradescope_score


def results(tree: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    found = gradescope(view_of(board(tree), Audience.TA), Given())
    return {name: json.loads(data) for name, data in found.files}


def test_the_score_is_the_mark_and_nothing_shows_before_it_is_published() -> None:
    found = results()
    assert sorted(found) == [f"990094{n}/results.json" for n in (0, 1, 2, 4)]
    for each in found.values():
        assert gradescope_score(each) == 93.33
        assert (each["visibility"], each["stdout_visibility"]) == ("after_published", "hidden")


def test_a_part_is_a_test_and_the_values_have_no_rank() -> None:
    one = results()["9900940/results.json"]
    assert one["tests"] == [
        {
            "number": "1",
            "name": "baseline",
            "score": 80.0,
            "max_score": 80.0,
            "status": "passed",
            "output": "reached",
        },
        {
            "number": "2",
            "name": "rank",
            "score": 13.33,
            "status": "passed",
            "output": "rank 1 < 9. Exactly 40/3 points.",
        },
    ]
    assert one["leaderboard"] == [
        {"name": "ROUGE-Lsum", "value": 0.4, "order": "desc"},
        {"name": "ratio", "value": 0.3, "order": "asc"},
    ]


def test_the_output_says_what_the_codes_mean_and_whom_to_ask() -> None:
    tree = example()
    tree["entries"][-1]["notes"] = ["late: half of the mark", "late means: came\x1b late."]
    assert results(tree)["9900940/results.json"]["output"].split("\n") == [
        "93.33 of 100 points in HW4 <i>",
        "late: half of the mark.",
        "late means: came\\x1b late.",
        CLOSING,
    ]


PASSED = [("20", "passed"), ("0.5", "passed"), ("40/3", "passed"), ("0", "failed")]


@pytest.mark.parametrize(("points", "status"), PASSED)
def test_a_part_of_the_points_is_no_failure(points: str, status: str) -> None:
    assert _test(1, Part(name="rank", points=points, why="-", most="20"))["status"] == status


def test_a_deduction_takes_nothing_from_the_mark_twice() -> None:
    tree = example()
    tree["higher_is_better"] = False
    for entry in tree["entries"]:
        entry.update(verdict="rejected", rank=None)
        if "mark" in entry:
            entry["mark"]["parts"] += [
                {"name": "copied\x1b", "points": "-13", "why": "confirmed"},
                {"name": "none", "points": "0", "why": "-"},
                {"name": "half", "points": "0", "why": "-", "most": "10"},
            ]
            entry["mark"]["total"] = "80.33"
    one = results(tree)["9900940/results.json"]
    assert gradescope_score(one) == 80.33
    minus, nothing, half = one["tests"][2:]
    assert (minus["score"], minus["max_score"], minus["status"]) == (-13.0, 0.0, "failed")
    assert minus["name"] == "copied\\x1b"
    assert "status" not in nothing
    assert half["status"] == "failed"
    assert "leaderboard" not in one, "only a ranked entry stands on a leaderboard"


def test_lower_is_better_turns_the_order() -> None:
    tree = example()
    tree["higher_is_better"] = False
    for entry in tree["entries"]:
        if entry.get("rank"):
            entry["rank"] = {"0.40": 4, "0.30": 2, "0.3": 2, "0.20": 1}[entry["score"]]
    assert results(tree)["9900944/results.json"]["leaderboard"][0]["order"] == "asc"


def test_a_student_gets_one_folder_under_their_pseudonym(tmp_path: Path) -> None:
    write_board(board(), tmp_path / "b.json")
    out = tmp_path / "out"
    arguments = ["export", str(tmp_path / "b.json"), "--format", "gradescope"]
    arguments += ["--output", str(out), "--audience", "student", "--entrant", "9900940"]
    for code in (0, 2):  # a second export would mix with the first
        done = CliRunner().invoke(leaderboard, arguments)
        assert done.exit_code == code, done.output
    assert "not empty" in done.output
    assert [str(p.relative_to(out)) for p in out.rglob("*.json")] == ["bird-0/results.json"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.json", "out"]


def test_an_empty_folder_is_filled_and_a_file_is_not_replaced(tmp_path: Path) -> None:
    write_board(board(), tmp_path / "b.json")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("mine")
    arguments = ["export", str(tmp_path / "b.json"), "--format", "gradescope", "--audience", "ta"]
    for name, code in (("empty", 0), ("file", 2)):
        done = CliRunner().invoke(leaderboard, [*arguments, "--output", str(tmp_path / name)])
        assert done.exit_code == code, done.output
    assert (tmp_path / "file").read_text() == "mine"
    assert len(list((tmp_path / "empty").iterdir())) == 4


@pytest.mark.parametrize(
    "name", ["..", ".", "a/b", "a\\b", "", "CON", "lpt1", "x" * 300, "王", "a "]
)
def test_a_hostile_name_is_a_plain_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe != name
    assert safe.isascii()
    assert len(safe) < 80
    assert not set(safe) & set("/\\.: \x00")


@given(st.text(max_size=80), st.text(max_size=80))
def test_two_names_are_two_folders(one: str, other: str) -> None:
    assert (safe_name(one) == safe_name(other)) == (one == other)
