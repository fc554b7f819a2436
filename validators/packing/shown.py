"""What goes in and what stays out, as lines for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Optional

from typing_extensions import TypedDict

from validators import __version__
from validators.display import clean, size
from validators.packing.records import LeftOut, Selection

FORMAT = 1
"""Grows by one when a program written for the old form could break."""

# More files of one folder with one reason than this are told in one line.
_MOST_ALONE = 12
_SIZE_COLUMN = 11


class PackedJson(TypedDict):
    """One file in the zip, and as what it goes in."""

    file: str
    bytes: int
    why: str


class LeftOutJson(TypedDict):
    """One file, or one whole folder, that stays out, and why."""

    path: str
    bytes: int
    files: int
    whole: bool
    why: str


class PackJson(TypedDict):
    """The whole answer of `check-submission pack`."""

    format: int
    tool: str
    version: str
    folder: str
    zip: Optional[str]
    receipt: Optional[str]
    outcome: str
    packed: list[PackedJson]
    left_out: list[LeftOutJson]
    check: dict[str, Any]


def pack_document(
    folder: str,
    selection: Selection,
    written: tuple[Optional[str], Optional[str]],
    check: dict[str, Any],
) -> PackJson:
    """The answer about a folder; `written` are the zip and its receipt, `check` what was found."""
    return {
        "format": FORMAT,
        "tool": "check-submission pack",
        "version": __version__,
        "folder": clean(folder),
        "zip": written[0],
        "receipt": written[1],
        "outcome": check["outcome"],
        "packed": [
            {"file": clean(each.entry.path), "bytes": each.entry.bytes, "why": each.why}
            for each in selection.packed
        ],
        "left_out": [
            {**vars(each), "path": clean(each.path)}  # type: ignore[typeddict-item]
            for each in selection.left_out
        ],
        "check": check,
    }


def selection_lines(selection: Selection) -> Iterator[str]:
    """Every file that goes in or stays out, with its size and the reason."""
    going = [LeftOut(each.entry.path, each.entry.bytes, 1, each.why) for each in selection.packed]
    yield _heading("goes in", going)
    yield from _lines(going)
    if selection.left_out:
        yield ""
        yield _heading("stays out", selection.left_out)
        yield from _lines(selection.left_out)


def _heading(word: str, items: Iterable[LeftOut]) -> str:
    told = tuple(items)
    files, more = sum(each.files for each in told), not all(each.whole for each in told)
    return f"{word}: {_counted(files, more)}, {size(sum(each.bytes for each in told))}"


def _lines(items: Iterable[LeftOut]) -> Iterator[str]:
    """One line for each item; many of one kind in one folder share a line."""
    ordered = sorted(items, key=lambda each: (*_group(each), each.path))
    for (folder, why), found in groupby(ordered, key=_group):
        group = tuple(found)
        if len(group) <= _MOST_ALONE:
            yield from (_line(each) for each in group)
            continue
        total, files = sum(each.bytes for each in group), sum(each.files for each in group)
        whole = all(each.whole for each in group)
        yield _line(LeftOut(f"{folder}…", total, files, why, whole))


def _line(item: LeftOut) -> str:
    many = f"{_counted(item.files, not item.whole)}: " if item.path[-1] in "/…" else ""
    return f"{size(item.bytes):>{_SIZE_COLUMN}}  {clean(item.path)}  ({many}{clean(item.why)})"


def _counted(files: int, more: bool) -> str:
    told = f"{files:,} file" if files == 1 else f"{files:,} files"
    return f"at least {told}" if more else told


def _group(item: LeftOut) -> tuple[str, str]:
    folder = item.path.rstrip("/").rpartition("/")[0]
    return (f"{folder}/" if folder else "", item.why)
