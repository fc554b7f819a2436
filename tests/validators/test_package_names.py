"""Names: of the zip, of the student in it, and of the files inside."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Optional

import pytest

from validators.package import Entry, Workspace, section, student_id
from validators.package.leftovers import is_secret, kind_of
from validators.package.names import Taken, windows_trouble
from validators.rules import load_rules


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HW4_9900940_王小明.zip", "9900940"),
        ("HW4_9900940_J. R. Lin.zip", "9900940"),
        ("HW4_９９００９４０_王小明.zip", "9900940"),
        ("hw4_9900940.PDF", "9900940"),
        ("HW_112345678_name.zip", "112345678"),
        (unicodedata.normalize("NFD", "HW4_9900940_José.zip"), "9900940"),
        ("HW4_9900940_王小明", "9900940"),
        ("HW4_99009_王小明.zip", None),
        ("homework.zip", None),
        ("", None),
        (".zip", None),
    ],
)
def test_the_student_id(name: str, expected: Optional[str]) -> None:
    assert student_id(name, load_rules()) == expected


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("HW4_9900940_王小明.zip", []),
        ("HW4_9900940_J. R. Lin.zip", []),
        (unicodedata.normalize("NFD", "HW4_9900940_José.zip"), []),
        ("HW_9900940_name.zip", ["package.zip-spelling"]),
        ("HW4_9900940_name - Copy.zip", ["package.zip-spelling"]),
        ("HW4_9900940_王小明 - 複製.zip", ["package.zip-spelling"]),
        ("HW4_9900940_.zip", ["package.zip-name"]),
        ("HW4_9900940_王小明.rar", ["package.zip-name"]),
    ],
)
def test_zip_names(name: str, codes: list[str]) -> None:
    found = section(
        Workspace(name, Path(), entries=(Entry("data.bin", 1),)), load_rules(), (name,)
    ).findings
    assert [finding.code for finding in found if "zip-" in finding.code] == codes


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("__MACOSX/._main.py", "macOS's own data"),
        ("a/.DS_Store", "macOS's own data"),
        ("Thumbs.db", "Windows's own data"),
        (".git/objects/ab/cd", "version history"),
        ("src/__pycache__/x.cpython-39.pyc", "compiled Python files"),
        ("env/lib/python3.9/os.py", "a Python environment"),
        ("pruned_model/checkpoint-500/model.safetensors", "training checkpoints"),
        ("pruned_model/optimizer.pt", "the state of training"),
        ("pruned_model/rng_state_0.pth", "the state of training"),
        ("runs/May01/events.out.tfevents.1", "training logs"),
        ("huggingface/hub/models/x", "caches"),
        ("data/train.arrow", "data sets"),
        ("environment/lib.py", ""),
        ("huggingface/train.py", ""),
        ("checkpoint-final/model.bin", ""),
        ("optimizer.py", ""),
        ("runs/main.py", ""),
        ("pruned_model/model.safetensors", ""),
    ],
)
def test_kinds_of_leftovers(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    "path", ["kaggle.json", ".kaggle/kaggle.json", ".netrc", "a/key.pem", ".env"]
)
def test_secrets(path: str) -> None:
    assert is_secret(path)


@pytest.mark.parametrize("path", ["venv/lib/certifi/cacert.pem", "kaggle.py", ".env/bin/python"])
def test_what_is_no_secret(path: str) -> None:
    assert not is_secret(path)


@pytest.mark.parametrize(
    "path", ["con", "a/NUL.txt", "lpt1.tar.gz", "a /b", "a./b", "a:b", "a?", 'q"']
)
def test_names_that_windows_refuses(path: str) -> None:
    assert windows_trouble(path) is not None


@pytest.mark.parametrize("path", ["console", "a/b.c", ".hidden", "com0", "résumé", "報告 (1).md"])
def test_names_that_windows_takes(path: str) -> None:
    assert windows_trouble(path) is None


def test_names_that_merge() -> None:
    taken = Taken()
    assert taken.clash("Café/x", folder=False) is None
    assert taken.clash("Café", folder=True) is None
    assert taken.clash("Café/y", folder=False) is None
    for path in ("café/z", unicodedata.normalize("NFD", "Café/z"), "Café/X", "Café/x/y", "Café"):
        assert taken.clash(path, folder=False) is not None
