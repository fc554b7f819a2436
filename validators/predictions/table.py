"""Reading a predictions CSV: from a path to IDs and texts, with all that was odd on the way."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Union

from validators.display import quoted, size
from validators.findings import Code, Finding, Place
from validators.predictions import codes
from validators.predictions.decoding import (
    UNICODE_TEXT,
    bad_byte,
    line_of,
    other_format,
    wide_encoding,
)
from validators.predictions.header import (
    Header,
    header_findings,
    other_delimiter,
    read_header,
    separated_by,
    separating,
)
from validators.predictions.ids import MISSING_WORDS, IdSet
from validators.predictions.rows import row_findings
from validators.predictions.scanning import Scan, scan
from validators.predictions.source import UnreadableError, read_start
from validators.rules import Rules, RulesError
from validators.rules.records import PredictionRules

_NAMED_SO = re.compile(r"predict|submi", re.IGNORECASE)
# Kaggle's sample submission lies in many packages, and is nobody's predictions.
_SAMPLE = re.compile(r"sample[ _-]?submission", re.IGNORECASE)
_HEAD_BYTES = 4096
# Room for honest mistakes beyond the fields that the competition asks for; then reading stops.
_SPARE_STEPS = 200_000


@dataclass(frozen=True)
class Predictions:
    """A predictions CSV as read: row by row an ID, a text, and the line that it starts on.

    The rows are complete when none of the findings blocks. They are then exactly what
    `pandas.read_csv` makes of the file, the IDs still as written.
    """

    name: str
    byte_count: int = 0
    encoding: str = ""
    columns: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()

    def found(self, *kinds: Code) -> Iterator[Finding]:
        """The findings of reading that are of these kinds."""
        names = {kind.name for kind in kinds}
        return (finding for finding in self.findings if finding.code in names)


@dataclass(frozen=True)
class Text:
    """A file's text, without its byte order mark."""

    text: str
    byte_count: int
    marked: bool


def read_predictions(path: Path, name: str, rules: Rules) -> Predictions:
    """The file as predictions; whatever is wrong with it stands in the findings."""
    wanted = rules.predictions
    source = _read_text(path, name, wanted)
    if isinstance(source, Finding):
        return Predictions(name, findings=(source,))
    steps = 4 * IdSet.of(wanted).count + _SPARE_STEPS
    table = scan(source.text, wanted.delimiter, steps)
    header = read_header(table.header.fields, wanted)
    first = Predictions(
        name,
        source.byte_count,
        wanted.encoding.upper(),
        header.fields,
        findings=(
            *_mark_findings(source, name, wanted),
            *_table_findings(table, header, source.text, name, wanted),
        ),
    )
    if not header.complete:
        return first
    whole = [record for record in table.records if len(record.fields) == len(header.fields)]
    id_at, text_at = header.at
    return replace(
        first,
        ids=tuple(record.fields[id_at] for record in whole),
        texts=tuple(record.fields[text_at] for record in whole),
        lines=tuple(record.line for record in whole),
    )


def read_ids(path: Path, name: str, rules: Rules) -> tuple[str, ...]:
    """The IDs of a sample submission, in its order; a file that is no good is a `RulesError`."""
    wanted = rules.predictions
    source = _read_text(path, name, wanted)
    if isinstance(source, Finding):
        raise RulesError(f"{source.place}: {source.message}")
    table = scan(source.text, wanted.delimiter, max_steps=2 * len(source.text) + 1)
    fields = table.header.fields
    if wanted.id_column not in fields:
        raise RulesError(f"{name}:{table.header.line}: no column {quoted(wanted.id_column)}.")
    if not table.records:
        raise RulesError(f"{name}: no row below the header; expected one per ID.")
    broken = table.torn[0].opened if table.torn else table.unclosed
    if broken is not None:
        raise RulesError(f"{name}:{broken}: the quoted field does not end where it should.")
    return _distinct_ids(table, fields.index(wanted.id_column), name)


def _distinct_ids(table: Scan, at: int, name: str) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    for record in table.records:
        found, expected = len(record.fields), len(table.header.fields)
        if found != expected:
            raise RulesError(f"{name}:{record.line}: {found} fields; expected {expected}.")
        value = record.fields[at].strip(" \t")
        if value in MISSING_WORDS:
            raise RulesError(f"{name}:{record.line}: {quoted(value)} is no ID; expected one.")
        if value in seen:
            first = seen[value]
            raise RulesError(f"{name}:{record.line}: ID {quoted(value)} repeats line {first}.")
        seen[value] = record.line
    return tuple(seen)


