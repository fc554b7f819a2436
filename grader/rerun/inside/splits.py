"""The course's data files and the part of them that a `split=` names."""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH123

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

Columns = dict[str, list[Any]]
_PART = re.compile(
    r"\s*([\w.-]+)\s*(?:\[\s*(-?\d+)?(%)?\s*:\s*(-?\d+)?(%)?\s*\])?\s*(?:\(\w+\))?\s*"
)
COLUMNS = ("text", "summary", "title")
"""The columns of the course's data sets, in the order of the public one."""
_LONGEST_CELL = 1 << 24


class NoSuchData(FileNotFoundError):
    """Data that this run doesn't have; the text says what there is."""


@dataclass(frozen=True)
class Part:
    """Some rows of a split: from `start` to before `stop`."""

    split: str
    start: int
    stop: int


def last_part(name: str) -> str:
    """The last part of a path or of a hub's name, whatever system wrote it."""
    parts = [part for part in re.split(r"[\\/]", name.strip()) if part not in ("", ".")]
    return parts[-1] if parts else ""


def named(name: str, known: Mapping[str, Any]) -> Optional[str]:
    """The known name that is meant; its case doesn't matter where that leaves only one."""
    last = last_part(name)
    if last in known:
        return last
    like = [each for each in sorted(known) if each.casefold() == last.casefold()]
    return like[0] if len(like) == 1 else None


def parts_of(spec: str, rows_of: Mapping[str, int]) -> tuple[Part, ...]:
    """The parts that a spec such as `train+test[:10%]` names, in its order."""
    if spec == "all":
        return tuple(Part(split, 0, rows) for split, rows in rows_of.items())
    parts = []
    for piece in spec.split("+"):
        match = _PART.fullmatch(piece)
        if match is None:
            raise ValueError(f'split "{spec}" is not understood; expected such as "test[:10%]".')
        split, low, low_percent, high, high_percent = match.groups()
        if split not in rows_of:
            raise NoSuchData(f'There is no split "{split}"; there are: {", ".join(rows_of)}.')
        rows = rows_of[split]
        start, stop, _ = slice(
            _bound(low, low_percent, rows), _bound(high, high_percent, rows)
        ).indices(rows)
        parts.append(Part(split, start, max(start, stop)))
    return tuple(parts)


def splits_in(spec: str) -> tuple[str, ...]:
    """The names of the splits in a spec, as far as it is understood."""
    matches = (_PART.fullmatch(piece) for piece in spec.split("+"))
    return tuple(dict.fromkeys(match.group(1) for match in matches if match is not None))


def read_columns(path: str, only: Optional[tuple[str, ...]] = COLUMNS) -> Columns:
    """A `.jsonl` or `.csv` file by columns: those named and there, in this order; else all."""
    rows = list(_csv_rows(path) if path.endswith(".csv") else _json_rows(path))
    there = dict.fromkeys(key for row in rows for key in row)
    wanted = tuple(there) if only is None else tuple(key for key in only if key in there)
    return {key: [row.get(key, "" if only else None) for row in rows] for key in wanted}


def _bound(number: Optional[str], percent: Optional[str], rows: int) -> Optional[int]:
    if number is None:
        return None
    return round(int(number) * rows / 100.0) if percent else int(number)


def _json_rows(path: str) -> Iterator[dict[str, Any]]:
    with open(path, "rb") as file:
        for line in file:
            if line.strip():
                yield json.loads(line.decode("utf-8-sig"))


def _csv_rows(path: str) -> Iterator[dict[str, Any]]:
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    finally:
        csv.field_size_limit(limit)
