"""Reading an unpacked folder where it lies: nothing is copied, no link is followed."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path
from typing import Optional

from validators.display import quoted
from validators.display import size as shown_size
from validators.findings import Finding, Place
from validators.package import codes, names
from validators.package.leftovers import is_leftover
from validators.package.troubles import Trouble, UnreadableError, findings_of
from validators.package.workspace import Entry, Limits, Workspace, stepped_into

_READABLE = "Give yourself the right to read it (chmod u+rX), or leave it out."
_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


def read_folder(folder: Path, name: str, limits: Limits) -> Workspace:
    """The folder as a workspace, with the same findings that a zip of it would give."""
    walk = _Walk(folder, limits)
    try:
        walk.read()
    except UnreadableError as reason:
        return Workspace.unopened(name, folder, reason.finding(name))
    entries = tuple(sorted(walk.entries, key=lambda entry: entry.path))
    total = sum(entry.bytes for entry in entries)
    findings = (*_too_large(total, name, limits), *findings_of(walk.troubles, name))
    return stepped_into(
        Workspace(
            name, folder, "", entries, tuple(sorted(walk.folders)),
            findings=findings, whole=walk.whole,
        )
    )  # fmt: skip


def _too_large(total: int, name: str, limits: Limits) -> tuple[Finding, ...]:
    most = limits.max_unpacked_bytes
    if total <= most:
        return ()
    message = f"its files have {shown_size(total)}; at most {shown_size(most)} allowed."
    return (codes.TOO_LARGE.at(Place(name), message, bytes=total, limit=most),)


class _Walk:
    """One walk through a folder, in an order that depends on nothing but the names."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root = root
        self.limits = limits
        self.entries: list[Entry] = []
        self.folders: list[str] = []
        self.troubles: list[Trouble] = []
        self.whole = True
        self._taken = names.Taken()

    def read(self) -> None:
        waiting = [""]
        while waiting:
            parent = waiting.pop()
            inside = self._scanned(parent)
            below = [path for path in map(self._visited, inside) if path]
            waiting += reversed(below)

    def _scanned(self, parent: str) -> list[tuple[str, os.DirEntry[str]]]:
        found = []
        try:
            with os.scandir(self.root / parent) as listing:
                for item in listing:
                    found.append((f"{parent}/{item.name}" if parent else item.name, item))
                    if len(found) + len(self.entries) + len(self.folders) > self._most:
                        self._refuse_count(found)
        except PermissionError as error:
            if not parent:
                message = "a folder that may not be read; expected one that can be."
                raise UnreadableError(codes.NOT_A_FILE, message, _READABLE) from error
            self._leave_out(_unreadable(parent, "a folder"))
        except FileNotFoundError:  # gone since it was listed, as files of a running program are
            if not parent:
                raise
        return sorted(found, key=lambda pair: pair[0])

    @property
    def _most(self) -> int:
        return self.limits.max_entries

    def _visited(self, pair: tuple[str, os.DirEntry[str]]) -> str:
        """Take in one item; its path when it is a folder to be read, else empty."""
        path, item = pair
        try:
            info = item.stat(follow_symlinks=False)
        except FileNotFoundError:
            return ""
        except PermissionError:  # its folder can be listed, but not entered
            self._leave_out(_unreadable(path, "a file"))
            return ""
        is_folder = stat.S_ISDIR(info.st_mode)
        trouble = names.unstorable(path, self.limits.max_depth) or _special(item, info, path)
        if trouble is None:
            trouble = self._taken.clash(path, folder=is_folder)
        if trouble is not None:
            self._leave_out(trouble)
            return ""
        windows = names.windows_trouble(path)
        if windows:
            self.troubles.append(windows)
        if is_folder:
            self.folders.append(path)
            return path
        self.entries.append(Entry(path, info.st_size))
        return ""

    def _leave_out(self, trouble: Trouble) -> None:
        self.whole = False
        if not (trouble.code is codes.LINK and is_leftover(trouble.path)):
            self.troubles.append(trouble)

    def _refuse_count(self, found: list[tuple[str, os.DirEntry[str]]]) -> None:
        paths = [entry.path for entry in self.entries] + [path for path, _ in found]
        tops = Counter(path.partition("/")[0] for path in paths if "/" in path)
        most = max(tops.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
        where = f", most of them in {quoted(most[0] + '/')}" if 2 * most[1] > len(paths) else ""
        message = f"it holds more than {self._most:,} files and folders{where}; at most "
        message += f"{self._most:,} allowed."
        raise UnreadableError(codes.TOO_MANY, message, limit=self._most)


def _special(item: os.DirEntry[str], info: os.stat_result, path: str) -> Optional[Trouble]:
    if item.is_symlink() or getattr(info, "st_reparse_tag", 0) == _JUNCTION:
        return Trouble(codes.LINK, path, "a link")
    if stat.S_ISDIR(info.st_mode):
        return None
    if not stat.S_ISREG(info.st_mode):
        return Trouble(codes.NOT_A_FILE, path, "a device, pipe or socket")
    if not os.access(item.path, os.R_OK):
        return _unreadable(path, "a file")
    return None


def _unreadable(path: str, what: str) -> Trouble:
    return Trouble(codes.NOT_A_FILE, path, f"{what} that may not be read", _READABLE)
