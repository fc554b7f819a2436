"""Checks of the prediction column: texts that reach the metric as texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Callable

from validators.display import quoted
from validators.findings import Finding, Place
from validators.predictions import codes
from validators.predictions.folding import counted, folded, others
from validators.predictions.ids import MISSING_WORDS
from validators.predictions.table import Predictions
from validators.rules import Rules

# A little wider than what pandas reads as a number, so that no version of it reads one more.
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]*)?|inf(?:inity)?)", re.IGNORECASE
)
# Of a text that goes on longer this much decides: numbers of that length are no answers either.
_NUMBER_CHARACTERS = 1_000
_TRUTH = re.compile("true|false", re.IGNORECASE)
# pandas finds out the type of a column anew for each so many rows of a large file.
_ROWS_PER_TYPE = 2**18
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
LONG_CHARACTERS = 100_000


def predictions_are_there(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """Every row has a prediction that pandas reads as text."""
    lines = _lines_of(subject, lambda text: not text)
    if lines:
        rows = counted(len(lines), "prediction is", "predictions are")
        message = f"{rows} empty; expected text in every row.{others(lines)}"
        yield folded(codes.EMPTY_PREDICTION, subject.name, lines, message)
    lines = _lines_of(subject, lambda text: bool(text) and text in MISSING_WORDS)
    if lines:
        words = Counter(text for text in subject.texts if text and text in MISSING_WORDS)
        told = ", ".join(f"{quoted(word)} ({count:,})" for word, count in sorted(words.items())[:5])
        rows = counted(len(lines), "prediction is a word", "predictions are words")
        message = f"{rows} that pandas reads as missing: {told}; expected text.{others(lines)}"
        shown = tuple(sorted(words))
        yield folded(codes.NA_PREDICTION, subject.name, lines, message, words=shown)


def predictions_are_text(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """The predictions are texts, not numbers or truth values."""
    for start in range(0, len(subject.texts), _ROWS_PER_TYPE):
        texts = subject.texts[start : start + _ROWS_PER_TYPE]
        for pattern, kind in ((_NUMBER, "numbers"), (_TRUTH, "truth values")):
            if all(pattern.fullmatch(text.strip()[:_NUMBER_CHARACTERS]) for text in texts):
                message = (
                    f"all {len(texts):,} predictions look like {kind}, the first is "
                    f"{quoted(texts[0])}; expected texts."
                )
                yield codes.NOT_TEXT.at(Place(subject.name, subject.lines[start]), message)
                return


def predictions_say_something(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """The predictions hold more than white space, and differ from each other."""
    lines = _lines_of(subject, lambda text: bool(text) and text.isspace())
    total = len(subject.texts)
    if lines:
        verb = "is" if len(lines) == 1 else "are"
        message = (
            f"{len(lines):,} of {total:,} predictions {verb} white space alone; expected a "
            f"text.{others(lines)}"
        )
        yield folded(codes.WHITESPACE_PREDICTION, subject.name, lines, message, rows=total)
    elif total > 1 and len(set(subject.texts)) == 1 and subject.texts[0] not in MISSING_WORDS:
        message = f"all {total:,} predictions are {quoted(subject.texts[0])}."
        yield codes.SAME_PREDICTION.at(Place(subject.name), message, count=total)


def predictions_are_plain(subject: Predictions, rules: Rules) -> Iterator[Finding]:
    """The predictions are plain texts, none of them endless."""
    lines = _lines_of(subject, _has_control)
    if lines:
        rows = counted(len(lines), "prediction holds", "predictions hold")
        message = f"{rows} control characters; expected printable text.{others(lines)}"
        yield folded(codes.CONTROL_CHARACTER, subject.name, lines, message)
    lines = _lines_of(subject, lambda text: len(text) > LONG_CHARACTERS)
    if lines:
        longest = max(map(len, subject.texts))
        rows = counted(len(lines), "prediction has", "predictions have")
        message = (
            f"{rows} over {LONG_CHARACTERS:,} characters, the longest {longest:,}.{others(lines)}"
        )
        yield folded(codes.LONG_PREDICTION, subject.name, lines, message, longest=longest)
    lines = _lines_of(subject, lambda text: len(text) > 2 and text[0] == text[-1] == '"')
    if len(lines) > 1 and 2 * len(lines) > len(subject.texts):
        first = quoted(subject.texts[subject.lines.index(lines[0])])
        message = (
            f"{len(lines):,} predictions begin and end with a double quote that is part of the "
            f"text, the first is {first}."
        )
        yield folded(codes.QUOTED_TWICE, subject.name, lines, message)


def _has_control(text: str) -> bool:
    return not text.isprintable() and _CONTROL.search(text) is not None


def _lines_of(subject: Predictions, test: Callable[[str], bool]) -> list[int]:
    return [line for line, text in zip(subject.lines, subject.texts) if test(text)]
