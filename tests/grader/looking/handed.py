"""A sample submission as a course site exports it, and an answer key for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.answer_files import AnswerKey, read_key
from grader.demo.sample import ROWS, Sample, make_sample
from grader.looking import Look, look
from grader.records import Submission
from validators.rules import Rules

FLAT = "王小明_101_assignsubmission_file_"
ZIP = "HW4_9900940_王小明.zip"
LABELS = tuple(
    f"Amends the Act of {1970 + row}. SECRET {row} is{' very' * (row % 3)} private."
    for row in range(ROWS)
)


@dataclass(frozen=True)
class Handed:
    """An export's root, the sample that it was made of, and a folder for scratch."""

    root: Path
    sample: Sample
    scratch: Path


def handed(folder: Path) -> Handed:
    """An empty export beside a sample."""
    root, scratch = folder / "export", folder / "scratch"
    root.mkdir()
    scratch.mkdir()
    return Handed(root, make_sample(folder / "sample"), scratch)


def as_zip(given: Handed, name: str = ZIP, beside: tuple[str, ...] = ()) -> Submission:
    """The sample as a zip of that name in the export."""
    path = given.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(given.sample.packed().read_bytes())
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return Submission(name, "zip", (name,), beside, bytes=len(data), digest=digest)


def as_folder(given: Handed, name: str = "王小明_101_assignsubmission_file") -> Submission:
    """The sample as an unpacked folder of the export."""
    given.sample.folder.rename(given.root / name)
    files = sorted(path for path in (given.root / name).rglob("*") if path.is_file())
    return Submission(
        name, "folder", tuple(path.relative_to(given.root).as_posix() for path in files)
    )


def as_loose_files(given: Handed, prefix: str = FLAT) -> Submission:
    """The files at the sample's top, each with the course site's prefix."""
    names = ("README.md", "main.py", "predictions.csv")
    for name in names:
        (given.sample.folder / name).rename(given.root / f"{prefix}{name}")
    return Submission(f"{prefix}*", "loose files", tuple(f"{prefix}{name}" for name in names))


def write_key(path: Path, order: tuple[int, ...] = tuple(range(ROWS)), usage: bool = True) -> Path:
    """An answer key whose rows come in that order, every third of them public."""
    lines = ["ID,Label" + (",Usage" if usage else "")]
    for row in order:
        cells = [str(row), LABELS[row]]
        if usage:
            cells.append("PUBLIC" if row % 3 == 0 else "Private")
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def key_of(given: Handed) -> AnswerKey:
    """The answer key of the sample, read."""
    return read_key(write_key(given.root.parent / "key.csv"), given.sample.rules)


def seen(given: Handed, submission: Submission, rules: Optional[Rules] = None) -> Look:
    """What a look at the submission gives, checks and score."""
    rules = rules or given.sample.rules
    return look(submission, given.root, given.scratch, rules, key_of(given), ("check", "score"))
