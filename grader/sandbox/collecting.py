"""The narrow door: what may come back of the output folder, copied when everything inside is dead.

It works from a descriptor of the folder, follows no link, and opens regular files alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.sandbox.records import WORK, Accepted, Program, Refused
from grader.sandbox.streams import clean_text
from grader.sandbox.trouble import SandboxFault

DEEPEST = 32
"""Folders below this depth are refused as a whole."""

MOST_REFUSED = 1000
"""So many refusals are listed; the last one then tells how many more there are."""

BLOCK_BYTES = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def pattern(accepts: tuple[str, ...]) -> re.Pattern[str]:
    """An expression for the names accepted: `*` is anything but a slash, `**/` any folders."""
    told = []
    for name in accepts:
        parts = re.split(r"(\*\*/|\*)", name)
        made = {"**/": "(?:[^/]+/)*", "*": "[^/]*"}
        told.append("".join(made.get(part, re.escape(part)) for part in parts))
    return re.compile("|".join(f"(?:{one})" for one in told), re.DOTALL)


def ready(output: Path) -> None:
    """Make the folder for what comes back; it must be new or empty."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        if any(output.iterdir()):
            raise SandboxFault(f"{output} is not empty", "Give a new or an empty folder.")
    except OSError as failure:
        raise SandboxFault(f"{output} can't be used: {failure.strerror}") from failure


@dataclass
class _Door:
    """What went through so far, within the bounds."""

    program: Program
    target: int
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    left_bytes: int = 0
    unlisted: int = 0

    def refuse(self, name: str, why: str) -> None:
        """Note what did not come back."""
        if len(self.refused) < MOST_REFUSED - 1:
            self.refused.append(Refused(clean_name(name), why))
        else:
            self.unlisted += 1

    def offer(self, name: str, folder: int, last: str) -> None:
        """Take a file that is asked for, or say why not."""
        why = self._objection(name, os.stat(last, dir_fd=folder, follow_symlinks=False))
        if why:
            self.refuse(name, why)
            return
        try:
            source = os.open(last, _FILE, dir_fd=folder)
        except OSError as failure:
            self.refuse(name, f"can't be opened: {failure.strerror}")
            return
        with os.fdopen(source, "rb") as file:
            size = os.fstat(source).st_size
            digest = hashlib.sha256()
            with os.fdopen(create(self.target, name), "wb") as out:
                while True:
                    block = file.read(BLOCK_BYTES)
                    if not block:
                        break
                    digest.update(block)
                    out.write(block)
        self.left_bytes -= size
        self.accepted.append(Accepted(name, size, digest.hexdigest()))

    def _objection(self, name: str, found: os.stat_result) -> str:
        if not stat.S_ISREG(found.st_mode):
            return f"is {KINDS.get(stat.S_IFMT(found.st_mode), 'no file')}; only files come back"
        if found.st_nlink > 1:
            return f"has {found.st_nlink} names (hard links); only files with one come back"
        if name != clean_name(name):
            return "its name has characters that can't be shown, or that are not UTF-8"
        if found.st_size > self.left_bytes:
            return f"has {found.st_size:,} bytes; {self.left_bytes:,} more may come back"
        if len(self.accepted) >= self.program.limits.accepted_files:
            return f"is one too many; {self.program.limits.accepted_files:,} files may come back"
        return ""


KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}
"""What a thing that is no regular file is called."""


def clean_name(name: str) -> str:
    """The name as it can be shown, on one line and without lone bytes."""
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return clean_text(shown).replace("\n", " ").replace("\t", " ")


def create(target: int, name: str) -> int:
    """A descriptor of a new file below the target folder; nothing that is there is written over."""
    *folders, last = name.split("/")
    at = os.dup(target)
    try:
        for one in folders:
            # Made for an earlier file, perhaps; when it is no folder, opening it says so.
            with contextlib.suppress(FileExistsError):
                os.mkdir(one, 0o755, dir_fd=at)
            below = os.open(one, _FOLDER, dir_fd=at)
            os.close(at)
            at = below
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(last, flags, 0o644, dir_fd=at)
    finally:
        os.close(at)


def collect(
    source: int, output: Path, program: Program
) -> tuple[tuple[Accepted, ...], tuple[Refused, ...]]:
    """What came back into the output folder, and what did not and why, both by name."""
    wanted = pattern(program.accepts)
    copy = WORK.rpartition("/")[2] + "/"
    target = os.open(output, _FOLDER)
    door = _Door(program, target, left_bytes=program.limits.disk_mb << 20)
    try:
        for name, folder, last in _walk(source, "", door, 0):
            if program.accepts:
                asked = wanted.fullmatch(name) is not None
            else:
                asked = not (program.copied and name.startswith(copy))
            if asked:
                door.offer(name, folder, last)
    except OSError as failure:
        raise SandboxFault(f"what came back can't be kept: {failure}") from failure
    finally:
        os.close(target)
    if door.unlisted:
        door.refused.append(Refused("…", f"and {door.unlisted:,} more"))
    return tuple(door.accepted), tuple(door.refused)


def _walk(folder: int, above: str, door: _Door, depth: int) -> Iterator[tuple[str, int, str]]:
    """Everything below that is no folder: its name, and where to open it."""
    with os.scandir(folder) as found:
        entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
    for last, is_folder in entries:
        name = f"{above}{last}"
        if not is_folder:
            yield name, folder, last
        elif depth >= DEEPEST:
            door.refuse(f"{name}/", f"is more than {DEEPEST} folders deep")
        else:
            try:
                below = os.open(last, _FOLDER, dir_fd=folder)
            except OSError as failure:
                door.refuse(f"{name}/", f"can't be opened: {failure.strerror}")
                continue
            try:
                yield from _walk(below, f"{name}/", door, depth + 1)
            finally:
                os.close(below)
