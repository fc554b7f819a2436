"""CSV files of answers and predictions, read as text, and put into one order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.metric import PreparedAnswers
from grader.metric.alignment import MisalignedError, aligned, named_texts
from grader.metric.dialects import HANDOUT

if TYPE_CHECKING:
    from validators.rules import Rules

_USAGES = ("public", "private", "ignored")
_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}


@dataclass(frozen=True)
class Table:
    """The IDs of a file and the text of each; `usage` is Kaggle's column, if it is there."""

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    usage: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerKey:
    """The answers of a competition, ready to score with.

    `ids` are all IDs in the competition's own order, whatever the order of the file, and `rows`
    the places of those that count: rows that Kaggle ignores don't. `answers` has these rows;
    `public` and `private` are places among them, both empty where the key has no column `Usage`.
    """

    ids: tuple[str, ...]
    rows: tuple[int, ...]
    answers: PreparedAnswers
    public: tuple[int, ...]
    private: tuple[int, ...]
    digest: str
    """The digest of everything that a score depends on: IDs, answers, and what is whose row."""


def metric_of(rules: Rules) -> str:
    """The competition's metric by the name that `grader.metric` knows it by."""
    return HANDOUT if rules.metric.dialect == "handout" else rules.metric.name


def read_key(path: Path, rules: Rules) -> AnswerKey:
    """The answer key; it must hold the IDs of the competition, once each.

    Raises click.UsageError, which says what is wrong with the file and never shows its texts.
    """
    from validators.predictions.ids import IdSet

    wanted = rules.predictions
    table = read_table(path, wanted.id_column, rules.metric.label_column)
    known = IdSet.of(wanted)
    # IDs that are whole numbers are compared as such, as the checks of predictions do it.
    given = [field if (key := known.key(field)) is None else str(key) for field in table.ids]
    ids = tuple(map(str, known.keys))
    places = _aligned(ids, given, table.name)
    usages = _usages(table) or ("",) * len(ids)
    usage = [usages[place] for place in places]
    rows = tuple(row for row, kind in enumerate(usage) if kind != "ignored")
    if not rows:
        raise click.UsageError(f"{table.name}: every row is marked Ignored; expected some to score")
    texts = [table.texts[places[row]] for row in rows]
    kinds = [usage[row] for row in rows]
    told = json.dumps([ids, rows, texts, kinds])
    return AnswerKey(
        ids,
        rows,
        PreparedAnswers(texts),
        tuple(place for place, kind in enumerate(kinds) if kind == "public"),
        tuple(place for place, kind in enumerate(kinds) if kind == "private"),
        hashlib.sha256(told.encode()).hexdigest(),
    )


def read_table(
    path: Path, id_column: str, text_column: str, *, strict: bool = False, delimiter: str = ","
) -> Table:
    """The two columns of a CSV as Kaggle's reader sees them, but every cell as text.

    A file of predictions is read strictly: it may have no other columns but Kaggle's `Usage`. An
    answer key has commas, whatever the predictions have.
    Raises click.UsageError, which says what is wrong with the file and never shows its texts.
    """
    header, *rows = _cells(path, delimiter)
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
    usages = [at for at, name in enumerate(names) if name.casefold() == "usage"]
    if len(usages) > 1:
        raise click.UsageError(f'{path.name}: there is more than one column "Usage"')
    return Table(
        path.name,
        tuple(row[ids] for row in rows),
        tuple(row[texts] for row in rows),
        tuple(row[at] for at in usages for row in rows),
    )


def aligned_texts(key: Table, given: Table) -> list[str]:
    """The given texts in the order of the key's rows."""
    _aligned(key.ids, key.ids, key.name)
    return [given.texts[place] for place in _aligned(key.ids, given.ids, given.name)]


def _aligned(expected: Sequence[str], given: Sequence[str], name: str) -> list[int]:
    try:
        return aligned(expected, given)
    except MisalignedError as error:
        raise click.UsageError(f"{name}: {error}") from error


def _usages(table: Table) -> tuple[str, ...]:
    """For each row of the file which part of Kaggle's it is of; empty where that isn't said."""
    usages = tuple(usage.strip().casefold() for usage in table.usage)
    strange = [own for own, usage in zip(table.usage, usages) if usage not in _USAGES]
    if strange:
        raise click.UsageError(
            f"{table.name}: {len(strange):,} of {len(usages):,} rows have another Usage than "
            f"Public, Private or Ignored, the first is {named_texts(strange[:1])}"
        )
    return usages


def _cells(path: Path, delimiter: str) -> list[tuple[str, ...]]:
    """All rows of the file, the header first."""
    from validators.predictions.scanning import scan

    text = _text(path)
    # A field takes at least one character or the separator before it, so that none is left out.
    found = scan(text, delimiter, max_steps=2 * len(text) + 1)
    if not found.header.fields:
        raise click.UsageError(f"{path.name}: the file is empty")
    if found.unclosed is not None:
        raise click.UsageError(
            f"{path.name}: a double quote is opened on line {found.unclosed} and never closed"
        )
    wanted = len(found.header.fields)
    for record in found.records:
        if len(record.fields) != wanted:
            more = len(record.fields) > wanted
            advice = f". A text with {_NAMES[delimiter]} in it needs double quotes around it"
            raise click.UsageError(
                f"{path.name}: line {record.line} has {_fields(len(record.fields))}; "
                f"the header has {wanted}{advice if more else ''}"
            )
    if found.stopped is not None:
        raise click.UsageError(f"{path.name}: line {found.stopped} has too many fields to be read")
    return [found.header.fields, *(record.fields for record in found.records)]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{path.name}: can't be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"{path.name}: not UTF-8: byte {error.object[error.start]:#04x}; save it as UTF-8"
        ) from error


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"
