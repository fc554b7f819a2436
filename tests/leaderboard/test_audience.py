"""What a student is told about themself names nobody else, and numbers hide no more than names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leaderboard.audience import LEFT_OUT, Audience, view_of
from leaderboard.board import Entry, mentioned
from leaderboard.exports import PAGES
from leaderboard.feedback import feedback_line
from tests.leaderboard.example import board, example

TELLING = [
    "copied from 9900941",
    "copied from ９９００９４１",
    "like s1@Example.edu",
    "like Secret Name 1",
    "Participant 700101 sent the same",
    "990\u200b0941",
]
PLAIN = ["rank 2 of 5", "0.40 reaches 0.1134", "9900940 handed in late", "s0@example.edu asked"]


def own(tree: dict[str, Any], audience: Audience) -> Entry:
    view = view_of(board(tree), audience, "9900940" if audience is Audience.STUDENT else None)
    (found,) = (r.own for r in view.rows if r.own is not None and r.own.entrant == "9900940")
    return found


def with_text(text: str) -> dict[str, Any]:
    tree = example()
    entry = tree["entries"][-1]
    entry["mark"]["parts"][0]["why"] = text
    entry["notes"] = [text]
    entry["quality"] = [{"name": "seen", "value": text}]
    return tree


@pytest.mark.parametrize("audience", [Audience.STUDENT, Audience.TA])
@pytest.mark.parametrize("text", TELLING)
def test_a_text_that_names_another_does_not_reach_the_student(
    text: str, audience: Audience
) -> None:
    entry = own(with_text(text), audience)
    assert entry.mark is not None
    assert entry.mark.parts[0].why == entry.notes[0] == entry.quality[0].value == LEFT_OUT
    assert LEFT_OUT in feedback_line(entry, "100")


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_about_themself_reaches_the_student(text: str) -> None:
    entry = own(with_text(text), Audience.STUDENT)
    assert entry.mark is not None
    assert entry.mark.parts[0].why == entry.notes[0] == text


def test_the_teaching_side_reads_the_text_whole() -> None:
    text = PAGES["json"](view_of(board(with_text(TELLING[0])), Audience.TA)).decode()
    assert TELLING[0] in text
    view = view_of(board(with_text(TELLING[0])), Audience.STUDENT, "9900940")
    assert "9900941" not in PAGES["json"](view).decode()


def test_a_short_participant_number_hides_names_but_no_facts() -> None:
    tree = example()
    tree["entries"][0].update(participant="Participant 5", display_name="Team 5")
    tree["public"]["shows"] = ["quality"]
    view = view_of(board(tree), Audience.PUBLIC)
    assert [fact.value for fact in view.facts] == ["5 a day"]
    last = view.rows[3]
    assert last.label == "bird-4"
    assert last.quality[0].value == "5.5"


def test_a_long_participant_number_is_private_everywhere() -> None:
    tree = example()
    tree["facts"] = [{"name": "first", "value": "700103 was first"}]
    tree["entries"][0]["display_name"] = "P700101"
    text = PAGES["json"](view_of(board(tree), Audience.PUBLIC)).decode()
    assert "70010" not in text
    tree["entries"][0]["pseudonym"] = "bird 700102"
    with pytest.raises(ValueError, match="gives away a student"):
        board(tree)


def test_a_name_in_chinese_is_found_between_other_words() -> None:
    assert mentioned("與王小明相似", frozenset({"王小明"}))
    assert not mentioned("annual", frozenset({"ann"}))
    assert mentioned("like Ann", frozenset({"ann"}))


def test_a_board_without_the_new_fields_is_read_as_before() -> None:
    tree = example()
    for entry in tree["entries"]:
        del entry["participant"]
        for part in entry.get("mark", {}).get("parts", []):
            part.pop("most", None)
    old = board(tree)
    assert "participant" not in json.loads(old.model_dump_json(exclude_none=True))["entries"][0]
