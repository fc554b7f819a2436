"""`check-submission FOLDER` while somebody works in it: judged as `pack` would hand it in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from grader.demo.sample import Sample
from tests.validators.packing_folder import SETTINGS, Called, call, inside, make_folder, pack, put
from validators import check_submission
from validators.opening import digests_of, opened

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")

MESS = (
    "billsum/train.jsonl", "released/model.safetensors", "released/config.json",
    "checkpoint/training.pt", ".env", "kaggle.json", "venv/pyvenv.cfg", "notes.zip",
    "pruned_model/optimizer.pt", "pruned_model/pytorch_model.bin",
)  # fmt: skip


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_folder(tmp_path / "given")


def checked(sample: Sample, *words: object) -> Called:
    return call(sample.folder, "--competition", sample.competition, *words)


def test_what_stays_out_is_not_judged_and_is_told_in_a_line(sample: Sample) -> None:
    assert "checked as pack" not in checked(sample).output
    pack(sample)
    for path in MESS:
        put(sample.folder, path, b"x" * 2000)
    result = checked(sample)
    assert (result.exit_code, result.last) == (0, "safe to submit")
    told = "checked as pack would hand it in, without 12 files ("
    assert result.said.count(told) == 1
    assert "warns" not in result.output
    assert "blocks" not in result.output
    assert result.said.count("checked as pack would") == 1


def test_the_digests_are_those_of_the_files_in_the_zip(sample: Sample) -> None:
    for path in MESS:
        put(sample.folder, path)
    pack(sample)
    with opened(sample.folder, sample.rules) as subject:
        digests = [each.file for each in digests_of(subject, sample.rules)]
    assert digests == inside(next(sample.folder.glob("HW4*.zip")))


def test_the_answer_is_that_of_the_zip(sample: Sample) -> None:
    put(sample.folder, "main.py", "def broken(:\n")
    put(sample.folder, "README.md", "")
    put(sample.folder, "billsum/train.jsonl")
    pack(sample)
    zipped = check_submission(next(sample.folder.glob("HW4*.zip")), sample.rules)
    folder = check_submission(sample.folder, sample.rules)
    assert zipped.findings
    assert [each.code for each in folder.findings] == [each.code for each in zipped.findings]
    assert folder.outcome == zipped.outcome


@pytest.mark.parametrize("parts", ["model", "csv", "package"])
def test_the_line_is_there_whatever_is_asked_for(parts: str, sample: Sample) -> None:
    put(sample.folder, "billsum/train.jsonl")
    answer = json.loads(checked(sample, "--only", parts, "--json").output)
    (section,) = answer["submissions"][0]["sections"]
    assert section["facts"][0].endswith('without 1 file (1 bytes): "billsum/train.jsonl"')


@pytest.mark.parametrize(
    "settings", ["", "[prune]\nratio = 0.3\n", "[student", "\x00", "[students]\n", "# [student]\n"]
)
def test_any_other_folder_is_judged_as_it_lies(settings: str, sample: Sample) -> None:
    put(sample.folder, "settings.toml", settings)
    put(sample.folder, "kaggle.json")
    report = check_submission(sample.folder, sample.rules)
    assert [each.code for each in report.findings] == ["package.secret"]


@posix
def test_a_link_in_place_of_what_belongs_in_blocks(sample: Sample, tmp_path: Path) -> None:
    model = sample.folder / "pruned_model"
    model.rename(tmp_path / "elsewhere")
    model.symlink_to(tmp_path / "elsewhere")
    result = checked(sample)
    assert result.exit_code == 3
    assert "package.link" in result.output


def test_more_than_the_course_accepts_is_not_copied(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = sample.rules.package.model_copy(update={"max_unpacked_bytes": 1000})
    rules = sample.rules.model_copy(update={"package": limit})
    monkeypatch.setattr("validators.packing.preview._copy", None)
    (found,) = check_submission(sample.folder, rules).findings
    assert (found.code, found.blocks) == ("package.too-large", True)
    assert "at most 1.0 kB allowed" in found.message


def test_a_copy_that_fails_is_our_fault(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("validators.packing.preview.shutil.copyfileobj", full)
    report = check_submission(sample.folder, sample.rules)
    assert report.outcome.value == "fault"
    assert not report.findings


def test_settings_as_init_writes_them_make_a_work_folder(sample: Sample, tmp_path: Path) -> None:
    from validators.packing.student import is_work_folder

    assert SETTINGS.startswith("[student]")
    assert is_work_folder(sample.folder)
    assert call("init", tmp_path / "new").exit_code == 0
    assert is_work_folder(tmp_path / "new")
    assert not is_work_folder(tmp_path)
