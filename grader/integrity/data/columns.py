"""Rows, columns and splits: what taking a part of data gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from grader.integrity.data.state import State
from grader.integrity.data.values import (
    LABEL_COLUMNS,
    Const,
    Site,
    Source,
    Value,
    constant,
    joined,
    of_sources,
    sequence,
    sources_of,
)
from grader.integrity.data.words import READ, says, told

KNOWN_SPLITS = {"billsum": ("train", "test", "ca_test")}
"""The splits of public data sets that code goes through without naming them."""
TABLE = "table"
"""What made a value whose parts are columns: going through it gives rows, not keys."""
_UNROLLED = 16


def column_of(
    state: State, base: Value, key: Const, site: Site, attribute: bool = False
) -> Optional[Value]:
    """The split or column that a key names; None where the value isn't such data.

    An attribute is only taken for a column where it is one that holds answers.
    """
    if not isinstance(key, str):
        return None
    if base.splits is not None and not attribute:
        return of_sources((replace(base.splits, split=key),))
    rows = [each for each in base.sources if each.kind in ("data", "file", "url")]
    if not rows or (attribute and key not in LABEL_COLUMNS):
        return None
    for each in sorted(rows, key=lambda each: (each.name, each.split, each.site)):
        if not each.column and each.kind == "data":
            state.observe("column", f"{told(each)}/{key}", site, says(READ, each.site))
    kept = base.sources - set(rows)
    return of_sources((*kept, *(replace(each, column=each.column or key) for each in rows)))


def element_of(value: Value) -> Value:
    """What one element of the value is like, whichever it is."""
    known = known_elements(value)
    if known:
        return joined([*known, *([value.elem] if value.elem is not None else [])])
    if value.elem is not None:
        return value.elem if not value.sources else joined([value.elem, of_sources(value.sources)])
    if value.splits is not None:
        return Value()
    parts = [part for key, part in (value.items or {}).items() if not isinstance(key, int)]
    made = bool(value.made) and value.made != TABLE
    if value.instance is not None or made or (parts and not value.sources):
        return Value(sources=sources_of(value))
    return Value(sources=value.sources, items=_rows(value))


def _rows(value: Value) -> Optional[dict[Const, Value]]:
    """The columns of one row: those of the table."""
    return {key: part for key, part in (value.items or {}).items() if isinstance(key, str)} or None


def known_elements(value: Value) -> Optional[list[Value]]:
    """The elements one by one, where they are few and all known."""
    if value.splits is not None and not value.items:
        names = KNOWN_SPLITS.get(value.splits.name.rpartition("/")[2].casefold())
        return None if names is None else [constant(name) for name in names]
    if not value.items or value.elem is not None or value.sources:
        return None
    if value.instance is not None or len(value.items) > _UNROLLED:
        return None
    if all(isinstance(key, int) for key in value.items):
        return [value.items[key] for key in sorted(value.items, key=lambda key: int(key or 0))]
    if value.made == TABLE:
        return None
    return [constant(key) for key in value.items]


def pairs_of(value: Value) -> Value:
    """What `items()` of a mapping gives."""
    if value.items and value.elem is None and not value.sources:
        pairs = [sequence((constant(key), part)) for key, part in value.items.items()]
        return sequence(pairs)
    if value.splits is not None:
        return sequence([sequence((key, split)) for key, split in _split_pairs(value.splits)])
    return Value(elem=sequence((Value(), of_sources(sources_of(value)))))


def values_of(value: Value) -> Value:
    """What `values()` of a mapping gives."""
    if value.items and not value.sources:
        made = sequence(list(value.items.values()))
        if value.elem is not None:
            made.add(value.elem)
        return made
    if value.splits is not None:
        return sequence([split for _, split in _split_pairs(value.splits)])
    return Value(elem=of_sources(sources_of(value)))


def _split_pairs(source: Source) -> list[tuple[Value, Value]]:
    names = KNOWN_SPLITS.get(source.name.rpartition("/")[2].casefold(), ("?",))
    return [(constant(name), of_sources((replace(source, split=name),))) for name in names]
