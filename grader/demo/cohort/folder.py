"""The folder of a demonstration: new, made only in part, or whole and from this very toolkit."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from validators.starting import template_files, template_folder

if TYPE_CHECKING:
    from importlib.abc import Traversable

_MARK = ".class-of-the-demo"
_BEGUN = "begun\n"


class OtherFolderError(ValueError):
    """The folder holds something that is not ours to change; the text says what."""


def made_once(folder: Path, make: Callable[[Path], object]) -> bool:
    """Make the class in the folder unless it is there whole; whether it had to be made.

    What a killed demonstration left half made is made anew. Raises OtherFolderError.
    """
    mark = folder / _MARK
    if mark.is_file():
        told = mark.read_text(encoding="utf-8")
        if told == _whole():
            return False
        if told != _BEGUN:
            raise OtherFolderError(
                f"{folder} holds the class of another version of the toolkit; remove it, or name "
                "a new folder."
            )
        _clear(folder)
    elif folder.is_dir() and any(folder.iterdir()):
        raise OtherFolderError(f"{folder} is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(_BEGUN, encoding="utf-8")
    make(folder)
    mark.write_text(_whole(), encoding="utf-8")
    return True


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == _MARK:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _whole() -> str:
    """What stands in the mark of a whole class: the digest of all that it is made from."""
    digest = hashlib.sha256()
    for name, data in (*template_files(template_folder()).items(), *_files(files("grader.demo"))):
        digest.update(f"{name} {len(data)} ".encode())
        digest.update(data)
    return f"whole {digest.hexdigest()}\n"


def _files(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda found: found.name):
        if not each.is_dir():
            yield f"{above}{each.name}", each.read_bytes()
        elif each.name != "__pycache__":
            yield from _files(each, f"{above}{each.name}/")
