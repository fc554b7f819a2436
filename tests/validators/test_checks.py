"""Which parts of a package are looked at, and how often one thing is said."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from grader.demo.sample import Sample, make_sample
from tests.rawzip import Raw, files_of, written, zip_bytes
from validators.checks import MOST_CSV_FILES, check_submission
from validators.report import Outcome, Report


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_sample(tmp_path)


def look(sample: Sample, path: Path) -> Report:
    return check_submission(path, sample.rules)


def test_kaggles_sample_submission_is_nobodys_predictions(sample: Sample) -> None:
    for name in ("sample_submission.csv", "data/Sample Submission.csv"):
        path = sample.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("ID,Predict\n0,\n", encoding="utf-8")
    assert look(sample, sample.folder).outcome is Outcome.SAFE


def test_of_many_predictions_the_nearest_are_checked(sample: Sample) -> None:
    (sample.folder / "a").mkdir()
    for number in range(12):
        shutil.copy(sample.predictions, sample.folder / "a" / f"predictions{number}.csv")
    sections = [
        section for section in look(sample, sample.folder).sections if section.name == "csv"
    ]
    assert len(sections) == MOST_CSV_FILES + 1
    assert sections[0].subject == "predictions.csv"
    assert sections[-1].unchecked[0].startswith("8 more CSV files")


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        ("ipynb", "package.broken-notebook"),
        ("pdf", "package.broken-pdf"),
        ("py", "package.empty-code"),
        ("zip", "package.nested-archive"),
        ("pem", "package.secret"),
    ],
)
def test_a_mistake_in_many_files_is_told_of_the_first_few(
    sample: Sample, suffix: str, code: str
) -> None:
    for number in range(12):
        (sample.folder / f"{number:02}.{suffix}").write_text("#", encoding="utf-8")
    report = look(sample, sample.folder)
    assert Counter(finding.code for finding in report.findings) == {code: 5}
    assert report.findings[-1].message.endswith("The same of 7 more files.")
    assert dict(report.findings[-1].evidence)["more"] == 7


def test_a_model_that_is_not_whole_is_not_called_empty_as_well(sample: Sample) -> None:
    entries = [
        Raw(entry.name, entry.data, crc=1) if b"safetensors" in entry.name else entry
        for entry in files_of(sample.folder)
    ]
    report = look(sample, written(sample, zip_bytes(entries)))
    assert [finding.code for finding in report.findings] == ["archive.damaged"]
    (model,) = (section for section in report.sections if section.name == "model")
    assert model.unchecked == ("The model: its weights could not be read.",)


def test_predictions_that_are_not_whole_are_not_called_missing_as_well(sample: Sample) -> None:
    rules = sample.rules.model_copy(
        update={"predictions": sample.rules.predictions.model_copy(update={"in_package": True})}
    )
    entries = [
        Raw(entry.name, entry.data, crc=1) if entry.name.endswith(b".csv") else entry
        for entry in files_of(sample.folder)
    ]
    report = check_submission(written(sample, zip_bytes(entries)), rules)
    assert [finding.code for finding in report.findings] == ["archive.damaged"]


@pytest.mark.parametrize("in_package", [True, False])
def test_a_bad_csv_blocks_a_package_only_where_it_must_hold_one(
    sample: Sample, in_package: bool
) -> None:
    rules = sample.rules.model_copy(
        update={
            "predictions": sample.rules.predictions.model_copy(update={"in_package": in_package})
        }
    )
    sample.predictions.write_text("ID,Predict\n", encoding="utf-8")
    (found,) = (each for each in check_submission(sample.folder, rules).findings)
    assert found.code.startswith("csv.")
    assert found.blocks is in_package
    own = rules.model_copy(update={"severities": {found.code: "blocks"}})
    (found,) = check_submission(sample.folder, own).findings
    assert found.blocks
    (found,) = check_submission(sample.predictions, rules).findings
    assert found.blocks


def test_a_split_zip_that_fitted_into_one_part_is_a_plain_zip(sample: Sample) -> None:
    for mark in (b"PK\x07\x08", b"PK00"):
        data = zip_bytes(files_of(sample.folder), before=mark)
        assert look(sample, written(sample, data)).findings == ()


def test_files_that_go_away_while_they_are_listed_are_not_missed(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    class Gone:
        name, path = "checkpoint.tmp", "checkpoint.tmp"

        def stat(self, *, follow_symlinks: bool) -> os.stat_result:
            raise FileNotFoundError(2, "gone")

    class Listing:
        def __init__(self, path: Path) -> None:
            self.inner, self.more = scan(path), [Gone()] if path == sample.folder else []

        def __enter__(self) -> list[object]:
            with self.inner as found:
                return [*found, *self.more]

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("validators.package.folder.os.scandir", Listing)
    report = look(sample, sample.folder)
    assert report.findings == ()
    assert report.outcome is Outcome.SAFE


def test_an_id_is_not_said_to_agree_when_there_is_none(sample: Sample) -> None:
    report = check_submission(sample.packed(), sample.rules, team="nobody")
    (team,) = (section for section in report.sections if section.name == "team")
    assert not any(result.passed for result in team.results)
    assert team.unchecked == ("The team name and the package carry the same id.",)


def test_a_file_that_cant_be_read_is_not_said_to_be_text(sample: Sample, tmp_path: Path) -> None:
    report = look(sample, tmp_path / "none.csv")
    assert not any(result.passed for result in report.sections[0].results)


def test_a_course_can_weigh_missing_predictions_otherwise(sample: Sample) -> None:
    rules = sample.rules.model_copy(
        update={
            "predictions": sample.rules.predictions.model_copy(update={"in_package": True}),
            "severities": {"csv.absent": "notes"},
        }
    )
    sample.predictions.unlink()
    report = check_submission(sample.folder, rules)
    assert [finding.severity.value for finding in report.findings] == ["notes"]
    assert report.outcome is Outcome.SAFE
