"""Roster, worksheet and matches.csv: what is read, and what is refused with its line."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.csv_files import CsvFileError, plain_cell, safe_cell
from grader.matching import read_answers, read_worksheet
from grader.roster import read_roster
from tests.grader.exports import CLASS, RULES, moodle_folder, package, paths_of, table, zipped
from tests.grader.matching.classes import Course, asked, question


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "utf-16"])
@pytest.mark.parametrize("header", [("學號", "姓名", "信箱"), ("ID Number", "Name", "E-mail")])
def test_a_roster_in_any_encoding(tmp_path: Path, encoding: str, header: tuple[str, ...]) -> None:
    rows = [header, ("9900942", "王小明", "w@example.edu"), ("0240309", "佐藤和真", "")]
    students = read_roster(table(tmp_path / "roster.csv", rows, encoding), RULES)
    assert [(each.id, each.name) for each in students] == [
        ("0240309", "佐藤和真"), ("9900942", "王小明"),
    ]  # fmt: skip


def test_a_canvas_gradebook_is_read_by_the_schools_id(tmp_path: Path) -> None:
    rows = [("Student", "ID", "SIS User ID"), ("王小明", "7654321", "9900940")]
    (student,) = read_roster(table(tmp_path / "roster.csv", rows), RULES)
    assert (student.id, student.name) == ("9900940", "王小明")


def test_given_and_family_names_are_joined_both_ways(tmp_path: Path) -> None:
    rows = [("First name", "Last name", "Student ID"), ("小明", "王", "9900940")]
    (student,) = read_roster(table(tmp_path / "roster.csv", rows), RULES)
    assert {student.name, *student.other_names} == {"小明 王", "王 小明"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("id", "name"), ("9900940", "a"), ("9900941", "b"), ("9900940", "c")],
         'roster.csv:4: the id "9900940" repeats line 2.'),
        ([("id", "name"), ("240309", "a")], "a leading zero"),
        ([("id", "name"), ("", "a")], "roster.csv:2: there is no student id."),
        ([("nick", "name"), ("x", "a")], "roster.csv:1: no column of student ids"),
        ([("id", "name")], "no students below the header"),
    ],
)  # fmt: skip
def test_a_bad_roster_is_refused(tmp_path: Path, rows: list[tuple[str, ...]], said: str) -> None:
    with pytest.raises(CsvFileError) as caught:
        read_roster(table(tmp_path / "roster.csv", rows), RULES)
    assert said in str(caught.value)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_tables(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "table.csv"
        path.write_bytes(b"question,decision,id,name\n" + data)
        for read in (read_roster, read_worksheet):
            with suppress(CsvFileError):
                read(path, RULES)
        with suppress(CsvFileError):
            read_answers(path, "cp950")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"a,b\n\x00", b"\x81\x00\xff\n", b'"' * 9])
def test_bytes_that_are_no_table_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    with pytest.raises(CsvFileError):
        read_roster(path, RULES)


def test_a_localised_worksheet(tmp_path: Path) -> None:
    rows = [
        ("識別碼", "全名", "學號", "電子郵件信箱", "狀態", "最後修改 (繳交)", "最後修改 (成績)"),
        ("參與者 12", "王小明", "9900940", "w@example.edu", "已繳交",
         "2024年 05月 14日(二) 23:59", "-"),
        ("參與者 7", "陳大文", "9900944", "", "未繳交", "-", "-"),
    ]  # fmt: skip
    found = read_worksheet(table(tmp_path / "g.csv", rows), RULES)
    assert [(each.participant, each.student_id) for each in found] == [
        ("7", "9900944"), ("12", "9900940"),
    ]  # fmt: skip
    assert str(found[1].received) == "2024-05-14 23:59:00"
    assert found[0].received is None
    assert not found[0].unreadable


def test_an_empty_first_column_hides_no_participants(tmp_path: Path) -> None:
    rows = [("", "Identifier", "Full name"), ("", "Participant 7", "a")]
    (row,) = read_worksheet(table(tmp_path / "g.csv", rows), RULES)
    assert row.participant == "7"


def test_a_table_that_is_no_worksheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CsvFileError, match="no column of participants"):
        read_worksheet(table(tmp_path / "g.csv", [("a", "b"), ("1", "2")]), RULES)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "'x", "x", ""])
def test_cells_are_safe_and_come_back(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_what_a_spreadsheet_would_execute_is_neutralised(tmp_path: Path) -> None:
    course = Course(tmp_path)
    found = course.read([*paths_of(CLASS, moodle_folder)], teams=[("9", "=cmd()")])
    text = course.matches.read_text(encoding="utf-8-sig")
    cells = [cell for line in text.splitlines() for cell in line.split(",")]
    assert asked(found) == ["team 9"]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("decision", "said"),
    [("9999999", 'no student has the id "9999999"'), ("王", "write an id of the roster")],
)
def test_a_decision_for_nobody_is_told_with_its_line(
    tmp_path: Path, decision: str, said: str
) -> None:
    course = Course(tmp_path)
    files = [*paths_of(CLASS, moodle_folder), ("x.zip", zipped())]
    course.read(files)
    course.decide("submission x.zip", decision)
    before = course.matches.read_bytes()
    with pytest.raises(CsvFileError) as caught:
        course.read(files)
    assert str(caught.value).startswith("matches.csv:2: ")
    assert said in str(caught.value)
    assert course.matches.read_bytes() == before


def test_every_bad_row_is_told(tmp_path: Path) -> None:
    course = Course(tmp_path)
    course.matches.parent.mkdir(parents=True)
    rows = [
        ("question", "decision"),
        ("submission gone.zip", "none"),
        ("team 4", "none"),
        ("choice 9900940", "gone.zip"),
        ("nonsense", "x"),
        ("submission y.zip", ""),
    ]
    table(course.matches, rows)
    with pytest.raises(CsvFileError) as caught:
        course.read(paths_of(CLASS, moodle_folder))
    assert [line.split(" ")[0] for line in str(caught.value).splitlines()] == [
        "matches.csv:2:", "matches.csv:3:", "matches.csv:4:", "matches.csv:5:",
    ]  # fmt: skip


def test_a_decision_made_on_other_facts_is_asked_anew(tmp_path: Path) -> None:
    course = Course(tmp_path)
    files = [*paths_of(CLASS, moodle_folder), ("x.zip", zipped())]
    course.read(files)
    course.decide("submission x.zip", "9900944")
    changed = [*files[:-1], ("x.zip", zipped("HW4_9900949_x.pdf"))]
    for _ in range(2):
        found = course.read(changed)
        assert found.matching.outdated == (("submission x.zip", "9900944"),)
        assert asked(found) == ["submission x.zip"]
    course.decide("submission x.zip", "9900944")
    assert asked(course.read(changed)) == []


def test_a_row_of_the_tas_own_stands_above_the_keys(tmp_path: Path) -> None:
    course = Course(tmp_path)
    files = paths_of(CLASS, moodle_folder)
    course.matches.parent.mkdir(parents=True)
    table(course.matches, [("question", "decision"), (f"submission {files[0][0]}", "9900944")])
    for _ in range(2):
        found = course.read(files)
        assert found.matching.entrants[-1].submission_by == ("decision",)
        assert asked(found) == []


def test_two_decisions_on_one_question_are_refused(tmp_path: Path) -> None:
    course = Course(tmp_path)
    course.matches.parent.mkdir(parents=True)
    rows = [("question", "decision"), ("team 1", "none"), ("team 1", "9900940")]
    table(course.matches, rows)
    with pytest.raises(CsvFileError, match=r"matches.csv:3: .* is decided on line 2"):
        course.read(paths_of(CLASS, moodle_folder))


def test_a_choice_of_anothers_submission_is_refused(tmp_path: Path) -> None:
    course = Course(tmp_path)
    files = [package("9900940", "a", "1"), package("9900940", "b", "2"), package("9900942", "c")]
    assert asked(course.read(files)) == ["choice 9900940"]
    assert question(course.read(files), "choice 9900940").candidates[0].answer == files[0][0]
    course.decide("choice 9900940", files[2][0])
    with pytest.raises(CsvFileError, match="is not matched to 9900940"):
        course.read(files)