def looks_like_predictions(path: Path, rules: Rules) -> bool:
    """Whether the file is called like predictions, or begins like them.

    A name is enough, so that a file without its header, or in another encoding, is told what
    is wrong with it; a first row that names both columns, exactly or nearly, is enough as well.
    """
    wanted = rules.predictions
    if _SAMPLE.match(path.name):
        return False
    if _NAMED_SO.search(path.name):
        return True
    try:
        head, _ = read_start(path, _HEAD_BYTES)
    except UnreadableError:
        return False
    wide = wide_encoding(head)
    text = head.decode(wide.split()[0] if wide else wanted.encoding, "replace")
    lines = text.lstrip("\ufeff").strip().splitlines()
    if not lines or "\0" in lines[0]:
        return False
    own = scan(lines[0], wanted.delimiter, max_steps=len(text)).header
    return read_header(own.fields, wanted).complete or other_delimiter(lines[0], wanted) is not None


def _read_text(path: Path, name: str, wanted: PredictionRules) -> Union[Text, Finding]:
    here = Place(name)
    try:
        data, total = read_start(path, wanted.max_bytes + 1)
    except UnreadableError as reason:
        return codes.UNREADABLE.at(here, f"{reason}.")
    if len(data) > wanted.max_bytes:
        message = f"{total:,} bytes; expected at most {wanted.max_bytes:,}."
        return codes.TOO_LARGE.at(here, message, bytes=total)
    kind = other_format(data)
    if kind is not None:
        return codes.NOT_CSV.at(here, f"the file is {kind}; expected CSV text.", found=kind)
    return _decoded(data, name, wanted)


def _decoded(data: bytes, name: str, wanted: PredictionRules) -> Union[Text, Finding]:
    encoding = wanted.encoding
    wide = None if encoding.startswith(("utf-16", "utf-32")) else wide_encoding(data)
    if wide is not None:
        excel = ', as Excel\'s "Unicode Text" is' if wide == UNICODE_TEXT else ""
        message = f"the file is {wide}{excel}; expected {encoding.upper()}."
        return codes.ENCODING.at(Place(name), message, guess=wide)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        bad = bad_byte(data, error.start)
        message = (
            f"byte 0x{bad.value:02X} is not {encoding.upper()}; the file looks like {bad.guess}."
        )
        remedy = bad.remedy or codes.ENCODING.remedy
        # The header is ASCII, so a wrong separator shows before the encoding is mended.
        found, called = separated_by(data[:_HEAD_BYTES].decode("ascii", "replace"), wanted)
        if found:
            message += f" Its columns are separated by {called}, too."
            remedy += f" {separating(found, wanted)}"
        facts = {"guess": bad.guess, "byte": error.start}
        return codes.ENCODING.at(Place(name, bad.line), message, remedy, **facts)
    if "\0" in text:
        at = len(text[: text.index("\0")].encode(encoding, "replace"))
        count = text.count("\0")
        message = f"{count:,} NUL character{'s' if count > 1 else ''}; expected text."
        return codes.NUL.at(Place(name, line_of(data, at)), message, count=count)
    marked = text.startswith("\ufeff") or data.startswith(codecs.BOM_UTF8)
    text = text[1:] if text.startswith("\ufeff") else text
    if not text.strip(" \t\r\n"):
        found = size(len(data)) if data else "0 bytes"
        return codes.EMPTY.at(Place(name), f"{found} without any row; expected a header and rows.")
    return Text(text, len(data), marked)


def _mark_findings(source: Text, name: str, wanted: PredictionRules) -> Iterator[Finding]:
    if not source.marked or wanted.encoding == "utf-8-sig":
        return
    kinds = {"accept": codes.BYTE_ORDER_MARK, "refuse": codes.REFUSED_BYTE_ORDER_MARK}
    message = "the file starts with a byte order mark (EF BB BF); expected the header at once."
    yield kinds[wanted.byte_order_mark].at(Place(name, 1), message)


def _table_findings(
    table: Scan, header: Header, text: str, name: str, wanted: PredictionRules
) -> Iterator[Finding]:
    first = table.header
    if header.complete or table.unclosed != first.line:
        yield from header_findings(header, first, text, name, wanted)
    if header.complete or table.unclosed == first.line:
        yield from row_findings(table, header, name, wanted)
