"""The workspace: a submission's files as they lie on disk, and what reading them brought up."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from validators.findings import Finding, Place
from validators.package.leftovers import is_leftover
from validators.rules.records import PackageRules

WEIGHT_SUFFIXES = frozenset({".safetensors", ".bin", ".pt", ".pth", ".ckpt"})
_READ_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(frozen=True)
class Limits:
    """How much of a package is read at most, and how old names in it are decoded."""

    max_zip_bytes: int
    max_unpacked_bytes: int
    max_entries: int
    max_depth: int
    legacy_name_encoding: str = "cp437"

    @classmethod
    def of(cls, rules: PackageRules) -> Limits:
        """The limits that the rules state."""
        return cls(
            rules.max_zip_bytes,
            rules.max_unpacked_bytes,
            rules.max_entries,
            rules.max_depth,
            rules.legacy_name_encoding,
        )


@dataclass(frozen=True)
class Entry:
    """One regular file; its path is relative to the workspace's root, with "/" between names."""

    path: str
    bytes: int

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The suffix in lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True)
class Workspace:
    """A submission's files, and the findings made while they were read.

    `root` is inside the wrapping folder where there is one. `beside` are leftovers that lie
    beside that folder. `opened` is false when nothing could be read, `whole` when not everything.
    """

    name: str
    root: Path
    wrapper: str = ""
    entries: tuple[Entry, ...] = ()
    folders: tuple[str, ...] = ()
    beside: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    whole: bool = True
    opened: bool = True

    @classmethod
    def unopened(cls, name: str, root: Path, finding: Finding) -> Workspace:
        """The workspace of a package of which nothing can be read."""
        return cls(name, root, findings=(finding,), whole=False, opened=False)

    def files(self, *suffixes: str) -> tuple[Entry, ...]:
        """The files with one of these suffixes (lower case, with dot), leftovers not counted."""
        return tuple(
            entry
            for entry in self.entries
            if entry.suffix in suffixes and not is_leftover(entry.path)
        )

    def shown(self, path: str) -> str:
        """The path as it is called in what was handed in."""
        return f"{self.wrapper}/{path}" if self.wrapper else path

    def place(self, path: str = "") -> Place:
        """The place of a file, or of the package as a whole."""
        return Place(self.shown(path) if path else self.name)

    @contextmanager
    def open(self, entry: Entry) -> Iterator[BinaryIO]:
        """The file to read from; a link or pipe put in its place is refused, not waited for."""
        with os.fdopen(os.open(self.root / entry.path, _READ_FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(f"{entry.name} is no longer a file")
            yield file

    def read(self, entry: Entry, limit: int) -> bytes:
        """The first bytes of a file, at most `limit`."""
        with self.open(entry) as file:
            return file.read(limit)

    def read_end(self, entry: Entry, limit: int) -> bytes:
        """The last bytes of a file, at most `limit`."""
        with self.open(entry) as file:
            file.seek(max(0, entry.bytes - limit))
            return file.read(limit)


def stepped_into(workspace: Workspace) -> Workspace:
    """The workspace with its root inside the one folder that wraps everything, if there is one."""
    wrapper = wrapping_folder([entry.path for entry in workspace.entries], workspace.folders)
    if not wrapper:
        return workspace
    start = f"{wrapper}/"
    inside = (entry for entry in workspace.entries if entry.path.startswith(start))
    return replace(
        workspace,
        root=workspace.root / wrapper,
        wrapper=wrapper,
        entries=tuple(replace(entry, path=entry.path[len(start) :]) for entry in inside),
        folders=tuple(
            folder[len(start) :] for folder in workspace.folders if folder.startswith(start)
        ),
        beside=tuple(entry for entry in workspace.entries if not entry.path.startswith(start)),
    )


def wrapping_folder(files: Sequence[str], folders: Sequence[str]) -> str:
    """The one folder that holds everything but leftovers, unless it is a model folder itself."""
    counted = [path for path in files if not is_leftover(path)]
    tops = {path.partition("/")[0] for path in counted}
    tops |= {folder for folder in folders if "/" not in folder and not is_leftover(folder + "/")}
    if len(tops) != 1 or not counted or any("/" not in path for path in counted):
        return ""
    (top,) = tops
    inside = [path[len(top) + 1 :] for path in counted]
    direct = {path.lower() for path in inside if "/" not in path}
    is_model = "config.json" in direct or any(
        PurePosixPath(name).suffix in WEIGHT_SUFFIXES for name in direct
    )
    has_code = any(name.endswith((".py", ".ipynb")) for name in direct)
    return "" if is_model and not has_code else top
