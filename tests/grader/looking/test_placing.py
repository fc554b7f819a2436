from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from grader.collect.submissions import content_digest
from grader.looking.placing import own_name
from grader.records import Submission
from tests.grader.looking.handed import (
    FLAT,
    Handed,
    as_folder,
    as_loose_files,
    as_zip,
    handed,
    seen,
)


@pytest.fixture
def given(tmp_path: Path) -> Handed:
    return handed(tmp_path)


def test_loose_files_are_put_together_under_their_own_names(given: Handed) -> None:
    found = seen(given, as_loose_files(given))
    assert found.checked is not None
    assert {finding.code for finding in found.checked.findings} == {"package.no-model"}
    assert found.scored is not None
    assert [score.file for score in found.scored.scores] == ["predictions.csv"]
    assert sorted(path.name for path in (given.scratch / "together").iterdir()) == [
        "README.md", "main.py", "predictions.csv",
    ]  # fmt: skip


def test_loose_files_of_one_name_are_all_kept(given: Handed) -> None:
    names = (f"{FLAT}main.py", "main.py", f"{FLAT}..", f"{FLAT}")
    for number, name in enumerate(names):
        (given.root / name).write_text(f"x = {number}\n")
    seen(given, Submission(f"{FLAT}*", "loose files", names))
    texts = {path.name: path.read_text() for path in (given.scratch / "together").iterdir()}
    assert sorted(texts.values()) == [f"x = {number}\n" for number in range(4)]
    assert (given.root / names[0]).read_text() == "x = 0\n"


def test_names_beside_the_zip_are_checked_without_the_sites_prefix(given: Handed) -> None:
    right = as_zip(given, f"{FLAT}HW4_9900940_王小明.zip", (f"{FLAT}HW4_9900940_王小明.pdf",))
    found = seen(given, right).checked
    assert found is not None
    assert found.findings == ()
    given = replace(given, scratch=given.scratch / "b")
    given.scratch.mkdir()
    found = seen(given, replace(right, beside=(f"{FLAT}HW4_9900941_王小明.pdf",))).checked
    assert found is not None
    assert [finding.code for finding in found.findings] == ["package.other-id"]
    assert "_assignsubmission_" not in repr(found)


@pytest.mark.parametrize("form", ["zip", "folder", "loose files"])
@pytest.mark.parametrize("harm", ["gone", "a link", "a pipe"])
def test_what_can_not_be_read_is_a_fault_and_no_finding(
    given: Handed, form: str, harm: str
) -> None:
    make = {"zip": as_zip, "folder": as_folder, "loose files": as_loose_files}[form]
    submission = make(given)
    path = given.root / submission.files[0]
    kept = path.rename(given.root.parent / "kept")
    if harm == "a link":
        path.symlink_to(kept)
    elif harm == "a pipe":
        os.mkfifo(path)
    found = seen(given, submission)
    assert found.checked is not None
    assert found.scored is not None
    assert found.checked.findings == found.scored.scores == ()
    for faults in (found.checked.faults, found.scored.faults):
        assert [fault.code for fault in faults] == ["fault.unpack"]
        assert faults[0].remedy.startswith("Not the student's fault.")
        assert str(given.root) not in faults[0].message


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_bytes_that_changed_after_they_were_collected_are_a_fault(given: Handed, form: str) -> None:
    submission = {"zip": as_zip, "folder": as_folder}[form](given)
    digest, _ = content_digest(submission, given.root)
    known = replace(submission, digest=digest)
    unchanged = seen(given, known).checked
    assert unchanged is not None
    assert unchanged.faults == ()
    path = given.root / submission.files[0]
    path.write_bytes(path.read_bytes()[:-30])
    (given.scratch / "second").mkdir()
    found = seen(replace(given, scratch=given.scratch / "second"), known)
    assert found.checked is not None
    assert found.checked.findings == ()
    assert [fault.code for fault in found.checked.faults] == ["fault.changed"]


def test_a_folder_that_may_not_be_read_is_a_fault(
    given: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = as_folder(given)
    real = os.access

    def access(path: str | Path, mode: int) -> bool:
        return Path(path).name != "pruned_model" and real(path, mode)

    monkeypatch.setattr(os, "access", access)
    found = seen(given, submission).checked
    assert found is not None
    assert [fault.code for fault in found.faults] == ["fault.unpack"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"\x00" * 99])
def test_a_broken_zip_is_the_students_finding(given: Handed, data: bytes) -> None:
    submission = replace(as_zip(given), trouble="it is no zip", digest="")
    (given.root / submission.files[0]).write_bytes(data)
    found = seen(given, submission)
    assert found.checked is not None
    assert found.scored is not None
    assert found.checked.faults == found.scored.faults == ()
    assert any(finding.blocks for finding in found.checked.findings)
    assert found.scored.scores == ()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/HW4_1.zip", "HW4_1.zip"),
        (f"{FLAT}HW4_1.zip", "HW4_1.zip"),
        (f"x/{FLAT}", FLAT),
        (f"{FLAT}..", f"{FLAT}.."),
        ("HW4_b0001_attempt_2026-05-01-10-00-00_HW4_1.zip", "HW4_1.zip"),
    ],
)
def test_own_names(path: str, name: str) -> None:
    assert own_name(path) == name
