"""The bills and their summaries, from a folder of yours or from the hub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compress.settings import SettingsError


class BillsError(SettingsError):
    """Rows that can't be used; the text says which, and what was expected."""


@dataclass(frozen=True)
class Bill:
    """One row: the bill, and its summary, which is "" where there is none."""

    text: str
    summary: str


def load_bills(dataset: str, split: str) -> tuple[Bill, ...]:
    """The rows of a split, in their order.

    `dataset` is a folder with `train.jsonl` and `test.jsonl`, or a name on the hub, for which the
    package `datasets` is needed. Raises BillsError.
    """
    folder = Path(dataset)
    if folder.is_dir():
        return read_bills(folder / f"{split}.jsonl")
    try:
        from datasets import load_dataset  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        told = f'"{dataset}" is no folder here, so it is looked for on the hub'
        raise BillsError(f"{told}; that needs: pip install datasets") from None
    try:
        rows: Iterable[Mapping[str, Any]] = load_dataset(dataset, split=split)
    except (OSError, ValueError) as trouble:  # no such name, no such split, no network
        reason = str(trouble).strip().split("\n")[0]
        told = f'"{dataset}" is no folder here, and the hub didn\'t give it ({reason})'
        raise BillsError(f"{told}. Name a folder with {split}.jsonl in [data].") from None
    return tuple(_bill(row, f"{dataset}, {split}, row {n}") for n, row in enumerate(rows))


def read_bills(path: Path) -> tuple[Bill, ...]:
    """The rows of a `.jsonl` file: one JSON object a line. Raises BillsError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as trouble:
        raise BillsError(f"{path}: can't be read ({trouble.strerror or trouble}).") from None
    except UnicodeDecodeError as trouble:
        raise BillsError(f"{path}: is not UTF-8: {trouble}.") from None
    bills = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as trouble:
            raise BillsError(f"{path}:{number}: is no JSON: {trouble}.") from None
        bills.append(_bill(row, f"{path}:{number}"))
    if not bills:
        raise BillsError(f"{path}: has no rows.")
    return tuple(bills)


def split_validation(
    bills: tuple[Bill, ...], rows: int
) -> tuple[tuple[Bill, ...], tuple[Bill, ...]]:
    """The bills to train on, and the last `rows` of them, which are kept to look at the score."""
    if not 0 <= rows < len(bills):
        told = f"data.validation_rows is {rows}, and there are {len(bills)} training rows"
        raise BillsError(f"{told}; expected 0 to {len(bills) - 1}.")
    cut = len(bills) - rows
    return bills[:cut], bills[cut:]


def _bill(row: object, place: str) -> Bill:
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        raise BillsError(f'{place}: has no "text"; expected {{"text": "…", "summary": "…"}}.')
    summary = row.get("summary", "")
    if not isinstance(summary, str):
        raise BillsError(f'{place}: "summary" is {summary!r}; expected a text.')
    return Bill(row["text"], summary)
