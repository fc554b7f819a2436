"""A made-up class and its exports in every layout that a course site gives."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from validators.rules import load_rules

RULES = load_rules()


@dataclass(frozen=True)
class Handed:
    """One package of one person: who by the course site, and the files with their bytes."""

    participant: int
    name: str
    files: tuple[tuple[str, bytes], ...]


def zipped(*names: str, text: str = "x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names or ("main.py", "README.md"):
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def package(number: str, name: str, text: str = "") -> tuple[str, bytes]:
    return f"HW4_{number}_{name}.zip", zipped("main.py", text=text or number)


CLASS = (
    Handed(101, "王小明", (package("9900940", "王小明"), ("HW4_9900940_王小明.pdf", b"%PDF"))),
    Handed(102, "佐藤和真", (package("0240309", "佐藤和真"),)),
    Handed(103, "José García", (package("9900942", "Jose"),)),
    Handed(104, "Anna van_Dyke", (package("9900943", "Anna"),)),
)
ROSTER = (
    ("9900940", "王小明", "wang@example.edu"),
    ("0240309", "佐藤和真", "sato@example.edu"),
    ("9900942", "José García", "jose@example.edu"),
    ("9900943", "Anna van Dyke", "anna@example.edu"),
    ("9900944", "陳大文", "chen@example.edu"),  # hands in nothing
)


def moodle_folder(handed: Handed, name: str) -> str:
    shown = handed.name.replace("_", " ")
    return f"{shown}_{handed.participant}_assignsubmission_file/{name}"


def moodle_trailing(handed: Handed, name: str) -> str:
    shown = handed.name.replace("_", " ")
    return f"{shown}_{handed.participant}_assignsubmission_file_/{name}"


def moodle_flat(handed: Handed, name: str) -> str:
    shown = handed.name.replace("_", " ")
    return f"{shown}_{handed.participant}_assignsubmission_file_{name}"


def moodle_anonymous(handed: Handed, name: str) -> str:
    return f"Participant_{handed.participant}_assignsubmission_file/{name}"


def moodle_group(handed: Handed, name: str) -> str:
    return f"Group_{handed.participant}_assignsubmission_file/{name}"


def moodle_wrapped(handed: Handed, name: str) -> str:
    return f"course-hw4-77/{moodle_folder(handed, name)}"


def folder_of_folders(handed: Handed, name: str) -> str:
    return f"{handed.name}/{name}"


def folder_of_zips(handed: Handed, name: str) -> str:
    return name


def sections(handed: Handed, name: str) -> str:
    return f"section {handed.participant % 2}/{name}"


LAYOUTS: tuple[Callable[[Handed, str], str], ...] = (
    moodle_folder, moodle_trailing, moodle_flat, moodle_anonymous, moodle_group, moodle_wrapped,
    folder_of_folders, folder_of_zips, sections,
)  # fmt: skip


def paths_of(
    handed: Iterable[Handed], layout: Callable[[Handed, str], str]
) -> list[tuple[str, bytes]]:
    return [(layout(each, name), data) for each in handed for name, data in each.files]


def as_folder(root: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    for path, data in files:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root


def as_zip(path: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def table(path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8-sig") -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def roster(path: Path, rows: Iterable[Sequence[str]] = ROSTER) -> Path:
    return table(path, [("ID number", "Full name", "Email address"), *rows])


def worksheet(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Rows are: participant, name, id number, e-mail, last modified."""
    header = ("Identifier", "Full name", "ID number", "Email address", "Status", "Grade",
              "Last modified (submission)", "Last modified (grade)")  # fmt: skip
    body = [
        (f"Participant {number}", name, student, email, "Submitted", "", modified, "-")
        for number, name, student, email, modified in rows
    ]
    return table(path, [header, *body])


def leaderboard(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Rows are: team id, team name."""
    header = ("Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount",
              "TeamMemberUserNames")  # fmt: skip
    body = [
        (str(rank), number, name, "2024-05-01 10:00:00", "0.2", "3", "member")
        for rank, (number, name) in enumerate(rows, 1)
    ]
    return table(path, [header, *body])


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)
