from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from grader.looking import look, unpacked_rows
from grader.metric.dialects import mean_in_order
from grader.records import Submission
from tests.grader.looking.handed import (
    FLAT,
    LABELS,
    Handed,
    as_folder,
    as_zip,
    handed,
    key_of,
    seen,
)
from validators.checks import check_submission

FORMS: dict[str, Callable[[Handed], Submission]] = {
    "zip": as_zip,
    "flat zip": lambda given: as_zip(given, f"{FLAT}HW4_9900940_王小明.zip"),
    "folder": as_folder,
    "folder called as the model": lambda given: as_folder(given, "pruned_model"),
}


@pytest.fixture
def given(tmp_path: Path) -> Handed:
    return handed(tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_submission_has_no_finding_and_a_score(given: Handed, form: str) -> None:
    found = seen(given, FORMS[form](given))
    assert found.checked is not None
    assert found.scored is not None
    assert found.checked.findings == ()
    assert found.checked.faults == found.scored.faults == ()
    assert [way.counting for way in found.checked.counted] == ["handout", "strict"]
    assert 0 < found.checked.counted[0].nonzero < found.checked.counted[0].parameters
    (score,) = found.scored.scores
    assert score.file == "predictions.csv"
    assert score.rows == 12
    assert score.low <= score.value <= score.high


def test_the_checks_are_those_of_check_submission(given: Handed) -> None:
    (given.sample.folder / "README.md").unlink()
    (given.sample.folder / ".DS_Store").write_text("x")
    submission = as_zip(given, "HW4_someone.zip")
    found = seen(given, submission).checked
    assert found is not None
    report = check_submission(given.root / submission.files[0], given.sample.rules)
    assert found.findings == report.findings
    assert {finding.code for finding in found.findings} >= {"package.no-readme"}


def test_the_deciding_counting_comes_first(given: Handed) -> None:
    rules = given.sample.rules
    assert rules.model is not None
    strict = rules.model_copy(
        update={"model": rules.model.model_copy(update={"counting": "strict"})}
    )
    found = seen(given, as_zip(given), strict).checked
    assert found is not None
    assert [way.counting for way in found.counted] == ["strict", "handout"]


def test_score_rows_and_parts_agree(given: Handed) -> None:
    key = key_of(given)
    found = seen(given, as_zip(given))
    assert found.scored is not None
    (score,) = found.scored.scores
    rows = unpacked_rows(found.rows, most=12)
    assert mean_in_order(rows) == score.value
    assert score.public == mean_in_order([rows[place] for place in key.public])
    assert score.private == mean_in_order([rows[place] for place in key.private])
    assert score.public != score.private
    assert score.mean_words == 14.0
    assert f"answers:{key.answers.digest[:12]}" in score.signature


def test_rows_in_another_order_score_the_same(given: Handed) -> None:
    one = seen(given, as_zip(given))
    head, *rows = given.sample.predictions.read_text().splitlines()
    given.sample.predictions.write_text("\n".join([head, *reversed(rows), ""]))
    rules = given.sample.rules.model_copy(update={"severities": {"csv.row-order": "notes"}})
    (given.scratch / "b").mkdir()
    again = replace(given, scratch=given.scratch / "b")
    other = seen(again, as_zip(given), rules)
    assert one.scored is not None
    assert other.scored is not None
    assert other.scored.scores[0].value == one.scored.scores[0].value
    assert other.rows == one.rows


def test_every_usable_file_is_scored_the_nearest_first(given: Handed) -> None:
    folder = given.sample.folder
    text = given.sample.predictions.read_text()
    (folder / "old").mkdir()
    (folder / "old" / "a.csv").write_text(text.replace("Amends", "Repeals"))
    (folder / "z.csv").write_text(text.replace("Amends", "  "))
    (folder / "broken.csv").write_text(text + '"11","twice"\n')
    found = seen(given, as_zip(given))
    assert found.scored is not None
    assert [score.file for score in found.scored.scores] == [
        "predictions.csv", "z.csv", "old/a.csv",
    ]  # fmt: skip
    assert mean_in_order(unpacked_rows(found.rows, 12)) == found.scored.scores[0].value
    assert found.checked is not None
    assert {finding.place.file for finding in found.checked.findings} == {"broken.csv"}


def test_no_more_files_are_scored_than_are_checked(given: Handed) -> None:
    for number in range(7):
        text = given.sample.predictions.read_text()
        (given.sample.folder / f"p{number}.csv").write_text(text)
    found = seen(given, as_zip(given)).scored
    assert found is not None
    assert len(found.scores) == 5


def test_white_space_is_a_prediction_that_scores_nothing(given: Handed) -> None:
    lines = ['"ID","Predict"', *(f'"{row}","{" " * 17}"' for row in range(12)), ""]
    given.sample.predictions.write_text("\n".join(lines))
    found = seen(given, as_zip(given)).scored
    assert found is not None
    (score,) = found.scores
    assert (score.value, score.mean_words) == (0.0, 0.0)


@pytest.mark.parametrize("row", ['"11","again"', '"99","more"', '"","blank"'])
def test_ids_that_the_course_takes_lightly_still_have_no_score(given: Handed, row: str) -> None:
    text = given.sample.predictions.read_text()
    given.sample.predictions.write_text(f"{text}{row}\n")
    light = dict.fromkeys(("csv.duplicate-id", "csv.unknown-id", "csv.blank-id"), "warns")
    rules = given.sample.rules.model_copy(update={"severities": light})
    found = seen(given, as_zip(given), rules)
    assert found.scored is not None
    assert found.scored.scores == ()
    assert found.scored.faults == ()
    assert found.rows == b""
    assert found.checked is not None
    assert found.checked.findings


def test_no_answer_gets_into_what_is_told(given: Handed) -> None:
    text = given.sample.predictions.read_text().replace("bill 3.", LABELS[3])
    given.sample.predictions.write_text(text + '"3","again"\n')
    told = repr(seen(given, as_zip(given)).checked)
    assert "csv.duplicate-id" in told
    assert "SECRET" not in told


@pytest.mark.parametrize(
    ("broken", "codes"),
    [
        ("validators.model.section", (["fault.model"], [])),
        ("validators.predictions.section", (["fault.csv"], ["fault.csv"])),
        ("grader.looking.one_look.checked", (["fault.check"], [])),
        ("grader.looking.scoring.read_predictions", ([], ["fault.score"])),
        ("grader.looking.placing.unpack", (["fault.unpack"], ["fault.unpack"])),
    ],
)
def test_what_breaks_is_a_fault_of_its_own_part(
    given: Handed, monkeypatch: pytest.MonkeyPatch, broken: str, codes: tuple[list[str], list[str]]
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise OSError(28, "ours")

    submission = as_zip(given)
    key_of(given)
    monkeypatch.setattr(broken, breaks)
    found = seen(given, submission)
    assert found.checked is not None
    assert found.scored is not None
    assert [fault.code for fault in found.checked.faults] == codes[0]
    assert [fault.code for fault in found.scored.faults] == codes[1]
    for fault in (*found.checked.faults, *found.scored.faults):
        assert not fault.remedy.startswith("Not your fault")


def test_only_what_is_wanted_is_made(given: Handed) -> None:
    submission = as_folder(given)
    key = key_of(given)
    args = (submission, given.root, given.scratch, given.sample.rules)
    check = look(*args, None, ("check",))
    assert check.checked is not None
    assert (check.scored, check.rows) == (None, b"")
    score = look(*args, key, ("score",))
    assert score.checked is None
    assert score.scored is not None
    with pytest.raises(ValueError, match="answer key"):
        look(*args, None, ("score",))
