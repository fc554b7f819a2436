"""A folder of dated leaderboards, to which snapshots are only ever added."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

from leaderboard.display import clean
from leaderboard.kaggle import MAX_BYTES, LeaderboardError, read_leaderboard
from leaderboard.snapshots import (
    Snapshot,
    SnapshotError,
    as_file,
    from_file,
    kaggle_time,
    whole_seconds,
)

_SUFFIXES = (".csv", ".zip")
_NEAR = timedelta(minutes=1)


@dataclass(frozen=True)
class Kept:
    """Where a snapshot is kept, whether it was new, and what to warn of."""

    path: Path
    snapshot: Snapshot
    new: bool
    warnings: tuple[str, ...]


def keep(export: Path, folder: Path, taken: Optional[datetime]) -> Kept:
    """Add the Kaggle export to the folder; the same bytes again change nothing."""
    snapshot, warnings = _dated(export, taken)
    folder.mkdir(parents=True, exist_ok=True)
    if snapshot.known_by == "file":
        # A copy of the file has another time: the bytes are what tells that it is kept.
        for path in _files(folder):
            other = _read(path)
            if other.sha256 == snapshot.sha256:
                return Kept(path, other, False, ())
    path = folder / snapshot.file_name
    if not path.exists():
        try:
            _add(path, as_file(snapshot))
            return Kept(path, snapshot, True, warnings)
        except FileExistsError:
            pass  # another program kept one at this moment just now: compare with that
    other = _read(path)
    if other.sha256 != snapshot.sha256 and other.standings != snapshot.standings:
        raise SnapshotError(
            f"{path.name}: another leaderboard of this moment is kept already, made of "
            f"{other.original}. Nothing was changed; give the right moment with --taken."
        )
    return Kept(path, other, False, warnings)


def read_snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """All snapshots of the folder by their moment, Kaggle's own dated exports among them.

    Only files named .csv or .zip are looked at, none that begins with a dot.
    """
    found: dict[datetime, Snapshot] = {}
    for path in _files(folder):
        snapshot = _read(path)
        other = found.get(snapshot.taken)
        if other is not None and other.standings != snapshot.standings:
            raise SnapshotError(
                f"{path.name}: differs from {other.original} of the same moment, "
                f"{snapshot.taken.isoformat()}. Take the wrong one out of the folder."
            )
        if other is None:
            found[snapshot.taken] = snapshot
    return tuple(found[taken] for taken in sorted(found))


def _files(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise SnapshotError(f"{folder}: can't be read ({error.strerror}).") from error
    return [p for p in paths if p.suffix.lower() in _SUFFIXES and not p.name.startswith(".")]


def _read(path: Path) -> Snapshot:
    """The snapshot in a file of the folder: one of ours, or an export with Kaggle's time."""
    if path.suffix.lower() == ".csv":
        snapshot = from_file(path.name, _bytes(path))
        if snapshot is not None:
            return snapshot
    snapshot, _ = _dated(path, None)
    if snapshot.known_by == "file":
        raise SnapshotError(
            f"{path.name}: neither it nor its name says when it was taken. Take it out of the "
            "folder, and keep it with: leaderboard snapshot FILE --into FOLDER --taken TIME"
        )
    return snapshot


def _dated(export: Path, taken: Optional[datetime]) -> tuple[Snapshot, tuple[str, ...]]:
    """The export as a snapshot of the moment that is known best, and what to warn of."""
    data = _bytes(export)
    try:
        member, standings = read_leaderboard(export)
        modified = datetime.fromtimestamp(export.stat().st_mtime, timezone.utc)
    except (LeaderboardError, OSError, OverflowError) as error:
        raise SnapshotError(str(error)) from error
    if not standings:
        raise SnapshotError(f"{export.name}: has no team. A snapshot of nothing proves nothing.")
    digest, name = hashlib.sha256(data).hexdigest(), clean(export.name)
    named = kaggle_time((member, export.name))
    if taken is not None:
        away = named is not None and abs(named - taken) > _NEAR
        told = f"Kaggle's name says {named:%Y-%m-%d %H:%M:%S} UTC; kept as told" if away else ""
        snapshot = Snapshot(taken, "told", name, digest, standings)
        return snapshot, tuple(filter(None, (told,)))
    if named is not None:
        return Snapshot(named, "kaggle", name, digest, standings), ()
    warning = "the moment is only the file's time, which any copy changes: it proves little"
    return Snapshot(whole_seconds(modified), "file", name, digest, standings), (warning,)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SnapshotError(f"{path.name}: can't be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise SnapshotError(f"{path.name}: over {MAX_BYTES:,} bytes, which no leaderboard is.")
    return data


def _add(path: Path, data: bytes) -> None:
    """Put a new file in its place, whole; one that is there already stays."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".leaderboard-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: the digest inside tells a cut file
            with path.open("xb") as plain:
                plain.write(data)
    finally:
        Path(name).unlink()
