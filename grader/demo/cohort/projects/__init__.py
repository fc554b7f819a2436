"""Code that students of the class wrote themselves, as text: nobody runs it by accident."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.abc import Traversable

_AS_TEXT = ".txt"


def project_files(name: str) -> dict[str, bytes]:
    """The files of that project, by their path in the package."""
    return dict(sorted(_files(files(__name__).joinpath(name), "")))


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _files(each, f"{above}{each.name}/")
        else:
            name = each.name
            kept = name[: -len(_AS_TEXT)] if name.endswith(f".py{_AS_TEXT}") else name
            yield f"{above}{kept}", each.read_bytes()
