"""Folders that are whole or not there: written beside their place, then renamed into it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from leaderboard.written import write


class NotEmptyError(ValueError):
    """The folder holds something already."""


def write_folder(path: Path, files: tuple[tuple[str, bytes], ...]) -> None:
    """Put the files into a new or empty folder: what an earlier export left never mixes in."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise NotEmptyError(f"{path}: is not empty. Give a new folder, or empty this one first.")
    made = Path(tempfile.mkdtemp(dir=path.parent, prefix=".leaderboard-"))
    try:
        for name, data in files:
            target = made / name
            target.parent.mkdir(exist_ok=True)
            write(target, data)
        if path.exists():
            path.rmdir()
        made.rename(path)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
