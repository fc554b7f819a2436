"""A filled gradebook changes one assignment of those who have a mark, and nothing else."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from leaderboard.audience import Audience, view_of
from leaderboard.canvas import canvas
from leaderboard.exporting import Exported, Given, Source
from leaderboard.raw_csv import SheetError
from tests.leaderboard.example import board, example
from tests.leaderboard.importers import Canvas

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Mood,HW3 (11),HW4 (12),Quiz (13),Final Score"
MANUAL = ",,,,,,,Manual Posting,,"
POINTS = "    Points Possible,,,,,,100.00,100.00,10.00,(read only)"
STUDENTS = (
    '"=Wang, ""X""",1,9900940,x0,A,good,50.00,,5.00,70',
    '"B, b",2,,S1@example.edu,A,,50.00,80.00,,70',
    '"C, c",3,u3,9900942,A,,50.00,93.33,,70',
    '"D, d",4,9900943,,A,,50.00,77.00,,70',
    '"Name 4, Secret",5,,,B,,50.00,,,70',
    '"Student, Test",6,,,A,,,,,',
)
SITE = Canvas(
    {str(n): (f"login{n}", f"S{n}") for n in range(1, 7)},
    {"11": "HW3", "12": "HW4", "13": "Quiz"},
    {("2", "12"): "80.00", ("3", "12"): "93.33", ("4", "12"): "77.00"},
)


def gradebook(*students: str, head: tuple[str, ...] = (HEADER, MANUAL, POINTS)) -> bytes:
    return ("\ufeff" + "".join(f"{line}\r\n" for line in (*head, *students))).encode()


def exported(data: bytes, assignment: str = "HW4", tree: dict[str, Any] | None = None) -> Exported:
    given = Given(gradebook=Source("c.csv", data), assignment=assignment)
    return canvas(view_of(board(tree), Audience.TA), given)


def test_canvas_takes_one_assignment_and_the_rest_is_untouched() -> None:
    found = exported(gradebook(*STUDENTS))
    site = Canvas(SITE.students, SITE.assignments, dict(SITE.scores))
    changes = site.take(found.files[0][1])
    assert changes == [("1", "12", "93.33"), ("2", "12", "93.33"), ("5", "12", "93.33")]
    assert found.said == (
        "3 grades to import; found 2 by SIS User ID, 2 by SIS Login ID, 1 by name",
        "line 6, C, c: left out: unchanged at 93.33",
        "line 7, D, d: left out: has no mark yet",
        "line 8, Name 4, Secret: found by name only: check it",
        "line 9, Student, Test: left out: is no entrant of the board",
    )


def test_the_file_holds_who_they_are_and_the_assignment_byte_for_byte() -> None:
    text = exported(gradebook(*STUDENTS)).files[0][1].decode()
    assert text.splitlines() == [
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,HW4 (12)",
        "    Points Possible,,,,,100.00",
        '"=Wang, ""X""",1,9900940,x0,A,93.33',
        '"B, b",2,,S1@example.edu,A,93.33',
        '"Name 4, Secret",5,,,B,93.33',
    ]


@pytest.mark.parametrize("assignment", ["HW4", "hw4 ", "12", "HW4 (12)"])
def test_an_assignment_is_named_by_title_or_number(assignment: str) -> None:
    assert exported(gradebook(*STUDENTS), assignment).said[0].startswith("3 grades")


def test_other_shapes_of_canvas_files_are_read() -> None:
    head = ("LastName;FirstName;ID;SIS Login ID;Integration ID;Section;HW4 (12)",)
    head += (" Points Possible;;;;;;100,00",)
    found = exported(gradebook("王;小明;7;9900940;;A;93,33", "A;b;8;9900941;;A;", head=head))
    assert found.said[1] == "line 3, 王, 小明: left out: unchanged at 93,33"
    assert found.files[0][1].decode().splitlines()[-1] == "A;b;8;9900941;;A;93.33"


