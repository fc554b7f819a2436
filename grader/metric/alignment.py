"""Predictions put into the order of the answers, or what keeps them from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

_NAMED = 5
_SHOWN = 40


class MisalignedError(ValueError):
    """The IDs of a file are not those of the answers; the text says how they differ."""


def id_text(value: object) -> str:
    """An ID as text, whatever a CSV reader took it for: 7, 7.0 and "7" are the same one.

    Text stays as it is, so "7.0" and " 7" are IDs of their own.
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or value != value:
        return ""
    return str(value)


def aligned(expected: Sequence[str], given: Sequence[str]) -> list[int]:
    """For each expected ID its place among the given ones; both must hold the same, once each."""
    _refuse_blank(given)
    places = {name: place for place, name in enumerate(given)}
    if len(places) < len(given):
        repeated = [name for name, count in Counter(given).items() if count > 1]
        raise MisalignedError(
            f"{_counted(repeated, 'ID appears', 'IDs appear')} more than once: {_named(repeated)}. "
            "Keep one row per ID."
        )
    missing = [name for name in expected if name not in places]
    known = set(expected)
    extra = [name for name in given if name not in known]
    if missing or extra:
        raise MisalignedError(_difference(expected, missing, extra))
    return [places[name] for name in expected]


def _refuse_blank(given: Sequence[str]) -> None:
    blank = [place for place, name in enumerate(given, 1) if not name.strip()]
    if blank:
        raise MisalignedError(
            f"{_counted(blank, 'row has', 'rows have')} no ID; the first is row {blank[0]:,} "
            "below the header. Give every row its ID."
        )


def _difference(expected: Sequence[str], missing: Sequence[str], extra: Sequence[str]) -> str:
    wanted = set(missing)
    for name in extra:
        plain = plain_id(name)
        if plain in wanted:
            return (
                f"{_counted(extra, 'ID is', 'IDs are')} not written as expected: found "
                f"{_quoted(name)}; expected {_quoted(plain)}. Write IDs as the sample file does."
            )
    parts = []
    if missing:
        parts.append(
            f"{len(missing):,} of {len(expected):,} expected IDs "
            f"{'is' if len(missing) == 1 else 'are'} missing: {_named(missing)}."
        )
    if extra:
        parts.append(
            f"{_counted(extra, 'ID is', 'IDs are')} not of this competition: {_named(extra)}."
        )
    return " ".join([*parts, "Keep exactly one row for each expected ID."])


def plain_id(name: str) -> str:
    """The ID that was probably meant: without blanks and quotes, a whole number as one."""
    bare = name.strip().strip("\"'").strip()
    try:
        number = float(bare)
    except ValueError:
        return bare
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else bare


def _counted(items: Sequence[object], one: str, many: str) -> str:
    return f"{len(items):,} {one if len(items) == 1 else many}"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(map(_quoted, names[:_NAMED]))
    return f"{shown} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else shown


def _quoted(text: str) -> str:
    """The text in quotes, cut, with nothing in it that could disturb what shows it."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)
    return f'"{shown}"'


def named_texts(texts: Iterable[object]) -> str:
    """The first few of the texts in quotes, and how many more there are."""
    return _named([str(text) for text in texts])
