"""Which files of an export belong to one person: every layout, from the paths alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Optional

from grader.collect.site_names import read_site_name
from grader.records import Owner
from validators.name_patterns import ids_in
from validators.package import student_id
from validators.package.filenames import ARCHIVE_SUFFIXES
from validators.package.leftovers import kind_of
from validators.package.workspace import WEIGHT_SUFFIXES
from validators.rules import Rules

_JUNK = frozenset({"macOS's own data", "Windows's own data"})


@dataclass(frozen=True)
class Slot:
    """What one person handed in: a folder of the export, or files that lie among others'.

    `names` are the files as the student called them: relative to the folder, or without the
    prefix of the course site; each stands for the path at its place in `paths`.
    """

    path: str
    owner: Owner
    is_folder: bool
    names: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """Something in the export that is nobody's submission, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Layout:
    """An export taken apart."""

    slots: tuple[Slot, ...]
    left_out: tuple[LeftOut, ...]


@dataclass
class _Folder:
    path: str = ""
    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, _Folder] = field(default_factory=dict)

    def below(self) -> Iterator[str]:
        """Every path below, in the order of the names."""
        for name in sorted({*self.files, *self.folders}):
            if name in self.files:
                yield self.files[name]
            else:
                yield from self.folders[name].below()


def read_layout(files: Iterable[str], folders: Iterable[str], rules: Rules) -> Layout:
    """The export's files by owner; the order in which the paths come makes no difference."""
    root = _Folder()
    for path in files:
        if not is_junk(path):
            parent, _, name = path.rpartition("/")
            _folder_at(root, parent).files[name] = path
    for path in folders:
        if not is_junk(path + "/"):
            _folder_at(root, path)
    top = _unwrapped(root, rules)
    if _is_one_package(top, rules):
        why = "it is part of one submission, not of a class's"
        return Layout((), tuple(LeftOut(path, why) for path in top.below()))
    found = [*_walked(top, rules)]
    slots = [item for item in found if isinstance(item, Slot)]
    left_out = [item for item in found if isinstance(item, LeftOut)]
    return Layout(
        tuple(sorted(slots, key=lambda slot: slot.path)),
        tuple(sorted(left_out, key=lambda item: item.path)),
    )


def is_junk(path: str) -> bool:
    """Whether an operating system put the file there (`.DS_Store`, `__MACOSX/`, `Thumbs.db`)."""
    return kind_of(path) in _JUNK


def id_in(name: str, rules: Rules) -> Optional[str]:
    """The student id in a name: by the course's patterns, else the only one of its shape."""
    exact = student_id(name, rules)
    if exact is not None:
        return exact
    found = set(ids_in(name, rules.team.id))
    return found.pop() if len(found) == 1 else None


def _folder_at(root: _Folder, path: str) -> _Folder:
    here = root
    for name in filter(None, path.split("/")):
        inner = f"{here.path}/{name}" if here.path else name
        here = here.folders.setdefault(name, _Folder(inner))
    return here


def _unwrapped(root: _Folder, rules: Rules) -> _Folder:
    """The folder below the root that holds everything, where the export was wrapped in one."""
    here = root
    while len(here.folders) == 1 and not here.files:
        ((name, inner),) = here.folders.items()
        if _is_owned(name, rules) or _is_package(inner, rules):
            break
        if len(inner.files) + len(inner.folders) < 2 and not _is_container(inner, rules):
            break
        here = inner
    return here


def _walked(folder: _Folder, rules: Rules) -> Iterator[object]:
    yield from _loose(folder, rules)
    for name, inner in sorted(folder.folders.items()):
        site = read_site_name(name)
        if site is not None and site.plugin != "file":
            yield LeftOut(inner.path, f'it is what was handed in as "{site.plugin}", not a file')
        elif not any(inner.below()):
            yield LeftOut(inner.path, "there is no file in it")
        elif site is None and _is_container(inner, rules):
            yield from _walked(inner, rules)
        else:
            paths = tuple(inner.below())
            names = tuple(path[len(inner.path) + 1 :] for path in paths)
            owner = Owner(name=name) if site is None else site.owner
            yield Slot(inner.path, owner, True, names, paths)


def _loose(folder: _Folder, rules: Rules) -> Iterator[object]:
    """The files that lie directly in a folder of many people's, grouped by whose they are."""
    groups: dict[str, tuple[Owner, list[tuple[str, str]]]] = {}
    for name, path in sorted(folder.files.items()):
        site = read_site_name(name)
        number = id_in(name, rules)
        if site is not None and site.plugin == "file":
            key, owner, own = f"{site.prefix}_", site.owner, site.file or name
        elif site is not None:
            yield LeftOut(path, f'it is what was handed in as "{site.plugin}", not a file')
            continue
        elif number is not None:
            key, owner, own = number, Owner(), name
        elif _suffix(name) in ARCHIVE_SUFFIXES:
            key, owner, own = name, Owner(name=PurePosixPath(name).stem), name
        else:
            yield LeftOut(path, "its name says of nobody whose it is")
            continue
        groups.setdefault(key, (owner, []))[1].append((own, path))
    for key, (owner, members) in groups.items():
        # Written as a pattern, since no path of the export is called so.
        where = f"{folder.path}/{key}*" if folder.path else f"{key}*"
        names, paths = zip(*sorted(members))
        yield Slot(where, owner, False, names, paths)


def _is_owned(name: str, rules: Rules) -> bool:
    return read_site_name(name) is not None or student_id(name, rules) is not None


def _is_container(folder: _Folder, rules: Rules) -> bool:
    """Whether the folder holds the submissions of several people."""
    if any(read_site_name(name) for name in (*folder.folders, *folder.files)):
        return True
    if _is_package(folder, rules):
        return False
    archives = [name for name in folder.files if _suffix(name) in ARCHIVE_SUFFIXES]
    return len({id_in(name, rules) for name in (*folder.folders, *archives)} - {None}) > 1


def _is_package(folder: _Folder, rules: Rules) -> bool:
    """Whether the folder looks like one person's unpacked submission."""
    if rules.model is not None and rules.model.folder in folder.folders:
        return True
    wanted = {*rules.package.code_suffixes, *WEIGHT_SUFFIXES}
    return any(
        _suffix(name) in wanted or name.casefold().startswith("readme") for name in folder.files
    )


def _is_one_package(folder: _Folder, rules: Rules) -> bool:
    """Whether somebody gave one submission where a class's are expected."""
    names = (*folder.files, *folder.folders)
    packed = any(_suffix(name) in ARCHIVE_SUFFIXES for name in folder.files)
    owned = any(_is_owned(name, rules) or id_in(name, rules) for name in names)
    return _is_package(folder, rules) and not packed and not owned


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
