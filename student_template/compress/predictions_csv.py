"""The predictions file in the form that the course wants.

    "ID","Predict"
    "0","Amends the Water Resources Development Act of 1992 to …"

The course's labels were written with every comma turned into a full stop, and its metric compares
words as they stand, so "Act," would not be found in a label that says "Act.". That is why commas
become full stops here, as in the tutorial. Line ends become spaces, so that a row is a line.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path

COLUMNS = ("ID", "Predict")

EMPTY = "-"
"""Written in place of a text without a word: Kaggle reads an empty cell as a missing one."""

# What Kaggle's reader, pandas, takes for a missing value when it is the whole text.
_MISSING = frozenset(
    ("#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
     "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null")
)  # fmt: skip
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def write_predictions(texts: Sequence[str], path: Path) -> None:
    """Write the texts, one for each row of the test split in its order.

    The file is there whole or not at all: it is written beside its place and then moved there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows((row, plain(text)) for row, text in enumerate(texts))
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def plain(text: str) -> str:
    """The text as it stands in the file."""
    told = _UNPRINTABLE.sub(" ", text).replace(",", ".")
    stripped = told.strip()
    return f"{EMPTY} {stripped}".strip() if not stripped or stripped in _MISSING else told
