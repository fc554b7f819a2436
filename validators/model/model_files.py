"""The plain files of a model folder: found without following a link, opened without waiting."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Union

from validators.findings import Finding, Place
from validators.model.reader_codes import NOT_OPENED

_ENTRIES = 20_000
_DEPTH = 24


@dataclass(frozen=True)
class ModelFile:
    """A plain file of a model folder; `name` is what a student reads, `relative` starts inside."""

    path: Path
    relative: str
    name: str
    size: int

    @property
    def place(self) -> Place:
        """The file as a place of findings."""
        return Place(self.name)


def files_in(folder: Path, name: str) -> tuple[tuple[ModelFile, ...], tuple[Finding, ...]]:
    """Every plain file under the folder, in order of name, and findings about all else there."""
    files: list[ModelFile] = []
    findings: list[Finding] = []
    for number, found in enumerate(_walk(folder, "", name, _DEPTH)):
        if number >= _ENTRIES:
            message = f"holds more than {_ENTRIES:,} files and folders; the rest was not read."
            findings.append(NOT_OPENED.at(Place(name), message, "Hand in only the model's files."))
            break
        if isinstance(found, ModelFile):
            files.append(found)
        elif found is not None:
            findings.append(found)
    files.sort(key=lambda file: file.relative.split("/"))
    return tuple(files), tuple(findings)


def open_file(path: Path) -> BinaryIO:
    """The file opened for reading; OSError where it is a link or no plain file."""
    flags = os.O_RDONLY
    for flag in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"):
        flags |= getattr(os, flag, 0)
    descriptor = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a plain file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _walk(
    folder: Path, inner: str, name: str, depth: int
) -> Iterator[Union[ModelFile, Finding, None]]:
    """Each file, a finding for all else that is no folder, and None for each folder."""
    try:
        with os.scandir(folder) as scanned:
            # One more than allowed, so that an endless folder is noticed and not listed.
            entries = sorted(islice(scanned, _ENTRIES + 1), key=lambda entry: entry.name)
    except OSError as error:
        yield NOT_OPENED.at(Place(name), f"can't be listed: {reason_of(error)}.")
        return
    for entry in entries:
        relative, place = f"{inner}{entry.name}", f"{name}/{entry.name}"
        path = folder / entry.name
        try:
            facts = path.lstat()
        except OSError as error:
            yield unreadable(place, error)
            continue
        if stat.S_ISREG(facts.st_mode):
            yield ModelFile(path, relative, place, facts.st_size)
        elif not stat.S_ISDIR(facts.st_mode) or _is_junction(facts):
            linked = stat.S_ISLNK(facts.st_mode) or _is_junction(facts)
            kind = "a link" if linked else "a special file"
            yield NOT_OPENED.at(Place(place), f"is {kind}; expected a plain file.")
        elif depth == 0:
            message = f"is more than {_DEPTH} folders deep; not read."
            yield NOT_OPENED.at(Place(place), message, "Hand in only the model's files.")
        else:
            yield None
            yield from _walk(path, f"{relative}/", place, depth - 1)


def _is_junction(facts: os.stat_result) -> bool:
    """Whether a folder is really a link, as Windows makes them."""
    attributes: int = getattr(facts, "st_file_attributes", 0)
    return bool(attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)


def unreadable(place: str, error: OSError) -> Finding:
    """The finding about a file that the system does not let us read."""
    return NOT_OPENED.at(
        Place(place),
        f"can't be read: {reason_of(error)}.",
        "Make the file readable, or copy it anew.",
    )


def reason_of(error: OSError) -> str:
    """The system's words for what went wrong, without the path that it adds."""
    return (error.strerror or "not a plain file").lower()
