"""CSV files of answers and predictions, read as text, and put into one order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import click

from grader.metric.alignment import MisalignedError, aligned, named_texts


@dataclass(frozen=True)
class Table:
    """The IDs of a file and the text of each."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]


def read_table(path: Path, id_column: str, text_column: str, *, strict: bool = False) -> Table:
    """The two columns of a CSV as Kaggle's reader sees them, but every cell as text.

    A file of predictions is read strictly: it may have no other columns but Kaggle's `Usage`.
    Raises click.UsageError, which says what is wrong with the file and never shows its texts.
    """
    header, *rows = _cells(path)
    names = [str(name).strip() for name in header]
    for wanted in (id_column, text_column):
        if names.count(wanted) != 1:
            times = "no" if wanted not in names else "more than one"
            raise click.UsageError(
                f'{path.name}: there is {times} column "{wanted}"; found {named_texts(names)}'
            )
    extra = [name for name in names if name not in (id_column, text_column, "Usage")]
    if strict and extra:
        raise click.UsageError(f"{path.name}: unexpected column: {named_texts(extra)}")
    if not rows:
        raise click.UsageError(f"{path.name}: there are no rows below the header")
    ids, texts = names.index(id_column), names.index(text_column)
    return Table(path.name, tuple(row[ids] for row in rows), tuple(row[texts] for row in rows))


def aligned_texts(key: Table, given: Table) -> list[str]:
    """The given texts in the order of the key's rows."""
    for table in (key, given):
        try:
            places = aligned(key.ids, table.ids)
        except MisalignedError as error:
            raise click.UsageError(f"{table.name}: {error}") from error
    return [given.texts[place] for place in places]


def _cells(path: Path) -> list[list[str]]:
    """All rows of the file, the header first."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            path, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except pd.errors.EmptyDataError as error:
        raise click.UsageError(f"{path.name}: the file is empty") from error
    except pd.errors.ParserError as error:
        raise click.UsageError(f"{path.name}: {_reason(str(error))}") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"{path.name}: not UTF-8: byte {error.object[error.start]:#04x}; save it as UTF-8"
        ) from error
    rows: list[list[str]] = frame.to_numpy(dtype=object).tolist()
    return rows


def _reason(message: str) -> str:
    """What pandas says, in our words where we know them."""
    ragged = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if ragged:
        expected, line, found = ragged.groups()
        return (
            f"line {line} has {found} fields; the header has {expected}. "
            "A text with a comma in it needs double quotes around it"
        )
    if "EOF inside string" in message:
        return "a double quote is opened and never closed"
    return message.strip().splitlines()[-1]
