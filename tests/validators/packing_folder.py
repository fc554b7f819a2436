"""A student's folder for the tests of `pack`: a valid submission, and what else lies about."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from grader.demo.sample import Sample, make_sample
from validators.cli import check
from validators.console import INTERRUPTED

NAME = "HW4_9900940_王小明.zip"
SETTINGS = '[student]\nid = "9900940"\nname = "王小明"\n'


@dataclass(frozen=True)
class Called:
    """What a call printed, and the exit code that the shell gets."""

    exit_code: int
    output: str

    @property
    def said(self) -> str:
        """The output with all white space as one space."""
        return " ".join(self.output.split())

    @property
    def last(self) -> str:
        """The last line."""
        return self.output.splitlines()[-1]


def call(*words: object) -> Called:
    """A call of `check-submission` with these words."""
    done = CliRunner().invoke(check, [str(word) for word in words], standalone_mode=False)
    trouble = done.exception
    if trouble is None:
        return Called(done.return_value, done.output)
    if isinstance(trouble, click.Abort):
        return Called(INTERRUPTED, done.output)
    assert isinstance(trouble, click.ClickException), repr(trouble)
    return Called(trouble.exit_code, f"{done.output}{trouble.format_message()}")


def make_folder(root: Path) -> Sample:
    """A valid submission with settings that say who hands in."""
    sample = make_sample(root)
    (sample.folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    return sample


def put(folder: Path, path: str, content: object = b"x") -> Path:
    """A file of the folder, with the folders around it."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content if isinstance(content, bytes) else str(content).encode())
    return target


def pack(sample: Sample, *words: object) -> Called:
    """What `pack` says about the folder."""
    return call("pack", sample.folder, "--competition", sample.competition, *words)


def packed(sample: Sample, *words: object) -> dict[str, Any]:
    """The answer of `pack` as JSON."""
    answer: dict[str, Any] = json.loads(pack(sample, "--json", *words).output)
    return answer


def inside(path: Path) -> list[str]:
    """The names in the zip, in its order."""
    with zipfile.ZipFile(path) as opened:
        return opened.namelist()
