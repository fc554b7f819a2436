"""Student ids with letters: one student, in whatever case the id was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.validators.packing_folder import call, make_folder, packed
from validators.name_patterns import ids_in, match_name, own_case

OLD_AND_NEW = "20[0-9]{6}|a[0-9]{5}"
CASES = [
    ("a41207", OLD_AND_NEW, "a41207"),
    ("A41207", OLD_AND_NEW, "a41207"),
    ("20261101", OLD_AND_NEW, "20261101"),
    ("b07902001", "[A-Z][0-9]{8}", "B07902001"),
    ("aBcd12", "[A-Z][a-z]{3}[0-9]{2}", "Abcd12"),
    # Both cases are the course's: two students, then.
    ("A41207", "[aA][0-9]{5}", "A41207"),
    ("a41207", "[aA][0-9]{5}", "a41207"),
    ("Ab1", "ab[0-9]|AB[0-9]", "Ab1"),
    ("x41207", OLD_AND_NEW, "x41207"),
]


@pytest.mark.parametrize(("given", "pattern", "own"), CASES)
def test_an_id_comes_in_the_case_that_the_course_gives_it(
    given: str, pattern: str, own: str
) -> None:
    assert own_case(given, pattern) == own


@pytest.mark.parametrize(
    ("text", "number", "exact"),
    [
        ("headlines_a41207_Rui", "a41207", True),
        ("headlines_A41207_Rui", "a41207", False),
        ("HEADLINES_Ａ４１２０７_Rui", "a41207", False),
    ],
)
def test_a_name_is_matched_to_one_student(text: str, number: str, exact: bool) -> None:
    found = match_name(text, ["headlines_{id}_{name}"], OLD_AND_NEW)
    assert found is not None
    assert (found.student_id, found.name, found.exact) == (number, "Rui", exact)
    assert found.canonical == "headlines_a41207_Rui"


def test_ids_within_a_text_are_found_in_any_case() -> None:
    assert ids_in("by A41207 and a41208, not BA41209", OLD_AND_NEW) == ("a41207", "a41208")


def test_pack_writes_the_id_in_its_own_case(tmp_path: Path) -> None:
    sample = make_folder(tmp_path)
    rules = sample.competition.read_text(encoding="utf-8")
    sample.competition.write_text(f'{rules}\n[team]\nid = "a[0-9]{{5}}"\n', encoding="utf-8")
    started = call("init", tmp_path / "new", "--id", "A41207", "--competition", sample.competition)
    assert started.exit_code == 0
    answer = packed(sample, "--id", "A41207", "--name", "Rui")
    assert (Path(answer["zip"]).name, answer["outcome"]) == ("HW4_a41207_Rui.zip", "safe")
