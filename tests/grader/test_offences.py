"""The ledger as a CSV: what is written is read back, and every bad line is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.csv_files import CsvFileError
from grader.offences import COLUMNS, ledger_file, ledger_rows, read_earlier
from grader.outcomes import Case, EarlierOffence, Judged, Offence, State
from grader.records import Entrant, Student
from tests.grader.judging.classes import HW4

HEADER = "student id,offence,competition,why"
OLD = EarlierOffence("9900101", "late", "homework 3", "came late")


def written(path: Path, *lines: str) -> Path:
    file = path / "offences.csv"
    file.write_text("\n".join(lines), "utf-8")
    return file


def judged(student: str, *offences: Offence) -> Judged:
    return Judged(Case(Entrant(Student(student), "E")), "rejected", (), offences=offences)


def test_a_ledger_goes_to_the_next_competition_and_adds_up(tmp_path: Path) -> None:
    state = State(
        "private", 0,
        (
            judged("9900102", Offence("late", 2, "halve", ("class.late", "decision 3"))),
            judged("9900101", Offence("special_rule", 1, "zero", ("=1+1",))),
        ),
    )  # fmt: skip
    rows = list(ledger_rows(state, (OLD,), HW4))
    assert rows == [
        ("9900101", "late", "homework 3", "came late"),
        ("9900101", "special_rule", HW4.competition.name, "no. 1, zero: =1+1"),
        ("9900102", "late", HW4.competition.name, "no. 2, halve: class.late; decision 3"),
    ]
    file = tmp_path / "offences.csv"
    file.write_bytes(ledger_file(iter(rows)))
    another = HW4.competition.model_copy(update={"name": "homework 5"})
    found = read_earlier(file, HW4.model_copy(update={"competition": another}))
    assert found == tuple(EarlierOffence(*row) for row in rows)


def test_the_order_of_the_lines_makes_no_difference(tmp_path: Path) -> None:
    lines = ["9900102,late,homework 3,b", "9900101,late,homework 3,a", "9900101,late,homework 2,c"]
    found = [read_earlier(written(tmp_path, HEADER, *order), HW4) for order in (lines, lines[::-1])]
    assert found[0] == found[1]
    assert [each.why for each in found[0]] == ["c", "a", "b"]


def test_what_a_spreadsheet_and_a_keyboard_do_to_cells_is_undone(tmp_path: Path) -> None:
    file = written(
        tmp_path, "Why,offence,Competition,Student ID", "'=x,late,homework 3,９９００１０１"
    )
    assert read_earlier(file, HW4) == (EarlierOffence("9900101", "late", "homework 3", "=x"),)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ("student id,offence,why", "9900101,late,x"),
            ('offences.csv:1: no column "competition"',),
        ),
        ((HEADER, "9900101,lateness,homework 3,x"), ('offences.csv:2: "lateness" is no offence',)),
        ((HEADER, "An,late,homework 3,x"), ('offences.csv:2: "An" is no student id',)),
        (
            (HEADER, f"9900101,late,{HW4.competition.name},x"),
            ("offences.csv:2: is of this competition itself",),
        ),
        (
            (HEADER, "An,late,homework 3,x", "9900101,late,homework 3,x", "9900102,x,homework 3,x"),
            ('offences.csv:2: "An"', 'offences.csv:4: "x" is no offence'),
        ),
    ],
)
def test_every_bad_line_is_named(
    lines: tuple[str, ...], told: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(CsvFileError) as caught:
        read_earlier(written(tmp_path, *lines), HW4)
    found = str(caught.value).splitlines()
    assert [line[: len(start)] for line, start in zip(found, told)] == list(told)
    assert len(found) == len(told)


def test_the_columns_are_those_that_are_asked_for() -> None:
    assert ",".join(COLUMNS) == HEADER
    assert ledger_file(iter(())).decode("utf-8-sig").strip() == HEADER
