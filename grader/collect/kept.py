"""Where a package can be looked at on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def where_kept(submissions: str, work: Path) -> Callable[[str], str]:
    """A function that gives the path of a package by its source; empty where it can't be found.

    An export that is a zip was unpacked into the work folder. One that is a folder is read where
    it lies, so there the package is if nobody moved it.
    """

    def kept(source: str) -> str:
        homes = [Path(submissions)] if submissions else []
        homes += sorted(path for path in (work / "export").glob("*") if path.is_dir())
        return next((str(home / source) for home in homes if _is_there(home / source)), "")

    return kept


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that this file system can't have
        return False
