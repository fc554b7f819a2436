"""Starting a homework: the student template, copied into a folder of the student's own."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from validators.package.leftovers import is_leftover
from validators.packing.student import SETTINGS, Student, filled_in

TEMPLATE = "student_template"
"""The package that holds the template; it is copied, never imported."""

# What a template consists of: nothing that a run of it leaves behind looks like this.
_SUFFIXES = frozenset({".py", ".toml", ".md", ".txt"})
_NAMES = frozenset({".gitignore"})
# What makes it a package of ours, and no student's folder has a use for.
_OURS = frozenset({"__init__.py", "py.typed", "tests"})


class TemplateError(Exception):
    """The template can't be found where the toolkit is installed."""


class InTheWayError(ValueError):
    """The folder holds something already; `paths` say what."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(", ".join(paths))
        self.paths = paths


def template_folder() -> Path:
    """Where the template lies: beside this package, or wherever Python would import it from."""
    beside = Path(__file__).resolve().parents[1] / TEMPLATE
    spec = find_spec(TEMPLATE)
    places = spec.submodule_search_locations if spec is not None else None
    for folder in (beside, *map(Path, places or ())):
        if (folder / SETTINGS).is_file():
            return folder
    raise TemplateError(f"there is no package {TEMPLATE} with a {SETTINGS}")


def template_files(template: Path) -> dict[str, bytes]:
    """Every file that a student gets, by its path in the folder."""
    found = {}
    for parent, folders, files in os.walk(template):
        inner = Path(parent).relative_to(template)
        folders[:] = sorted(name for name in folders if _is_copied_folder(inner / name))
        for name in sorted(files):
            if _is_copied(inner / name):
                found[(inner / name).as_posix()] = (Path(parent) / name).read_bytes()
    return found


def start(folder: Path, files: dict[str, bytes], student: Student) -> tuple[str, ...]:
    """Write the files into the new or empty folder, with the student's id and name in them.

    Raises InTheWayError before anything is written, where the folder holds something.
    """
    text = files[SETTINGS].decode("utf-8")
    filled = {**files, SETTINGS: filled_in(text, student).encode("utf-8")}
    in_the_way = _in_the_way(folder, files)
    if in_the_way:
        raise InTheWayError(in_the_way)
    made: list[Path] = []
    try:
        _make(folder, made)
        for path, data in sorted(filled.items()):
            target = folder / path
            _make(target.parent, made)
            with target.open("xb") as stream:
                made.append(target)
                stream.write(data)
    except BaseException:  # half a template helps nobody, Ctrl-C or full disk
        for written in reversed(made):
            (written.rmdir if written.is_dir() else written.unlink)()
        raise
    return tuple(sorted(filled))


def _in_the_way(folder: Path, files: dict[str, bytes]) -> tuple[str, ...]:
    """What lies in the folder, hidden things that the template doesn't write left aside."""
    if not folder.is_dir():
        return ()
    tops = {path.partition("/")[0] for path in files}
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name for name in names if name in tops or not name.startswith(".")))


def _make(folder: Path, made: list[Path]) -> None:
    """Make the folder and those around it, and note which are new."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _is_copied_folder(path: Path) -> bool:
    hidden = path.name.startswith(".")
    ours = path.parent == Path() and path.name in _OURS
    return not (hidden or ours or is_leftover(f"{path.as_posix()}/"))


def _is_copied(path: Path) -> bool:
    if path.parent == Path() and path.name in _OURS:
        return False
    return path.name in _NAMES or (path.suffix in _SUFFIXES and not path.name.startswith("."))
