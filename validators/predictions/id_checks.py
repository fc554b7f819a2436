"""Checks of the ID column: each ID readable as what it is, and each there once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from validators.display import quoted
from validators.findings import Finding, Place
from validators.predictions import codes
from validators.predictions.folding import MAX_EVIDENCE, counted, folded, others
from validators.predictions.ids import FLOAT, MISSING_WORDS, PLAIN, IdSet, Key
from validators.predictions.table import Predictions
from validators.rules import Rules

_SAMPLE = "expected those of the sample submission"


def ids_are_present(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """Every row has an ID."""
    lines = [
        line
        for line, field in zip(subject.lines, subject.ids)
        if field.strip(" \t") in MISSING_WORDS
    ]
    if lines:
        field = subject.ids[subject.lines.index(lines[0])]
        found = f"the ID is {quoted(field)}" if field.strip() else "the ID is blank"
        message = f"{found}; expected one in every row.{others(lines)}"
        yield folded(codes.BLANK_ID, subject.name, lines, message)


def ids_are_well_formed(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """Every ID is written as the competition writes it."""
    ids = IdSet.of(rules.predictions)
    strange: dict[str, list[int]] = {"header": [], "float": [], "form": [], "spelling": []}
    for line, field, text in zip(subject.lines, subject.ids, subject.texts):
        kind = _strangeness(field, text, ids, rules)
        if kind is not None:
            strange[kind].append(line)
    by_line = dict(zip(subject.lines, subject.ids))
    if strange["header"]:
        lines = strange["header"]
        message = f"the row repeats the header; expected it once, at the top.{others(lines)}"
        yield folded(codes.SECOND_HEADER, subject.name, lines, message)
    if strange["float"]:
        lines = strange["float"]
        field = by_line[lines[0]]
        rows = counted(
            len(lines), "ID is a floating-point number", "IDs are floating-point numbers"
        )
        message = f"{rows}, the first is {quoted(field)}; expected {_whole(field)}."
        yield folded(codes.FLOAT_ID, subject.name, lines, message)
    if strange["form"]:
        lines = strange["form"]
        message = f"ID {quoted(by_line[lines[0]])} is not a whole number.{others(lines)}"
        yield folded(codes.ID_FORM, subject.name, lines, message)
    if strange["spelling"]:
        lines = strange["spelling"]
        field = by_line[lines[0]]
        rows = counted(len(lines), "ID has", "IDs have")
        message = (
            f"{rows} spaces, leading zeros or a sign; {quoted(field)} is read as "
            f"{ids.key(field)}.{others(lines)}"
        )
        yield folded(codes.ID_SPELLING, subject.name, lines, message)


def ids_are_unique(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """No ID has two rows."""
    ids = IdSet.of(rules.predictions)
    first: dict[Optional[Key], int] = {}
    repeats: list[tuple[int, int, str]] = []
    for line, field in zip(subject.lines, subject.ids):
        before = first.setdefault(ids.key(field), line)
        if before != line:
            repeats.append((line, before, field))
    if repeats:
        line, before, field = repeats[0]
        message = f"ID {quoted(field.strip())} repeats line {before}."
        if len(repeats) > 1:
            message += f" In all, {len(repeats):,} rows repeat the ID of an earlier one."
        shown = tuple(field for _, _, field in repeats[:MAX_EVIDENCE])
        lines = [line for line, _, _ in repeats]
        yield folded(codes.DUPLICATE_ID, subject.name, lines, message, ids=shown)


def ids_are_complete(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """Every ID of the competition is there, and no other."""
    ids = IdSet.of(rules.predictions)
    keys = [ids.key(field) for field in subject.ids]
    shift = _shift(keys, ids)
    if shift is not None:
        message = (
            f"the IDs run from {shift[0]} to {shift[-1]}; expected {ids.keys[0]} to "
            f"{ids.keys[-1]}: each is {_step(shift[0] - int(ids.keys[0]))}."
        )
        yield codes.SHIFTED_ID.at(Place(subject.name, subject.lines[0]), message, first=shift[0])
        return
    present, expected = set(keys), set(ids.keys)
    missing = [key for key in ids.keys if key not in present]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        message = f"{len(missing):,} of {ids.count:,} IDs {verb} missing: {_told(missing)}."
        shown = tuple(str(key) for key in missing[:MAX_EVIDENCE])
        yield codes.MISSING_ID.at(Place(subject.name), message, count=len(missing), ids=shown)
    unknown = [(line, key) for line, key in zip(subject.lines, keys) if key not in expected]
    if unknown:
        strangers = list(dict.fromkeys(key for _, key in unknown if key is not None))
        rows = counted(len(unknown), "row has an ID", "rows have IDs")
        message = f"{rows} that the competition does not have: {_told(strangers)}; {_wanted(ids)}."
        lines = [line for line, _ in unknown]
        shown = tuple(str(key) for key in strangers[:MAX_EVIDENCE])
        yield folded(codes.UNKNOWN_ID, subject.name, lines, message, ids=shown)


def rows_are_in_order(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """The rows come in the order of the sample submission."""
    ids = IdSet.of(rules.predictions)
    for line, field, key in zip(subject.lines, subject.ids, ids.keys):
        if ids.key(field) != key:
            message = f"ID {quoted(field.strip())} stands where the sample submission has {key}."
            yield codes.ROW_ORDER.at(Place(subject.name, line), message)
            return


def _strangeness(field: str, text: str, ids: IdSet, rules: Rules) -> Optional[str]:
    """What is strange about how an ID is written, if anything."""
    names = (rules.predictions.id_column, rules.predictions.text_column)
    if PLAIN.fullmatch(field) and ids.numbers:
        return None
    if (field.strip(), text.strip()) == names:
        return "header"
    if not ids.numbers or field.strip(" \t") in MISSING_WORDS:
        return None
    if ids.key(field) is not None:
        return "spelling"
    return "float" if FLOAT.fullmatch(field.strip(" \t")) else "form"


def _whole(field: str) -> str:
    match = FLOAT.fullmatch(field.strip(" \t"))
    assert match is not None  # only such fields are told as floating-point numbers
    return quoted(str(int(match.group(1))))


def _shift(keys: Sequence[Optional[Key]], ids: IdSet) -> Optional[range]:
    """The IDs of the file, when they are as many consecutive numbers that start elsewhere."""
    if not isinstance(ids.keys, range) or len(keys) != ids.count:
        return None
    numbers = sorted(key for key in keys if isinstance(key, int))
    if len(numbers) != len(keys) or numbers[0] == ids.keys[0]:
        return None
    found = range(numbers[0], numbers[0] + len(numbers))
    return found if numbers == list(found) else None


def _step(shift: int) -> str:
    return f"{abs(shift):,} too {'high' if shift > 0 else 'low'}"


def _wanted(ids: IdSet) -> str:
    first, last = ids.keys[0], ids.keys[-1]
    return f"expected {first} to {last}" if isinstance(ids.keys, range) else _SAMPLE


def _told(keys: Iterable[Key]) -> str:
    """The first few, consecutive numbers as ranges: `3, 7 to 12 and 104 more`."""
    runs: list[tuple[Key, Key, int]] = []
    for key in keys:
        last = runs[-1] if runs else None
        if last and isinstance(key, int) and isinstance(last[1], int) and key == last[1] + 1:
            runs[-1] = (last[0], key, last[2] + 1)
        else:
            runs.append((key, key, 1))
    shown = ", ".join(_run(*run) for run in runs[:5])
    left = sum(count for _, _, count in runs[5:])
    return f"{shown} and {left:,} more" if left else shown


def _run(first: Key, last: Key, count: int) -> str:
    if count == 1:
        return str(first) if isinstance(first, int) else quoted(first)
    return f"{first}{',' if count == 2 else ' to'} {last}"
