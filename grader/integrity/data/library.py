"""What calling a library gives, by the name of what is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Callable, Optional

from grader.integrity.data import fetching, loading, models, passing, tables, training, writing
from grader.integrity.data.state import Call, State, everything
from grader.integrity.data.values import Const, Value, derived, sources_of

Handler = Callable[[State, Call], Optional[Value]]

_TABLES: tuple[Mapping[str, Handler], ...] = (
    loading.HANDLERS, fetching.HANDLERS, models.HANDLERS, training.HANDLERS, writing.HANDLERS,
    passing.HANDLERS, tables.HANDLERS,
)  # fmt: skip


def library_call(state: State, call: Call) -> Value:
    """What the call gives: the first answer of those who know a call of this name."""
    name = name_of(call.function)
    for table in _TABLES:
        handler = table.get(name)
        found = handler(state, call) if handler is not None else None
        if found is not None:
            return found
    if training.is_trainer(name):
        return training.built(state, call)
    if name in passing.KEEPING:
        return passing.kept(state, call)
    return _unknown(state, call, name)


def name_of(function: Value) -> str:
    """The last name of what is called."""
    return function.attribute or function.api.rpartition(".")[2]


def _unknown(state: State, call: Call, name: str) -> Value:
    function = call.function
    if function.made in passing.TEXT_MAKERS:
        return Value(sources=everything(call))
    if function.made == "pipeline":
        return models.generated(state, call) or Value()
    if function.api.endswith(".?"):
        state.observe("dataset", "?", call.site, "can't be told without running it")
        return Value()
    if function.api and name[:1].isupper():
        sources = [each for value in call.args for each in sources_of(value)]
        items: dict[Const, Value] = dict(call.named)
        return Value(sources=frozenset(sources), items=items or None, made=function.api)
    return Value(sources=derived(everything(call)))
