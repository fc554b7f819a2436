"""Findings about the shape of a CSV: quotes that don't fit, ragged rows, blank lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from validators.display import quoted
from validators.findings import Finding, Place
from validators.predictions import codes
from validators.predictions.folding import counted, folded, others
from validators.predictions.header import Header
from validators.predictions.ids import IdSet
from validators.predictions.scanning import MAX_FIELDS_OF_A_ROW, Scan
from validators.rules.records import PredictionRules


@dataclass(frozen=True)
class Shape:
    """A scan with what it is held against."""

    scan: Scan
    header: Header
    file: str
    rules: PredictionRules

    @property
    def columns(self) -> int:
        """How many fields each row should have."""
        return len(self.header.fields)


def row_findings(
    scan: Scan, header: Header, file: str, rules: PredictionRules
) -> Iterator[Finding]:
    """Everything about the rows' shape, whatever they say."""
    shape = Shape(scan, header, file, rules)
    if not scan.records and scan.unclosed is None and scan.stopped is None:
        line = scan.header.line
        yield codes.NO_ROWS.at(Place(file, line), "no row below the header; expected one per ID.")
    yield from _stopped(shape)
    yield from _quotes(shape)
    yield from _ragged(shape)
    yield from _leading_space(shape)
    yield from _quoting(shape)
    yield from _oddities(shape)


def _stopped(shape: Shape) -> Iterator[Finding]:
    scan = shape.scan
    if scan.stopped is None:
        return
    count = len(scan.records)
    wide = scan.records[-1:] and len(scan.records[-1].fields) > MAX_FIELDS_OF_A_ROW
    if wide or len(scan.header.fields) > MAX_FIELDS_OF_A_ROW:
        message = f"more than {MAX_FIELDS_OF_A_ROW:,} fields in one row; expected {shape.columns}."
    else:
        expected = IdSet.of(shape.rules).count
        message = (
            f"over {count:,} rows and {scan.blank:,} blank lines so far; expected {expected:,} "
            f"rows. The rest was not read."
        )
    yield codes.TOO_MANY_ROWS.at(Place(shape.file, scan.stopped), message, rows=count)


def _quotes(shape: Shape) -> Iterator[Finding]:
    scan, file = shape.scan, shape.file
    if scan.unclosed is not None:
        message = (
            f"a double quote opens a field on line {scan.unclosed} and none closes it before the "
            f"end of the file."
        )
        yield codes.UNCLOSED_QUOTE.at(Place(file, scan.unclosed), message)
    if scan.torn:
        opened, closed = scan.torn[0].opened, scan.torn[0].closed
        where = "the same line" if opened == closed else f"line {closed}"
        message = (
            f"the quoted field that opens on line {opened} closes on {where} before "
            f"{quoted(scan.torn[0].rest)}; expected a separator there."
        )
        lines = [torn.opened for torn in scan.torn]
        remedy = ""
        if opened != closed:
            remedy = f"Look for a missing or single quote on lines {opened} to {closed}."
        yield folded(codes.TEXT_AFTER_QUOTE, file, lines, message + others(lines), remedy)


def _ragged(shape: Shape) -> Iterator[Finding]:
    scan, file, columns = shape.scan, shape.file, shape.columns
    # A torn or unclosed quote makes ragged rows; it is told already.
    spoilt = {line for torn in scan.torn for line in (torn.opened, torn.closed)}
    spoilt |= {record_line for record_line in (scan.unclosed, scan.stopped) if record_line}
    rows = [
        record
        for record in scan.records
        if len(record.fields) != columns and record.line not in spoilt
    ]
    wide = [record for record in rows if len(record.fields) > columns]
    narrow = [record for record in rows if len(record.fields) < columns]
    if wide:
        lines = [record.line for record in wide]
        fields = wide[0].fields
        message = f"{len(fields)} fields; expected {columns}.{others(lines)}"
        remedy = "Remove the separator at the end of each row."
        if any(field.strip() for field in fields[columns:]):
            remedy = f"Quote the text before {quoted(fields[columns])}: its separator splits it."
        yield folded(codes.TOO_MANY_FIELDS, file, lines, message, remedy, fields=len(fields))
    if narrow:
        lines = [record.line for record in narrow]
        few = counted(len(narrow[0].fields), "field", "fields")
        message = f"{few} ({quoted(narrow[0].fields[0])}); expected {columns}.{others(lines)}"
        yield folded(codes.TOO_FEW_FIELDS, file, lines, message)


def _leading_space(shape: Shape) -> Iterator[Finding]:
    scan, file = shape.scan, shape.file
    if scan.led_after_return:
        lines = scan.led_after_return
        message = (
            "the row begins with white space, and the line before it ends with a lone carriage "
            f"return; expected its first field.{others(lines)}"
        )
        yield folded(codes.LEADING_SPACE, file, lines, message)
        return
    numbers = IdSet.of(shape.rules).numbers
    if numbers and shape.header.at[0] == 0:
        return  # white space before a number changes nothing, and is told with the IDs
    if scan.led_by_space:
        lines = scan.led_by_space
        message = f"the row begins with white space; expected its first field.{others(lines)}"
        yield folded(codes.LEADING_SPACE, file, lines, message)


def _quoting(shape: Shape) -> Iterator[Finding]:
    scan, wish = shape.scan, shape.rules.quoting
    lines = {"all": scan.unquoted, "none": scan.quoted, "any": []}[wish]
    if lines:
        found = "a field is quoted" if wish == "none" else "a field is not quoted"
        writer = "csv.QUOTE_NONE" if wish == "none" else "csv.QUOTE_ALL"
        expected = "no field" if wish == "none" else "every field"
        message = f"{found}; expected {expected} quoted.{others(lines)}"
        yield folded(
            codes.QUOTING, shape.file, lines, message, f"Write the file with quoting={writer}."
        )


def _oddities(shape: Shape) -> Iterator[Finding]:
    scan, file = shape.scan, shape.file
    if scan.several_lines and not scan.torn:
        lines = scan.several_lines
        texts = counted(len(lines), "quoted text goes", "quoted texts go")
        message = f"{texts} over several lines; expected one line per row.{others(lines)}"
        yield folded(codes.EMBEDDED_NEWLINE, file, lines, message)
    if scan.bare_quotes:
        lines = scan.bare_quotes
        message = (
            f"{counted(len(lines), 'unquoted field holds', 'unquoted fields hold')} a double "
            f"quote, which is read as text; expected quotes around the field.{others(lines)}"
        )
        yield folded(codes.BARE_QUOTE, file, lines, message)
    if scan.first_blank is not None and scan.stopped is None:
        message = f"{counted(scan.blank, 'line is', 'lines are')} blank; expected none."
        yield codes.BLANK_LINE.at(Place(file, scan.first_blank), message, count=scan.blank)
