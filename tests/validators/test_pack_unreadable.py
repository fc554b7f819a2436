"""`check-submission pack` in a folder that it may not read, or that changes meanwhile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from grader.demo.sample import Sample
from tests.validators.packing_folder import make_folder, pack, put


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_folder(tmp_path / "given")


def test_a_file_that_goes_away_meanwhile_is_no_traceback(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("validators.packing.choosing.is_receipt", gone)
    put(sample.folder, "a.json")
    result = pack(sample)
    assert result.exit_code == 1
    assert "No such file or directory. Pack again." in result.said


def test_what_may_not_be_read_blocks_as_a_file_and_warns_as_a_folder(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(sample.folder, "locked/a.py")
    put(sample.folder, "other/a.txt")
    access, scandir = os.access, os.scandir

    def guarded(path: Any) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    result = pack(sample)
    assert result.exit_code == 0
    assert "warns package.not-a-file locked: a folder that may not be read" in result.said
    for name, code in (("a.txt", 0), ("main.py", 3)):
        monkeypatch.setattr(
            os, "access", lambda path, *how, name=name: name not in str(path) and access(path, *how)
        )
        result = pack(sample)
        assert result.exit_code == code, name
    assert result.last.endswith("(package.not-a-file)")
