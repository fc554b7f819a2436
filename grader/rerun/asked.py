"""Reading what the layer inside wrote down. The student's program could write there too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

from grader.rerun.records import Asked
from validators.display import clean

MAX_BYTES = 4 << 20
"""How much of the file is read."""
MAX_DIFFERENT = 1000
"""How many different ones are kept."""
_MAX_LINE_BYTES = 8000
_MAX_CHARACTERS = 300
_MAX_COUNT = 1_000_000
_KINDS = ("dataset", "split", "column", "model", "tokenizer", "metric", "training", "hardware",
          "network", "file", "process", "import", "record")  # fmt: skip
_RECORD = "record"


def read_asked(path: Path) -> tuple[Asked, ...]:
    """What was asked for, equal ones joined, in a stable order; the last ones say what is missing.

    Nothing in the file can do more than be shown: text is cut and cleaned.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return (Asked(_RECORD, "none", "nothing was written down"),)
    except OSError as error:
        return (Asked(_RECORD, "none", f"can't be read ({error.strerror or error})"),)
    counts: dict[Asked, int] = {}
    unread = left = 0
    for line in _lines(data):
        asked = _asked(line)
        key = None if asked is None else Asked(asked.what, asked.name, asked.answer, asked.where)
        if asked is None or key is None:
            unread += 1
        elif key in counts or len(counts) < MAX_DIFFERENT:
            counts[key] = min(_MAX_COUNT, counts.get(key, 0) + asked.count)
        else:
            left += 1
    found = [Asked(key.what, key.name, key.answer, key.where, counts[key]) for key in counts]
    return (*sorted(found, key=_order), *_missing(len(data) > MAX_BYTES, unread, left))


def _lines(data: bytes) -> Iterator[bytes]:
    whole = data[:MAX_BYTES]
    if len(data) > MAX_BYTES:
        whole = whole[: whole.rfind(b"\n") + 1]
    return (line for line in whole.split(b"\n") if line.strip())


def _asked(line: bytes) -> Optional[Asked]:
    """One line of the layer's; None for what the layer would never write."""
    if len(line) > _MAX_LINE_BYTES:
        return None
    try:
        told: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("what") not in _KINDS:
        return None
    texts = [told.get(key, "") for key in ("name", "answer", "where")]
    count = told.get("count", 1)
    if not all(isinstance(text, str) for text in texts) or type(count) is not int or count < 1:
        return None
    name, answer, where = (clean(text[:_MAX_CHARACTERS]) for text in texts)
    return Asked(told["what"], name, answer, where, min(count, _MAX_COUNT))


def _order(asked: Asked) -> tuple[int, str, str, str]:
    return _KINDS.index(asked.what), asked.name, asked.answer, asked.where


def _missing(cut: bool, unread: int, left: int) -> Iterator[Asked]:
    if unread:
        yield Asked(_RECORD, "lines", "not written by the layer, left out", count=unread)
    if left:
        yield Asked(_RECORD, "cut", f"more than {MAX_DIFFERENT:,} different ones", count=left)
    if cut:
        yield Asked(_RECORD, "cut", f"only the first {MAX_BYTES:,} bytes were read")
