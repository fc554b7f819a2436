"""The checks of a predictions CSV, tier by tier, and the section that they make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from validators.display import size
from validators.findings import Finding, Place
from validators.predictions import codes
from validators.predictions.id_checks import (
    ids_are_complete,
    ids_are_present,
    ids_are_unique,
    ids_are_well_formed,
    rows_are_in_order,
)
from validators.predictions.table import Predictions, read_predictions
from validators.predictions.text_checks import (
    predictions_are_plain,
    predictions_are_text,
    predictions_are_there,
    predictions_say_something,
)
from validators.report import CheckResult, Section
from validators.rules import Rules
from validators.running import Tier, run_checks


def file_is_readable(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """The CSV is a file of a sensible size."""
    return subject.found(codes.UNREADABLE, codes.EMPTY, codes.TOO_LARGE)


def file_is_text(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """It is text in the encoding of the competition."""
    return subject.found(
        codes.NOT_CSV,
        codes.ENCODING,
        codes.NUL,
        codes.BYTE_ORDER_MARK,
        codes.REFUSED_BYTE_ORDER_MARK,
    )


def header_names_the_columns(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """The first row names the columns of the competition, and no other."""
    return subject.found(
        codes.DELIMITER,
        codes.NO_HEADER,
        codes.COLUMN_NAME,
        codes.MISSING_COLUMN,
        codes.EXTRA_COLUMN,
        codes.COLUMN_ORDER,
    )


def rows_have_their_fields(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """Every row has as many fields as the header."""
    return subject.found(
        codes.NO_ROWS,
        codes.TOO_MANY_ROWS,
        codes.TOO_MANY_FIELDS,
        codes.TOO_FEW_FIELDS,
        codes.BLANK_LINE,
        codes.LEADING_SPACE,
    )


def quotes_fit(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """Every quote that opens a field closes it, and no text goes over several lines."""
    return subject.found(
        codes.UNCLOSED_QUOTE,
        codes.TEXT_AFTER_QUOTE,
        codes.QUOTING,
        codes.EMBEDDED_NEWLINE,
        codes.BARE_QUOTE,
    )


SHAPE_TIERS: tuple[Tier[Predictions], ...] = (
    (file_is_readable,),
    (file_is_text,),
    (header_names_the_columns,),
    (rows_have_their_fields, quotes_fit),
)
# Trouble with the IDs hides nothing about the texts, so each has tiers of its own.
ID_TIERS: tuple[Tier[Predictions], ...] = (
    (ids_are_present, ids_are_well_formed),
    (ids_are_unique, ids_are_complete),
    (rows_are_in_order,),
)
TEXT_TIERS: tuple[Tier[Predictions], ...] = (
    (
        predictions_are_there,
        predictions_are_text,
        predictions_say_something,
        predictions_are_plain,
    ),
)
TIERS = (*SHAPE_TIERS, *ID_TIERS, *TEXT_TIERS)


def section(path: Path, name: str, rules: Rules) -> Section:
    """The section of the report about one predictions CSV."""
    subject = read_predictions(path, name, rules)
    results, unchecked = _run(subject, rules)
    return Section("csv", name, results, _facts(subject), unchecked)


def csv_is_there(name: str, rules: Rules) -> Iterator[Finding]:
    """The predictions CSV is there."""
    wanted = f'"{rules.predictions.id_column}", "{rules.predictions.text_column}"'
    message = f"no CSV with the columns {wanted} in the package; expected one."
    yield codes.ABSENT.at(Place(name), message)


def missing_section(name: str, rules: Rules) -> Section:
    """The section about a package without predictions that must have them."""
    results, _ = run_checks(((csv_is_there,),), name, rules)
    return Section("csv", name, results)


def elsewhere_section(name: str, rules: Rules) -> Section:
    """The section about a package in which no predictions were found, and none have to be."""
    reason = "The predictions CSV: none found in the package; check it by itself."
    return Section("csv", name, unchecked=(reason,))


def _run(subject: Predictions, rules: Rules) -> tuple[tuple[CheckResult, ...], tuple[str, ...]]:
    """The results of both ways through the tiers, those of the shape once."""
    results, unchecked = run_checks((*SHAPE_TIERS, *ID_TIERS), subject, rules)
    more, left = run_checks((*SHAPE_TIERS, *TEXT_TIERS), subject, rules)
    shape = sum(len(tier) for tier in SHAPE_TIERS)
    return results + more[shape:], tuple(dict.fromkeys(unchecked + left))


def _facts(subject: Predictions) -> tuple[str, ...]:
    if not subject.columns:
        return ()
    count = len(subject.lines)
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return (rows, size(subject.byte_count), subject.encoding)
