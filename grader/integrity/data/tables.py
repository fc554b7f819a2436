"""Calls that change tables and data sets: rows stay what they are, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Callable, Optional

from grader.integrity.data.columns import TABLE, element_of
from grader.integrity.data.state import Call, State
from grader.integrity.data.values import (
    Const,
    Source,
    Value,
    constant,
    of_sources,
    sequence,
    some,
    sources_of,
)


def copied(owner: Value) -> Value:
    """The same parts, in an object of its own."""
    return replace(owner, items=dict(owner.items) if owner.items is not None else None)


def with_columns(owner: Value, call: Call) -> Value:
    """A table: of columns by name, or of rows with the names beside them."""
    named = (
        call.argument(1, "columns") if call.keyword("columns") is None else call.keyword("columns")
    )
    names = [part.text for part in (named.items or {}).values()] if named is not None else []
    if not names or any(isinstance(key, str) for key in owner.items or {}):
        return copied(owner)
    row = element_of(owner)
    if len(names) == 1 and not row.items:
        return Value(items={names[0]: owner})
    parts = row.items or {}
    return Value(
        items={name: parts.get(n, of_sources(row.sources)) for n, name in enumerate(names)}
    )


def _rows(state: State, call: Call) -> Optional[Value]:
    """`iterrows`: the number and the row."""
    rows = replace(call.function.receiver or Value(), made=TABLE)
    return Value(elem=sequence((Value(), element_of(rows))))


def _mapped(state: State, call: Call) -> Optional[Value]:
    """`map`, `apply`: a function of the student's sees each row."""
    owner = call.function.receiver
    function = call.argument(0, "function", "func")
    if function is None:
        return None
    if owner is None or (not sources_of(owner) and len(call.args) > 1):
        over = call.args[1] if len(call.args) > 1 else Value()
        given = state.apply(function, [element_of(over)], call) if function.functions else over
        return Value(elem=given)
    if not function.functions:
        return copied(owner)
    if owner.made == "DatasetDict" and owner.items:
        return replace(
            owner, items={k: _over(state, p, function, call) for k, p in owner.items.items()}
        )
    return _over(state, owner, function, call)


def _over(state: State, rows: Value, function: Value, call: Call) -> Value:
    """The rows after a function has seen each of them."""
    row = element_of(rows) if rows.splits is None else of_sources(rows.sources)
    given = state.apply(function, [row], call)
    name = call.function.attribute
    if "apply" in name or any(each.column for each in rows.sources):
        return (
            Value(sources=sources_of(given))
            if given.consts != (None,)
            else of_sources(rows.sources)
        )
    brought = {each for each in sources_of(given) if each.kind == "data"} - rows.sources
    brought = {each for each in brought if not _part_of(each, rows.sources)}
    if rows.splits is not None:
        return replace(rows, sources=some(rows.sources | brought))
    items: dict[Const, Value] = {**(rows.items or {}), **(given.items or {})}
    return replace(rows, sources=some(rows.sources | brought), items=items or None)


def _part_of(source: Source, rows: frozenset[Source]) -> bool:
    return any((each.name, each.split) == (source.name, source.split) for each in rows)


def _split(state: State, call: Call) -> Optional[Value]:
    """`train_test_split`: both parts are of the split that was parted, whatever they are called."""
    owner = call.function.receiver
    if owner is not None and (sources_of(owner) or owner.splits is not None):
        part = copied(owner)
        return Value(items={"train": part, "test": copied(owner)}, made="DatasetDict")
    parts = [copied(each) for each in call.args for _ in range(2)]
    return sequence(parts)


def _random_split(state: State, call: Call) -> Optional[Value]:
    first = call.args[0] if call.args else Value()
    return Value(elem=of_sources(sources_of(first)))


def _dict_of_splits(state: State, call: Call) -> Optional[Value]:
    given = call.args[0] if call.args else Value(items=dict(call.named))
    return replace(given, made="DatasetDict")


def _renamed(state: State, call: Call) -> Optional[Value]:
    """`rename`, `rename_column(s)`: a column under another name stays what it is."""
    owner = call.function.receiver
    if owner is None:
        return None
    mapping = call.keyword("columns") or call.argument(0, "column_mapping", "original_column_name")
    pairs = [(key, part.text) for key, part in ((mapping.items if mapping else None) or {}).items()]
    if mapping is not None and mapping.text is not None and len(call.args) > 1:
        pairs = [(mapping.text, call.args[1].text)]
    made = copied(owner)
    for old, new in pairs:
        if new is not None:
            made.put(new, state.subscript(owner, constant(old), call.site))
    return made


def _column_added(state: State, call: Call) -> Optional[Value]:
    owner, name = call.function.receiver, call.argument(0, "name")
    if owner is None or name is None or name.text is None:
        return None
    made = copied(owner)
    made.put(name.text, call.argument(1, "column") or Value())
    return made


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    "iterrows": _rows, "itertuples": _rows, "map": _mapped, "apply": _mapped,
    "progress_apply": _mapped, "imap": _mapped, "imap_unordered": _mapped,
    "train_test_split": _split, "random_split": _random_split, "DatasetDict": _dict_of_splits,
    "rename": _renamed, "rename_column": _renamed, "rename_columns": _renamed,
    "add_column": _column_added,
}  # fmt: skip
