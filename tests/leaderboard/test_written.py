"""Files that are whole or not there, and stay when the power goes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from leaderboard.board_file import write_board
from leaderboard.written import write
from tests.leaderboard.example import board


def test_the_folder_is_synced_when_the_file_is_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename is a change of the folder: without this a power cut may bring the old file back."""
    path, synced = tmp_path / "board.json", []

    def sync(handle: int) -> None:
        found = os.fstat(handle)
        kind = "folder" if stat.S_ISDIR(found.st_mode) else "file"
        synced.append((kind, found.st_ino, path.read_bytes()))

    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", sync)
    write(path, b"new")
    assert synced == [
        ("file", path.stat().st_ino, b"old"),
        ("folder", tmp_path.stat().st_ino, b"new"),
    ]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EIO])
def test_a_file_system_that_cannot_sync_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", sync)
    if number == errno.EIO:
        with pytest.raises(OSError, match="Input/output"):
            write(tmp_path / "board.json", b"new")
    else:
        write(tmp_path / "board.json", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["board.json"]
    assert (tmp_path / "board.json").read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "board.json"
    path.write_bytes(b"old")

    def sync(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(OSError, match="No space"):
        write(path, b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["board.json"]
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_a_page_is_for_whoever_may_read_it_and_a_board_for_its_owner(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(tmp_path / "page.html", b"")
        write_board(board(), tmp_path / "board.json")
    finally:
        os.umask(before)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("page.html", "board.json")]
    assert modes == [0o644, 0o600]