HEAD = ("Student,ID,SIS User ID,SIS Login ID,Section,HW4 (12)", "Points Possible,,,,,100")
MATCHES: list[tuple[tuple[str, ...], str]] = [
    (("A,1,9900940,,A,EX",), "is excused in Canvas"),
    (("A,1,9900940,,A,N/A",), "the assignment is not assigned to them"),
    (("A,1,9900940,9900941,A,",), "SIS User ID and SIS Login ID are two entrants"),
    (("A,1,9900940,,A,", "B,2,9900940,,A,"), "by SIS User ID it could be more than one"),
    # Canvas's own ID of somebody else is a student id: whoever has it as such is found first.
    (("A,9900940,u1,x,A,", "B,2,9900940,,A,"), "line 3, A: left out: is no entrant of the board"),
    (("Secret Name 1,1,,,A,", '"Name 1, Secret",2,,,A,'), "by name it could be more than one"),
]


@pytest.mark.parametrize(("students", "expected"), MATCHES)
def test_no_row_is_matched_by_a_guess(students: tuple[str, ...], expected: str) -> None:
    found = exported(gradebook(*students, head=HEAD))
    assert any(expected in text for text in found.said), found.said
    lines = found.files[0][1].decode().splitlines()[2:]
    assert all(line.startswith("B,2,9900940") for line in lines)
    assert len(lines) == ("is no entrant" in expected)


def test_two_of_one_name_on_the_board_are_found_by_nothing() -> None:
    tree = example()
    tree["entries"][0]["name"] = tree["entries"][1]["name"] = "王小明"
    found = exported(gradebook('"王, 小明",1,,,A,', head=HEAD), tree=tree)
    assert "by name it could be more than one" in found.said[1]


def test_an_entrant_without_a_row_is_named() -> None:
    found = exported(gradebook(head=HEAD))
    assert found.said[0] == "0 grades to import; found nobody"
    assert "9900940: has a mark, but no row in the gradebook" in found.said
    assert len(found.said) == 5


def test_a_mark_over_the_points_possible_is_left_out() -> None:
    head = (HEAD[0], "Points Possible,,,,,93.32")
    found = exported(gradebook("A,1,9900940,,A,", head=head))
    assert "93.33 is over the 93.32 points possible" in found.said[1]
    assert not csv_rows(found)[2:]


def csv_rows(found: Exported) -> list[list[str]]:
    return list(csv.reader(io.StringIO(found.files[0][1].decode("utf-8-sig"))))


REFUSED: list[tuple[tuple[str, ...], str, str]] = [
    (("a,b,c",), "HW4", "Export Entire Gradebook"),
    ((), "HW4", "Export Entire Gradebook"),
    (("Student,Section,HW4 (12)", "Points Possible,,1"), "HW4", "Export Entire Gradebook"),
    (HEAD, "HW5", r'no assignment is "HW5".*HW4 \(12\)'),
    ((HEAD[0].replace(" (12)", ""), HEAD[1]), "HW4", "Give one of these.*none"),
    ((HEAD[0] + ",HW4 (13)", HEAD[1] + ",1"), "HW4", r"2 assignments are.*HW4 \(12\), HW4 \(13\)"),
    ((HEAD[0], HEAD[1].replace("100", "(read only)")), "HW4", "Canvas takes no grades for it"),
    ((HEAD[0], "A,1,9900940,,A,"), "HW4", 'no row "Points Possible"'),
    ((HEAD[0].replace("HW4", "Final Score"), HEAD[1]), "12", "for a total of its own"),
    ((*HEAD, "A,1"), "HW4", "c.csv:3: 2 cells"),
]


@pytest.mark.parametrize(("head", "assignment", "expected"), REFUSED)
def test_what_is_no_gradebook_of_canvas_is_refused(
    head: tuple[str, ...], assignment: str, expected: str
) -> None:
    with pytest.raises(SheetError, match=expected):
        exported(gradebook(head=head), assignment)
