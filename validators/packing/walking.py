"""A walk through a student's folder that follows no link and passes over what is never packed."""

from __future__ import annotations

import os
import re
import stat
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import Optional

from validators.display import quoted
from validators.package import codes, names
from validators.package.leftovers import is_secret, kind_of
from validators.package.troubles import Trouble, UnreadableError
from validators.package.workspace import WEIGHT_SUFFIXES, Entry
from validators.packing.records import LeftOut, Walked
from validators.rules.records import Rules

MOST_LOOKED_AT = 200_000
"""More files and folders than this are no homework, but somebody's disk."""

_ENVIRONMENTS = frozenset({"pyvenv.cfg", "conda-meta"})
_CHECKPOINTS = re.compile(r"(.*[-_.])?checkpoints?([-_.].*)?", re.IGNORECASE)
_JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
_NOT_READ = "Give yourself the right to read it (chmod u+rX), or move it away."

_Item = tuple[str, "os.DirEntry[str]", os.stat_result]


def walk(root: Path, rules: Rules) -> Walked:
    """Everything under the folder, in an order that depends on nothing but the names."""
    walker = _Walk(root, rules)
    walker.read()
    key = attrgetter("path")
    return Walked(
        tuple(sorted(walker.files, key=key)),
        tuple(sorted(walker.left_out, key=key)),
        tuple(sorted(walker.broken, key=key)),
        tuple(sorted(walker.unsure, key=key)),
    )


class _Walk:
    """One walk, and what it came by."""

    def __init__(self, root: Path, rules: Rules) -> None:
        self.root = root
        self.model = "" if rules.model is None else rules.model.folder
        self.max_depth = rules.package.max_depth
        self.files: list[Entry] = []
        self.left_out: list[LeftOut] = []
        self.broken: list[Trouble] = []
        self.unsure: list[Trouble] = []
        self._taken = names.Taken()
        self._seen = 0

    def read(self) -> None:
        waiting = [""]
        while waiting:
            path = waiting.pop()
            items = self._listed(path)
            why = _kind_of_folder(path, {item.name for _, item, _ in items}, self.model)
            if why:
                self.left_out.append(measured(self.root, path, why))
            else:
                below = [found for found in map(self._visited, items) if found]
                waiting += reversed(below)

    def _listed(self, parent: str) -> list[_Item]:
        """What lies in the folder; nothing where it may not be read, which is told."""
        found = []
        try:
            with os.scandir(self.root / parent) as listing:
                for item in listing:
                    self._seen += 1
                    if self._seen > MOST_LOOKED_AT:
                        self._refuse()
                    path = f"{parent}/{item.name}" if parent else item.name
                    found.append((path, item, item.stat(follow_symlinks=False)))
        except PermissionError:
            self.unsure.append(
                Trouble(codes.NOT_A_FILE, parent, "a folder that may not be read", _NOT_READ)
            )
        except FileNotFoundError:  # gone since it was listed, as files of a running program are
            if not parent:
                raise
        return sorted(found, key=lambda item: item[0])

    def _visited(self, item: _Item) -> str:
        """Take in one item; its path when it is a folder to be read, else empty."""
        path, found, info = item
        is_folder = stat.S_ISDIR(info.st_mode)
        why = _passed_over(path, is_folder)
        if why and is_folder and not _is_link(info):
            self.left_out.append(measured(self.root, path, why))
            return ""
        if why:
            self.left_out.append(LeftOut(path, _size(info), 1, why))
            return ""
        trouble = names.unstorable(path, self.max_depth) or _special(found, info, path)
        if trouble is None:
            trouble = self._taken.clash(path, folder=is_folder)
        if trouble is not None:
            # What a folder holds that was not read, nobody knows.
            folder = is_folder or (trouble.code is codes.LINK and Path(found.path).is_dir())
            told = self.unsure if folder and path != self.model else self.broken
            told.append(trouble)
            return ""
        if is_folder:
            return path
        self.files.append(Entry(path, info.st_size))
        return ""

    def _refuse(self) -> None:
        message = f"it holds more than {MOST_LOOKED_AT:,} files and folders"
        raise UnreadableError(codes.TOO_MANY, message, "Give the folder of this homework alone.")


def measured(root: Path, path: str, why: str) -> LeftOut:
    """The folder as left out, with the size of all that lies in it as far as can be seen."""
    files = total = seen = 0
    waiting, whole = [root / path], True
    while waiting and whole:
        try:
            with os.scandir(waiting.pop()) as listing:
                for item in listing:
                    seen += 1
                    whole = whole and seen <= MOST_LOOKED_AT
                    info = item.stat(follow_symlinks=False)
                    if stat.S_ISDIR(info.st_mode) and not _is_link(info):
                        waiting.append(Path(item.path))
                    else:
                        files, total = files + 1, total + _size(info)
                    if not whole:
                        break
        except OSError:  # what can't be seen isn't counted, and that is told
            return LeftOut(f"{path}/", total, files, why, whole=False)
    return LeftOut(f"{path}/", total, files, why, whole)


def _passed_over(path: str, is_folder: bool) -> str:
    """Why a path is never packed, by its name alone; empty when it may be."""
    name = path.rpartition("/")[2]
    kind = kind_of(f"{path}/" if is_folder else path)
    if not is_folder and is_secret(path):
        return "it may hold a key or password"
    if kind or (is_folder and _CHECKPOINTS.fullmatch(name)):
        return kind or "training checkpoints"
    return "hidden" if name.startswith(".") else ""


def _kind_of_folder(path: str, inside: set[str], model: str) -> str:
    """Why a folder is not packed, by what lies in it; empty when it may be."""
    if not path or path == model or (model and path.startswith(f"{model}/")):
        return ""
    if inside & _ENVIRONMENTS:
        return "a Python environment"
    weights = any(PurePosixPath(name).suffix.lower() in WEIGHT_SUFFIXES for name in inside)
    if weights and "config.json" in inside:
        return f"another model; only {model}/ counts" if model else "a model"
    return ""


def _special(item: os.DirEntry[str], info: os.stat_result, path: str) -> Optional[Trouble]:
    if _is_link(info):
        return Trouble(codes.LINK, path, f"{quoted(path)} is a link, which is not followed")
    if stat.S_ISDIR(info.st_mode):
        return None
    if not stat.S_ISREG(info.st_mode):
        return Trouble(codes.NOT_A_FILE, path, "a device, pipe or socket")
    if not os.access(item.path, os.R_OK):
        return Trouble(codes.NOT_A_FILE, path, "a file that may not be read", _NOT_READ)
    return None


def _is_link(info: os.stat_result) -> bool:
    return stat.S_ISLNK(info.st_mode) or getattr(info, "st_reparse_tag", 0) == _JUNCTION


def _size(info: os.stat_result) -> int:
    return info.st_size if stat.S_ISREG(info.st_mode) else 0
