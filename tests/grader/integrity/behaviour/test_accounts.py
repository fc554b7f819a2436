"""Second accounts, teams of nobody, and names that differ by a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.behaviour.compare import Board, Teams
from grader.integrity.behaviour.likeness import claimed, look, near, one_apart
from grader.integrity.records import Inspection
from grader.records import Team
from leaderboard.kaggle import Standing
from tests.grader.integrity.behaviour.hand import HW4, ID, codes, entrant, inspected, row

MINE = Team("1", f"{ID}_Peregrina", ("me",))
CYRILLIC = "\u0420\u0435r\u0435grin\u0430"


def beside(
    name: str, members: Sequence[str] = (), own: Team = MINE, asked: Sequence[str] = (),
    rows: Optional[Sequence[Standing]] = None,
) -> Inspection:  # fmt: skip
    """A student's team beside one that is nobody's."""
    other = Team("2", name, tuple(members))
    shown = rows or (row(3, "1", "me", own.name), row(4, "2", " ".join(members), name))
    boards = (Board("b.csv", tuple(shown)),)
    return inspected(Teams((entrant(ID, own),), (own, other), boards, (), tuple(asked)))


NAMES = [
    ("somebody", False),
    (f"{ID}_somebody", True),
    (f"{ID} else", True),
    (f"x{ID}", False),
    ("\uff19\uff19\uff10\uff10\uff19\uff14\uff10_x", True),
    ("Peregrina", True),
    ("PEREGRINA", True),
    ("Pere_grina 2", True),
    (f"{CYRILLIC}2", True),
    ("Peregrina-test", True),
    ("Peregrina 小號", True),
    ("Peregrinas", False),
    ("Peregrina Falco", False),
    ("Pere", False),
    ("9900941_Peregrina", False),  # it says whose it is
]


@pytest.mark.parametrize(("name", "found"), NAMES)
def test_a_team_of_nobody_that_looks_like_a_second_account(name: str, found: bool) -> None:
    assert codes(beside(name)) == ["second-account"] * found
    assert codes(beside(name, asked=("2",))) == [], "matches.csv asks whose it is"


def test_what_is_told_of_it_names_only_what_is_the_students_own() -> None:
    inspection = beside(f"{ID}_somebody", ["their-account"])
    (found,) = inspection.found
    (pair,) = inspection.pairs
    assert found.finding.message == (
        f'another team on Kaggle (pair {pair.label}) carries the id "{ID}" as well; expected one '
        "team for each student."
    )
    assert "The two have 3 and 4 submissions." in found.finding.remedy
    told = f"{found.finding}{found.finding.evidence}"
    assert "somebody" not in told
    assert "their-account" not in told
    assert (pair.first, pair.second) == (f"HW4_{ID}.zip", "team 2")
    assert pair.rows[1][:3] == ("2", f"{ID}_somebody", "their-account")


def test_an_account_in_both_teams_at_one_time() -> None:
    assert codes(beside("somebody", ["ME", "you"])) == ["second-account"]
    # On different boards: the account went from one team to another.
    one, other = row(3, "1", "me", MINE.name), row(4, "2", "me", "somebody")
    boards = (Board("a.csv", (one,)), Board("b.csv", (other,)))
    teams = (MINE, Team("2", "somebody", ("me",)))
    assert codes(inspected(Teams((entrant(ID, MINE),), teams, boards))) == []


def test_a_further_team_that_the_matching_gave_the_student() -> None:
    further = Team("2", "something else")
    teams = Teams((entrant(ID, MINE, further),), (MINE, further))
    (found,) = inspected(teams).found
    assert "is matched to the same student" in found.finding.message


def test_a_name_that_several_students_have_points_to_none() -> None:
    twin = Team("3", "9900941_Peregrina")
    teams = (MINE, twin, Team("2", "Peregrina 2"))
    class_ = (entrant(ID, MINE), entrant("9900941", twin))
    assert codes(inspected(Teams(class_, teams))) == []


def notes(*names: str, matched: int = 0) -> list[str]:
    teams = tuple(Team(str(number), name) for number, name in enumerate(names, 1))
    class_ = tuple(entrant(claimed(each.name, HW4)[0], each) for each in teams[:matched])
    found = inspected(Teams(class_, teams)).notes
    return [each for each in found if each.startswith("The names of the teams")]


DIFFER = "The names of the teams 1 and 2 on Kaggle differ by one letter or digit."
NEAR = [
    (("9900940_amy", "9900941_amy"), 1, [DIFFER]),
    (("9900940_amy", "9900941_amy"), 2, []),  # ids in a row, each its own student's
    (("9900940_amy", "9900940_ami"), 0, []),  # the same id
    (("Alpha", "Alpa"), 0, [DIFFER]),
    (("Alpha", "Alfa"), 0, []),
    (("ALPHA", "al-pha"), 0, ["The names of the teams 1 and 2 on Kaggle look the same."]),
    (("e\u0301toile", "\xe9toile"), 0, ["The names of the teams 1 and 2 on Kaggle look the same."]),
]


@pytest.mark.parametrize(("names", "matched", "told"), NEAR)
def test_names_that_differ_by_a_letter(
    names: tuple[str, ...], matched: int, told: list[str]
) -> None:
    assert notes(*names, matched=matched) == told


def test_of_many_near_names_the_first_are_told_and_the_rest_counted() -> None:
    inspection = inspected(Teams((), tuple(Team(f"{n:03}", f"team {n}") for n in range(60))))
    assert sum(each.startswith("The names of the teams") for each in inspection.notes) == 20
    assert any(each.startswith("So it is with ") for each in inspection.notes)
    assert any(each.startswith("60 of the 60 teams") and "40 more" in each
               for each in inspection.notes)  # fmt: skip


ALIKE = [
    ("Sergey", "S\u0435rg\u0435y"), ("Amy_123", "\uff21my \uff11\uff12\uff13"),
    ("Zo\xeb", "Zoe\u0308"), ("\u0412\u0415\u0420\u0410", "\u0432\u0435\u0440\u0430"),
    ("amy", "a\u200bm\u202ey"), ("x7", "x\u0667"), ("STRASSE", "stra\xdfe"),
    ("\u039d\u0399K", "nik"), ("p\u03bf\u03bfl", "POOL"),
    ("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert look(one) == look(other) != ""


@pytest.mark.parametrize(("one", "other"), [("amy", "ami"), ("陳怡君", "陳怡安"), ("e", "\xe9")])
def test_other_names_are_others(one: str, other: str) -> None:
    assert look(one) != look(other)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_looking_again_changes_nothing(text: str) -> None:
    assert look(look(text)) == look(text)


words = st.text("abc", max_size=5)


@settings(deadline=None)
@given(words, words)
def test_one_letter_apart_is_an_edit_distance_of_one_at_most(one: str, other: str) -> None:
    letters = "abc"
    edits = {one}
    edits |= {one[:n] + one[n + 1 :] for n in range(len(one))}
    edits |= {one[:n] + letter + one[n + 1 :] for n in range(len(one)) for letter in letters}
    edits |= {one[:n] + letter + one[n:] for n in range(len(one) + 1) for letter in letters}
    assert one_apart(one, other) == (other in edits)


@settings(deadline=None)
@given(st.lists(words, max_size=8))
def test_near_names_are_all_pairs_one_letter_apart(names: list[str]) -> None:
    looks = {str(n): name for n, name in enumerate(names)}
    expected = [
        (one, other)
        for one in sorted(looks)
        for other in sorted(looks)
        if one < other and one_apart(looks[one], looks[other])
    ]
    assert list(near(looks)) == expected
