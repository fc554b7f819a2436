"""Unpacking a zip into a folder of ours: within limits, file by file, never through a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

from validators.display import size as shown_size
from validators.findings import Finding, Place
from validators.package import codes, names
from validators.package.leftovers import is_leftover
from validators.package.troubles import Trouble, UnreadableError, findings_of
from validators.package.workspace import Entry, Limits, Workspace, stepped_into
from validators.package.zip_data import METHODS, BrokenEntryError, pieces
from validators.package.zip_directory import (
    UTF8,
    Located,
    Member,
    decoded_name,
    locate,
    read_members,
)
from validators.package.zip_end import LOCAL_MARK, End, Source, find_end

Progress = Callable[[int, int], None]
# Honest packages shrink by 2 or 3 times, a model that is nothing but zeros by 1,000.
_BOMB_RATIO, _BOMB_BYTES = 200, 64_000_000
_METHOD_NAMES = {
    6: "Implode", 9: "Deflate64 (Windows Explorer uses it for large files)", 12: "BZip2",
    14: "LZMA", 20: "Zstandard", 93: "Zstandard", 95: "XZ", 98: "PPMd",
}  # fmt: skip
# What stands before the first file of a zip that was made to be split, and fitted into one part.
_SPLIT_MARKS = frozenset({b"PK\x07\x08", b"PK00"})
_WRITE_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


class _Planned(NamedTuple):
    """A file that will be written."""

    path: str
    located: Located


@dataclass(frozen=True)
class _Plan:
    """What will be written, and what was wrong with entries; `kept` is false if one is left out."""

    files: tuple[_Planned, ...]
    folders: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    kept: bool

    @property
    def bytes(self) -> int:
        return sum(file.located.member.unpacked for file in self.files)


def unpack(
    archive: Path,
    destination: Path,
    limits: Limits,
    *,
    progress: Progress = lambda done, total: None,
) -> Workspace:
    """The archive's files in `destination`, which must be absent or empty, as a workspace.

    Nothing that the archive holds makes this raise: what is wrong becomes findings, what is
    unsafe is left out. An OSError (a full disk, say) is ours and does come out.
    """
    _prepare(destination)
    try:
        status = archive.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(codes.NOT_A_ZIP, "it is no file; expected a zip.")
        _refuse_size(status.st_size, limits)
        with archive.open("rb") as file:
            source = Source(file, status.st_size)
            return _unpacked(source, archive.name, destination, limits, progress)
    except UnreadableError as reason:
        return Workspace.unopened(archive.name, destination, reason.finding(archive.name))


def _prepare(destination: Path) -> None:
    if destination.is_symlink():
        raise ValueError("the destination must not be a link")
    destination.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(destination.iterdir()):
        raise ValueError("the destination must be empty")


def _refuse_size(byte_count: int, limits: Limits) -> None:
    if byte_count > limits.max_zip_bytes:
        found, most = shown_size(byte_count), shown_size(limits.max_zip_bytes)
        raise UnreadableError(
            codes.TOO_LARGE_ZIP,
            f"the zip has {found}; at most {most} allowed.",
            bytes=byte_count,
            limit=limits.max_zip_bytes,
        )


def _unpacked(
    source: Source, name: str, destination: Path, limits: Limits, progress: Progress
) -> Workspace:
    end = find_end(source)
    members = read_members(source, end, limits.max_entries)
    _refuse_bomb(source, members, limits)
    located = locate(source, members, end)
    plan = _planned(located, limits)
    # Folders that no entry stands for count as well: they are made and take space.
    made = _with_parents(plan)
    if len(plan.files) + len(made) > limits.max_entries:
        count = len(plan.files) + len(made)
        most = f"at most {limits.max_entries:,} allowed"
        message = f"it unpacks to {count:,} files and folders; {most}."
        raise UnreadableError(codes.TOO_MANY, message, limit=limits.max_entries)
    for folder in made:
        (destination / folder).mkdir(mode=0o700)
    entries, broken = _write(source, plan, destination, progress)
    findings = (*_around(source, located, end, name), *findings_of(plan.troubles + broken, name))
    whole = plan.kept and not broken
    return stepped_into(
        Workspace(name, destination, "", entries, made, findings=findings, whole=whole)
    )


def _refuse_bomb(source: Source, members: Sequence[Member], limits: Limits) -> None:
    unpacked = sum(member.unpacked for member in members)
    ratio = unpacked // source.length
    facts: dict[str, Any] = {"bytes": unpacked, "packed_bytes": source.length}
    if unpacked > _BOMB_BYTES and ratio > _BOMB_RATIO:
        raise UnreadableError(
            codes.BOMB,
            f"{shown_size(source.length)} would unpack to {shown_size(unpacked)}, {ratio:,} times "
            f"as much; at most {_BOMB_RATIO} times allowed.",
            **facts,
        )
    if unpacked > limits.max_unpacked_bytes:
        most = shown_size(limits.max_unpacked_bytes)
        raise UnreadableError(
            codes.TOO_LARGE,
            f"it unpacks to {shown_size(unpacked)}; at most {most} allowed.",
            limit=limits.max_unpacked_bytes,
            **facts,
        )


def _around(source: Source, located: Sequence[Located], end: End, name: str) -> tuple[Finding, ...]:
    """What stands before and after the archive."""
    first = min((entry.member.local_at for entry in located), default=end.directory_at)
    before = max(end.shift, first)
    if before == 4 and source.at(0, 4) in _SPLIT_MARKS:
        before = 0
    if before <= 0 and not end.bytes_after:
        return ()
    sides = [
        f"{shown_size(count)} {side}"
        for count, side in ((before, "before it"), (end.bytes_after, "after it"))
        if count > 0
    ]
    what = ", the start of another archive" if source.at(0, 4) == LOCAL_MARK and before else ""
    message = f"the archive has {' and '.join(sides)}{what}; expected nothing around it."
    return (codes.EXTRA_DATA.at(Place(name), message, before=before, after=end.bytes_after),)


def _planned(located: Sequence[Located], limits: Limits) -> _Plan:
    files: list[_Planned] = []
    folders: dict[str, None] = {}
    troubles: list[Trouble] = []
    taken, kept = names.Taken(), True
    for entry in located:
        decoded, guessed = decoded_name(entry.member, limits.legacy_name_encoding)
        path = decoded.replace("\\", "/")
        if entry.member.is_folder and path in {".", "./"}:
            continue
        refused = _refused(entry, path, limits)
        path = names.tidy(path) or path
        if refused is None:
            refused = taken.clash(path, folder=entry.member.is_folder)
        if refused is not None:
            kept = False
            if not (refused.code is codes.LINK and is_leftover(path)):
                troubles.append(refused)
            continue
        troubles += _remarks(entry.member, path, decoded, guessed)
        if entry.member.is_folder:
            folders[path] = None
        else:
            files.append(_Planned(path, entry))
    return _Plan(tuple(files), tuple(folders), tuple(troubles), kept)


def _refused(entry: Located, path: str, limits: Limits) -> Optional[Trouble]:
    """Why an entry is left out, or None."""
    member = entry.member
    escape = names.escape_of(path)
    if escape:
        return Trouble(codes.UNSAFE_PATH, path, escape)
    tidy = names.tidy(path)
    trouble = names.unstorable(tidy, limits.max_depth)
    if trouble is None and os.name == "nt":
        trouble = names.windows_trouble(tidy)
    if trouble is not None:
        return trouble
    if member.special:
        special = "link" in member.special
        return Trouble(codes.LINK if special else codes.NOT_A_FILE, tidy, member.special)
    if member.locked:
        return Trouble(codes.ENCRYPTED, tidy, "locked with a password")
    if member.is_folder:
        return None
    if member.method not in METHODS:
        shown = _METHOD_NAMES.get(member.method, f"method {member.method}")
        return Trouble(codes.COMPRESSION, tidy, f"packed with {shown}")
    return Trouble(codes.DAMAGED, tidy, entry.trouble) if entry.trouble else None


def _remarks(member: Member, path: str, decoded: str, guessed: str) -> list[Trouble]:
    """What is worth saying about an entry that is unpacked all the same."""
    remarks = []
    if "\\" in decoded:
        remarks.append(Trouble(codes.BACKSLASH, path, 'folders separated by "\\"'))
    if guessed:
        marked = " though marked as UTF-8" if member.flags & UTF8 else ""
        remarks.append(Trouble(codes.NAME_ENCODING, path, f"name read as {guessed}{marked}"))
    windows = names.windows_trouble(path)
    return [*remarks, windows] if windows else remarks


def _with_parents(plan: _Plan) -> tuple[str, ...]:
    """Every folder that has to be made, parents first."""
    needed = set(plan.folders)
    for path in [*plan.folders, *(file.path for file in plan.files)]:
        parent = path.rpartition("/")[0]
        while parent and parent not in needed:
            needed.add(parent)
            parent = parent.rpartition("/")[0]
    return tuple(sorted(needed, key=lambda folder: (folder.count("/"), folder)))


def _write(
    source: Source, plan: _Plan, destination: Path, progress: Progress
) -> tuple[tuple[Entry, ...], tuple[Trouble, ...]]:
    entries, broken = [], []
    done, total = 0, plan.bytes
    for file in plan.files:
        target = destination / file.path
        try:
            for piece_bytes in _written(source, file.located, target):
                done += piece_bytes
                progress(done, total)
        except BrokenEntryError as reason:
            with suppress(FileNotFoundError):
                target.unlink()
            broken.append(Trouble(codes.DAMAGED, file.path, str(reason)))
        else:
            entries.append(Entry(file.path, file.located.member.unpacked))
    return tuple(sorted(entries, key=lambda entry: entry.path)), tuple(broken)


def _written(source: Source, located: Located, target: Path) -> Iterator[int]:
    """Write the entry into a new file; the byte counts of its pieces as they are written."""
    with os.fdopen(os.open(target, _WRITE_FLAGS, 0o600), "wb") as out:
        for piece in pieces(source, located):
            out.write(piece)
            yield len(piece)
