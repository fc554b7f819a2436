"""Whose a submission is: by which key, and when it is asked instead."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Callable

import pytest

from tests.grader.exports import (
    CLASS,
    LAYOUTS,
    ROSTER,
    Handed,
    decomposed,
    folder_of_zips,
    moodle_anonymous,
    moodle_flat,
    moodle_folder,
    moodle_group,
    package,
    paths_of,
    zipped,
)
from tests.grader.matching.classes import Course, asked, entrant, question

PARTICIPANTS = tuple(
    (str(100 + place), name, number, mail, "14 May 2024, 11:59 PM")
    for place, (number, name, mail) in enumerate(ROSTER, 1)
)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_matched_whole(course: Course, layout: Callable[[Handed, str], str]) -> None:
    found = course.read(paths_of(CLASS, layout))
    assert asked(found) == []
    assert [each.submission is not None for each in found.matching.entrants] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert entrant(found, "9900944").timing == "nothing handed in"
    assert entrant(found, "9900940").submission_by[0] == "package name"
    assert found.matches is None
    assert not course.matches.exists()


@pytest.mark.parametrize(
    ("name", "inside", "keys"),
    [
        ("hw.zip", ("9900940_x/HW4_9900940.pdf", "main.py"), ("file names inside", "name")),
        ("hw.zip", ("main.py",), ("name",)),
        ("9900940.zip", ("main.py",), ("package name", "name")),
        ("HW4_９９００９４０_x.zip", ("main.py",), ("package name", "name")),
    ],
)
def test_keys_in_their_order(
    course: Course, name: str, inside: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    who = Handed(101, "王小明", ((name, zipped(*inside)),))
    found = course.read(paths_of([who], moodle_folder))
    assert entrant(found, "9900940").submission_by == keys


@pytest.mark.parametrize("spelling", [str, decomposed, str.upper, lambda text: f" {text} "])
def test_a_name_matches_in_every_unicode_form(
    course: Course, spelling: Callable[[str], str]
) -> None:
    who = Handed(7, spelling("José García").strip(), (("hw.zip", zipped()),))
    found = course.read(paths_of([who], moodle_folder))
    assert entrant(found, "9900942").submission_by == ("name",)


def test_the_worksheet_matches_an_anonymous_export(course: Course) -> None:
    who = [Handed(each.participant, each.name, (("hw.zip", zipped(text=each.name)),))
           for each in CLASS]  # fmt: skip
    found = course.read(paths_of(who, moodle_anonymous), participants=PARTICIPANTS)
    assert asked(found) == []
    assert entrant(found, "0240309").submission_by == ("participant id", "name")
    assert str(entrant(found, "0240309").received) == "2024-05-14 23:59:00"
    assert entrant(found, "0240309").timing == "in time"


def test_a_groups_number_is_no_participants(course: Course) -> None:
    who = Handed(101, "", (("hw.zip", zipped()),))
    found = course.read(paths_of([who], moodle_group), participants=PARTICIPANTS)
    assert asked(found) == ["submission Group_101_assignsubmission_file/hw.zip"]


def test_two_of_one_name_are_asked_and_the_answer_is_obeyed(course: Course) -> None:
    students = [("9900950", "林美麗", ""), ("0240951", "林美麗", "")]
    who = Handed(7, "林美麗", (("hw.zip", zipped()),))
    files = paths_of([who], moodle_folder)
    found = course.read(files, students=students)
    (key,) = asked(found)
    assert [each.answer for each in question(found, key).candidates] == ["0240951", "9900950"]
    assert [each.source for each in found.matching.unmatched] == [files[0][0]]
    course.decide(key, "240951")  # as a spreadsheet leaves it
    found = course.read(files, students=students)
    assert asked(found) == []
    assert entrant(found, "0240951").submission_by == ("decision",)
    first = course.matches.read_bytes()
    course.read(files, students=students)
    assert course.matches.read_bytes() == first


def test_an_id_tells_two_of_one_name_apart(course: Course) -> None:
    students = [("9900950", "林美麗", ""), ("9900951", "林美麗", "")]
    who = [Handed(7, "林美麗", (package("9900950", "a"),)),
           Handed(8, "林美麗", (package("9900951", "a"),))]  # fmt: skip
    found = course.read(paths_of(who, moodle_folder), students=students)
    assert asked(found) == []
    assert entrant(found, "9900951").submission is not None


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (Handed(7, "王小明", (package("0240309", "x"),)), "point to different students"),
        (Handed(7, "Nobody", (("hw.zip", zipped()),)), "Nothing says whose it is"),
        (Handed(7, "王小明", (package("9999999", "x"),)), "Only the name"),
        (Handed(7, "王小明", (("HW4_9900940_x.zip", zipped("HW4_9900943_y.pdf")),)),
         "point to different"),
    ],
)  # fmt: skip
def test_doubt_is_asked(course: Course, who: Handed, said: str) -> None:
    found = course.read(paths_of([who], moodle_folder))
    (key,) = asked(found)
    assert said in question(found, key).asks
    assert all(each.submission is None for each in found.matching.entrants)


def test_a_wrong_id_beside_the_right_participant_is_no_doubt(course: Course) -> None:
    who = Handed(101, "王小明", (package("9999999", "x"),))
    found = course.read(paths_of([who], moodle_folder), participants=PARTICIPANTS)
    assert entrant(found, "9900940").submission_by == ("participant id", "name")


def test_a_date_in_a_name_is_no_id(course: Course) -> None:
    found = course.read([("hw4_20240514.zip", zipped())])
    assert asked(found) == ["submission hw4_20240514.zip"]


def test_a_submission_that_is_nobodys_can_be_set_aside(course: Course) -> None:
    files = [*paths_of(CLASS, folder_of_zips), ("test.zip", zipped())]
    course.read(files)
    course.decide("submission test.zip", "none")
    found = course.read(files)
    assert asked(found) == []
    assert [each.source for each in found.matching.unmatched] == ["test.zip"]


def test_without_a_roster_the_packages_name_the_class(course: Course) -> None:
    found = course.read([*paths_of(CLASS, folder_of_zips), ("x.zip", zipped())], students=None)
    assert len(found.matching.entrants) == len(CLASS)
    assert asked(found) == ["submission x.zip"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_names_the_class_without_a_roster(
    course: Course, layout: Callable[[Handed, str], str]
) -> None:
    found = course.read(paths_of(CLASS, layout), students=None)
    assert [each.student.id for each in found.matching.entrants] == [
        "0240309", "9900940", "9900942", "9900943",
    ]  # fmt: skip
    assert asked(found) == []


@pytest.mark.parametrize("layout", [moodle_folder, moodle_flat])
def test_a_participants_number_is_no_students_id(
    course: Course, layout: Callable[[Handed, str], str]
) -> None:
    who = Handed(9900942, "Nobody", (("main.py", b"x"), ("README.md", b"y")))
    found = course.read(paths_of([who], layout))
    assert len(asked(found)) == 1
    assert entrant(found, "9900942").submission is None


def test_a_folder_named_by_the_id_alone_says_whose_it_is(course: Course) -> None:
    files = [("9900942/hw.zip", zipped()), ("9900943/main.py", b"x")]
    found = course.read(files)
    assert entrant(found, "9900942").submission_by == ("name",)
    assert entrant(found, "9900943").submission_by[0] == "package name"


def test_two_people_with_one_id_are_asked(course: Course) -> None:
    who = [Handed(1, "A", (package("9900940", "x"),)), Handed(2, "B", (package("9900940", "x"),))]
    found = course.read(paths_of(who, moodle_folder))
    assert asked(found) == ["choice 9900940"]
    assert "2 participants" in question(found, "choice 9900940").asks


def test_names_compare_alike_whatever_their_form() -> None:
    from grader.matching.register import name_key

    assert name_key("Ｖａｎ  Dyke,_Anna") == name_key("van dyke anna")
    for text in ("José", "각하", "ｶﾞ", "ﬁ", "ß"):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert name_key(unicodedata.normalize(form, text)) == name_key(text)
