"""Teams on Kaggle, re-uploads, and what came when."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.csv_files import CsvFileError
from grader.matching import make_register, match_all, pseudonym
from grader.matching.choosing import arrival, chosen
from grader.matching.times import read_time
from grader.records import Owner, Student, Submission, Team
from tests.grader.exports import CLASS, RULES, Handed, moodle_folder, package, paths_of, table
from tests.grader.matching.classes import Course, asked, entrant, question

CLOSES, OPENS = RULES.competition.closes, RULES.competition.opens


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


@pytest.mark.parametrize(
    "name", ["9900940_王小明", "9900940_nick", "９９００９４０＿王", "team 9900940"]
)
def test_a_team_is_matched_by_its_id(course: Course, name: str) -> None:
    found = course.read(paths_of(CLASS, moodle_folder), teams=[("55", name)])
    team = entrant(found, "9900940").team
    assert team is not None
    assert entrant(found, "9900940").team_by == ("id in the team name",)
    assert entrant(found, "9900944").team is None


@pytest.mark.parametrize(
    ("name", "candidates"),
    [("9999999_王小明", ["9900940"]), ("王小明", ["9900940"]), ("the winners", []),
     ("9900940 and 9900942", ["9900940", "9900942"])],
)  # fmt: skip
def test_a_team_without_a_right_id_is_asked(
    course: Course, name: str, candidates: list[str]
) -> None:
    found = course.read(paths_of(CLASS, moodle_folder), teams=[("55", name)])
    assert asked(found) == ["team 55"]
    asks = question(found, "team 55")
    assert [each.answer for each in asks.candidates] == candidates
    assert name in asks.asks
    course.decide("team 55", "9900940")
    found = course.read(paths_of(CLASS, moodle_folder), teams=[("55", name)])
    assert entrant(found, "9900940").team_by == ("decision",)


def test_two_teams_of_one_student_are_asked(course: Course) -> None:
    files, teams = paths_of(CLASS, moodle_folder), [("55", "9900940_a"), ("56", "9900940_b")]
    found = course.read(files, teams=teams)
    assert asked(found) == ["team 55", "team 56"]
    assert [each.id for each in entrant(found, "9900940").other_teams] == ["55", "56"]
    course.decide("team 56", "none")
    found = course.read(files, teams=teams)
    assert asked(found) == []
    team = entrant(found, "9900940").team
    assert team is not None
    assert team.id == "55"


def test_the_decided_one_of_two_teams_counts_and_two_decided_are_refused(course: Course) -> None:
    files, teams = paths_of(CLASS, moodle_folder), [("55", "9900940_a"), ("56", "9900940_b")]
    course.read(files, teams=teams)
    course.decide("team 56", "9900940")
    found = course.read(files, teams=teams)
    assert asked(found) == []
    team = entrant(found, "9900940").team
    assert team is not None
    assert team.id == "56"
    rows = [("question", "decision"), ("team 55", "9900940"), ("team 56", "9900940")]
    table(course.matches, rows)
    with pytest.raises(CsvFileError, match=r"matches.csv:3: .* are decided for 9900940 both"):
        course.read(files, teams=teams)


@pytest.mark.parametrize(
    ("time", "timing", "late", "early"),
    [
        ("2024-05-14T23:59:59", "in time", 0, 0), ("2024-05-15T00:00:00", "late", 1, 0),
        ("2024-04-27T00:00:00", "in time", 0, 0), ("2024-04-26T23:59:58", "early", 0, 2),
    ],
)  # fmt: skip
def test_in_time_to_the_second(time: str, timing: str, late: int, early: int) -> None:
    came = arrival(datetime.fromisoformat(time), RULES)
    assert (came.timing, came.seconds_late, came.seconds_early) == (timing, late, early)
    assert arrival(None, RULES).timing == "unknown"


def uploads(*days: int) -> tuple[list[Submission], dict[str, datetime]]:
    """Submissions of these days of May 2024, each with its own bytes."""
    made = [
        Submission(f"{day:02d}.zip", "zip", (f"{day:02d}.zip",), digest=str(day)) for day in days
    ]
    return made, {each.source: datetime(2024, 5, day) for each, day in zip(made, days)}


@pytest.mark.parametrize(
    ("policy", "days", "counts"),
    [
        ("latest-in-time", (3, 9, 14, 15), "14.zip"), ("latest-in-time", (16, 15), "15.zip"),
        ("latest", (3, 15, 9), "15.zip"), ("first", (9, 3, 15), "03.zip"),
    ],
)  # fmt: skip
def test_reuploads_by_policy(policy: str, days: tuple[int, ...], counts: str) -> None:
    rules = RULES.model_copy(
        update={"package": RULES.package.model_copy(update={"reuploads": policy})}
    )
    made, times = uploads(*days)
    found = chosen("1", made, times, rules)
    assert isinstance(found, Submission)
    assert found.source == counts


def test_unknown_or_equal_times_are_asked_but_not_for_equal_bytes(course: Course) -> None:
    again = ("HW4_9900940_王小明 (1).zip", package("9900940", "x", "other")[1])
    who = Handed(101, "王小明", (CLASS[0].files[0], again))
    files = paths_of([who], moodle_folder)
    assert asked(course.read(files)) == ["choice 9900940"]
    sheet = [("101", "王小明", "9900940", "", "14 May 2024, 11:59 PM")]
    found = course.read(files, participants=sheet)
    assert "same time" in question(found, "choice 9900940").asks
    course.decide("choice 9900940", files[1][0])
    found = course.read(files, participants=sheet)
    picked = entrant(found, "9900940").submission
    assert picked is not None
    assert picked.source == files[1][0]
    assert [each.source for each in entrant(found, "9900940").others] == [files[0][0]]
    same = (files[0], (files[1][0], files[0][1]))
    assert asked(Course(course.home / "same").read(same)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday, 14 May 2024, 11:59 PM", "Tuesday, May 14, 2024, 11:59 PM",
        "14 May 2024, 23:59", "2024年05月14日,23:59", "2024年 05月 14日(二) 23:59",
        "2024年5月14日 星期二 23:59", "2024年 5月 14日(二) 下午 11:59", "2024/05/14 23:59",
        "Dienstag, 14. Mai 2024, 23:59", "mardi 14 mai 2024, 23:59", "2024-05-14T23:59:00",
        "martes, 14 de mayo de 2024, 23:59", "２０２４年５月１４日　２３：５９",
        "14 may 2024, 11:59 p. m.",
    ],
)  # fmt: skip
def test_times_of_several_languages(text: str) -> None:
    assert read_time(text) == datetime(2024, 5, 14, 23, 59)


@pytest.mark.parametrize(
    "text",
    ["", "-", "14/05/24, 23:59", "05/04/2024 10:00", "14 May 2024", "2024-05-14T23:59+08:00",
     "31 February 2024, 10:00", "mar. 14 mai 2024, 23:59", "14 May 2024, 13:59 PM",
     "2024년 5월 14일 오후 11:59", "2024/05/14 오후 11:59", "14 mai 2024, 11:59 du soir",
     "14 May 2024 10:00 (3 days late)"],
)  # fmt: skip
def test_what_could_be_another_time_is_not_guessed(text: str) -> None:
    assert read_time(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_times(text: str) -> None:
    read_time(text)
    read_time(f"14 May 2024 {text} 11:59")


def test_an_unreadable_time_is_asked_and_never_late(course: Course) -> None:
    files = paths_of(CLASS[:1], moodle_folder)
    sheet = [("101", "王小明", "9900940", "", "05/04/24, 10:00")]
    found = course.read(files, participants=sheet)
    key = f"time {files[0][0]}"
    assert asked(found) == [key]
    assert entrant(found, "9900940").timing == "unknown"
    course.decide(key, "2024-05-15 00:00:01")
    found = course.read(files, participants=sheet)
    assert entrant(found, "9900940").seconds_late == 2


def test_pseudonyms_are_stable_and_need_the_secret(course: Course) -> None:
    files = paths_of(CLASS, moodle_folder)
    first = [each.pseudonym for each in course.read(files).matching.entrants]
    assert [each.pseudonym for each in course.read(files).matching.entrants] == first
    assert len(set(first)) == 5
    assert pseudonym("9900940", b"a") != pseudonym("9900940", b"b")


@given(st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_makes_no_difference(rng: random.Random) -> None:
    made = [
        Submission(
            f"HW4_990094{n % 4}_{n}.zip", "zip", (), owner=Owner(str(n), "王"), digest=str(n)
        )
        for n in range(8)
    ]
    students = [Student(f"990094{n}", "王") for n in range(4)]
    teams = [Team(str(n), f"990094{n % 3}_x") for n in range(5)]

    def result() -> object:
        register = make_register(students, (), made, RULES)
        return match_all(made, register, teams, RULES, b"secret")

    expected = result()
    for each in (made, students, teams):
        rng.shuffle(each)
    assert result() == expected
