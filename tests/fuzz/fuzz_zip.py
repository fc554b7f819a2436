"""The zip reader under mutated archives: it answers, and nothing gets out of its folder."""

from __future__ import annotations

import os
import shutil
import stat
from functools import lru_cache
from pathlib import Path

from tests.rawzip import Raw, zip_bytes
from validators.display import clean
from validators.package import Limits, section, unpack
from validators.report import Section
from validators.rules import Rules, load_rules

LIMITS = Limits(
    max_zip_bytes=100_000,
    max_unpacked_bytes=200_000,
    max_entries=40,
    max_depth=6,
    legacy_name_encoding="cp950",
)
NAME = "HW4_9900940_王小明.zip"
_NOTEBOOK = b'{"cells": [{"cell_type": "code", "source": ["1 + 1"]}]}'
_PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
_DOCX = zip_bytes([Raw(b"word/document.xml", b"<w:t>run main.py</w:t>")])
_PLAIN = (
    Raw(b"README.md", b"run main.py\n"),
    Raw(b"main.py", b"print(1)\n" * 30, method=0),
    Raw(b"train.ipynb", _NOTEBOOK),
    Raw(b"report.pdf", _PDF),
    Raw(b"pruned_model/", b"", mode=0o040755),
    Raw(b"pruned_model/model.safetensors", bytes(range(256)) * 8),
)
_EVIL = (
    Raw(b"../escape.txt"),
    Raw(b"/fuzz-escape.txt"),
    Raw(b"C:\\escape.txt"),
    Raw(b"a\\..\\..\\escape.txt", flags=0),
    Raw(b"link", b"../..", mode=0o120777),
    Raw(b"link/escape.txt"),
    Raw(b"pipe", mode=0o010644),
    Raw(b"README.md/below"),
    Raw(b"readme.MD"),
    Raw("許功蓋.txt".encode("cp950"), flags=0, system=0),
    Raw(b"locked", flags=1),
    Raw(b"nul.txt\0.exe"),
    Raw(b"zeros", unpacked=150_000, payload=b"\0" * 40),
    Raw(b"hard", extra=b"\x0d\0\x10\0" + bytes(12) + b"/etc"),
)
SEEDS: tuple[bytes, ...] = (
    zip_bytes(_PLAIN),
    zip_bytes(_PLAIN, zip64=True),
    zip_bytes([Raw(b"hw/" + entry.name, entry.data) for entry in _PLAIN]),
    zip_bytes((*_PLAIN[1:], Raw(b"README.docx", _DOCX), Raw(b"inside.zip", _DOCX))),
    zip_bytes((*_PLAIN, *_EVIL)),
    zip_bytes(_EVIL, before=b"MZ" * 20, after=b"\n\n", comment=b"made by hand"),
    zip_bytes([]),
)


def run_one(data: bytes, folder: Path) -> None:
    """Unpack and check the bytes; an AssertionError when anything is not as promised."""
    place = folder / "fuzz" / "deep"
    shutil.rmtree(folder / "fuzz", ignore_errors=True)
    place.mkdir(parents=True)
    archive = folder / "fuzz" / NAME
    archive.write_bytes(data)
    before = _names(folder)
    workspace = unpack(archive, place / "out", LIMITS)
    found = section(workspace, rules(), (NAME,))
    assert _names(folder) == before
    assert _names(folder / "fuzz") == [NAME, "deep"]
    assert _names(place) == ["out"]
    assert not Path("/fuzz-escape.txt").exists()
    _check_tree(place / "out")
    for entry in workspace.entries:
        assert (workspace.root / entry.path).stat().st_size == entry.bytes
    _check_words(found, str(folder))
    assert workspace.opened or any(finding.blocks for finding in found.findings)


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules that the archives are checked by."""
    return load_rules()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _check_tree(top: Path) -> None:
    count = total = 0
    for parent, folders, files in os.walk(top):
        for name in (*folders, *files):
            info = (Path(parent) / name).lstat()
            assert stat.S_ISDIR(info.st_mode) or stat.S_ISREG(info.st_mode), name
            assert stat.S_IMODE(info.st_mode) & 0o077 == 0 or os.name == "nt"
            count += 1
            total += info.st_size if stat.S_ISREG(info.st_mode) else 0
    assert count <= LIMITS.max_entries
    assert total <= LIMITS.max_unpacked_bytes


def _check_words(found: Section, private: str) -> None:
    for finding in found.findings:
        assert str(finding) == clean(str(finding))
        assert private not in str(finding)
        assert finding.message.endswith(".")
