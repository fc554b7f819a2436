"""The course site's export: where each package lies, as a folder and as the bulk zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.course.records import Handed, Person

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Lying:
    """A package in the export: whose it is, its source there, and its files with their bytes.

    `beside` are the paths of what lies next to it.
    """

    student: str
    handed: Handed
    source: str
    files: Mapping[str, bytes]
    beside: Mapping[str, bytes]


def lying(
    person: Person,
    handed: Handed,
    participant: int,
    own: Mapping[str, bytes],
    report: Mapping[str, bytes],
) -> Lying:
    """The package at the place that its door gives it."""
    start = _start(person, handed, participant)
    files = {start + name: data for name, data in own.items()}
    beside = {start + name: data for name, data in report.items()}
    source = next(iter(files)) if handed.form == "zip" else start.rstrip("/")
    if handed.form != "zip" and not start.endswith("/"):
        source = f"{start}*"
    return Lying(person.id, handed, source, files, beside)


def write_folder(folder: Path, packages: Iterable[Lying]) -> None:
    """The export as a folder."""
    for path, data in _everything(packages):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def write_zip(path: Path, packages: Iterable[Lying]) -> None:
    """The export as the bulk zip, the same bytes every time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in _everything(packages):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)


def modified(packages: Sequence[Handed]) -> str:
    """The worksheet's cell: when the last of the packages came."""
    if not packages:
        return "-"
    last = packages[-1]
    return last.shown or _long(datetime.fromisoformat(last.at))


def _everything(packages: Iterable[Lying]) -> list[tuple[str, bytes]]:
    files: dict[str, bytes] = {}
    for package in packages:
        files.update(package.files)
        files.update(package.beside)
    return sorted(files.items())


def _start(person: Person, handed: Handed, participant: int) -> str:
    """What stands before the student's own file names."""
    name = person.name.replace("_", " ")
    owned = f"{name}_{participant}_assignsubmission_file"
    if handed.door == "attempt":
        time = datetime.fromisoformat(handed.at).strftime("%Y-%m-%d-%H-%M-%S")
        return f"HW4_s{person.id}_attempt_{time}_"
    return {
        "moodle": f"{owned}/",
        "trailing": f"{owned}_/",
        "anonymous": f"Participant_{participant}_assignsubmission_file/",
        "flat": f"{owned}_",
    }[handed.door]


def _long(time: datetime) -> str:
    """The time as Moodle writes it in English, whatever this machine's language is."""
    half = "AM" if time.hour < 12 else "PM"
    day = f"{_DAYS[time.weekday()]}, {time.day} {_MONTHS[time.month - 1]} {time.year}"
    return f"{day}, {time.hour % 12 or 12}:{time.minute:02} {half}"
