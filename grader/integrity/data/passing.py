"""Calls that pass values on: containers, tables, data sets, texts. Nothing new comes of them."""

# Long lists of words are read best as words.
# ruff: noqa: SIM905

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Callable, Optional

from grader.integrity.data.columns import TABLE, element_of, known_elements, pairs_of, values_of
from grader.integrity.data.state import Call, State, everything
from grader.integrity.data.tables import copied, with_columns
from grader.integrity.data.values import (
    Const,
    Value,
    constant,
    joined,
    sequence,
    sources_of,
)

PARTIAL = "\0partial"
"""Under which part of a value its function and arguments are kept by `functools.partial`."""
TEXT_MAKERS = frozenset({"tokenizer"})
"""What gives the same text in other tokens when it is called."""
_SAME = """
    to cuda cpu eval train half float bfloat16 double requires_grad_ compile select shuffle
    filter take skip sort shard with_format with_transform flatten_indices cast remove_columns
    select_columns repeat prefetch cache to_pandas to_polars head tail sample copy deepcopy
    reset_index dropna drop_duplicates fillna astype to_list tolist to_numpy numpy detach
    squeeze list tuple set sorted reversed iter tqdm trange auto notebook_tqdm as_completed
    Series array asarray tensor as_tensor from_pandas from_list from_dict from_records
    DataFrame dict shuffled OrderedDict defaultdict deque prepare_model contiguous clone cycle
    islice
""".split()
_TEXTS = """
    strip lstrip rstrip lower upper title capitalize replace split rsplit splitlines join
    format encode decode batch_decode str repr sub shorten sent_tokenize word_tokenize
    convert_ids_to_tokens convert_tokens_to_string where choice partition rpartition ljust
    zfill next get_text unescape normalize stack cat concatenate vstack hstack pad flatten
    ravel chain from_iterable Subset TensorDataset ConcatDataset ChainDataset
    concatenate_datasets interleave_datasets concat
""".split()
_NUMBERS = """
    len sum int float bool round abs mean std median percentile quantile argmax argmin
    isinstance type hasattr id range any all time perf_counter compute score rouge_score
    describe count nunique value_counts item memory_usage get_world_size info debug warning
    manual_seed seed
""".split()
_TABLES = ("DataFrame", "from_dict", "from_pandas", "from_records", "from_list")
KEEPING = frozenset((*_SAME, *_TEXTS))
"""Calls whose result holds what they were given."""


def kept(state: State, call: Call) -> Value:
    """The same again: the object itself where it is one of those, else what it was made of."""
    function = call.function
    name = function.attribute or function.api.rpartition(".")[2]
    method = function.receiver is not None
    owner = function.receiver if method else next((a for a in call.args if not a.functions), None)
    if name in _SAME and owner is not None:
        if owner.made == "DatasetDict" and owner.items:
            return owner
        if not method and owner.items is None and owner.elem is None:
            return Value(sources=sources_of(owner), consts=owner.consts, splits=owner.splits)
        if name in _TABLES:
            return replace(with_columns(owner, call), made=TABLE)
        return copied(owner)
    if not owner and call.named:
        return Value(items=dict(call.named), made=function.api)
    parts = [element_of(value) for value in call.args if value.items or value.elem]
    if name in ("join", "format"):
        return Value(items=dict(enumerate((*([owner] if method and owner else []), *call.values))))
    sources = everything(call)
    return Value(sources=sources, elem=joined(parts) if parts and not sources else None)


def _number(state: State, call: Call) -> Optional[Value]:
    return Value(made="number") if call.function.api.startswith("time") else Value()


def _zip(state: State, call: Call) -> Optional[Value]:
    known = [known_elements(value) for value in call.args]
    if known and all(each is not None for each in known):
        rows = zip(*(each or [] for each in known))
        return sequence([sequence(row) for row in rows])
    return Value(elem=sequence([element_of(value) for value in call.args]))


def _enumerate(state: State, call: Call) -> Optional[Value]:
    over = call.args[0] if call.args else Value()
    known = known_elements(over)
    if known is not None:
        return sequence([sequence((constant(n), each)) for n, each in enumerate(known)])
    return Value(elem=sequence((Value(), element_of(over))))


def _added(state: State, call: Call) -> Optional[Value]:
    """`append`, `add`, `put`: the object is changed."""
    owner = call.function.receiver
    if owner is None or not call.args:
        return None
    owner.add(call.args[-1])
    return Value()


def _extended(state: State, call: Call) -> Optional[Value]:
    owner = call.function.receiver
    if owner is None or not call.args:
        return None
    owner.add(element_of(call.args[0]))
    return Value()


def _updated(state: State, call: Call) -> Optional[Value]:
    owner = call.function.receiver
    if owner is None or owner.made.endswith("tqdm"):
        return None
    for value in call.args:
        for key, part in (value.items or {}).items():
            owner.put(key, part)
    for key, part in call.named:
        owner.put(key, part)
    return Value()


def _items(state: State, call: Call) -> Optional[Value]:
    return pairs_of(call.function.receiver) if call.function.receiver is not None else None


def _values(state: State, call: Call) -> Optional[Value]:
    return values_of(call.function.receiver) if call.function.receiver is not None else None


def _keys(state: State, call: Call) -> Optional[Value]:
    known = known_elements(call.function.receiver or Value())
    return sequence(known) if known is not None else Value()


def _get(state: State, call: Call) -> Optional[Value]:
    """`get` and `pop` of a mapping; `get` of a library is somebody else's."""
    owner = call.function.receiver
    if owner is None:
        return None
    key = call.argument(0, "key") or Value()
    found = state.subscript(owner, key, call.site)
    return joined([found, call.args[1]]) if len(call.args) > 1 else found


def _prepared(state: State, call: Call) -> Optional[Value]:
    """`accelerator.prepare`: each thing that is given comes back."""
    return call.args[0] if len(call.args) == 1 else sequence(call.args)


def _chosen(state: State, call: Call) -> Optional[Value]:
    """`max` and `min`: one of those given."""
    return element_of(call.args[0]) if len(call.args) == 1 else Value()


def _partial(state: State, call: Call) -> Optional[Value]:
    """`functools.partial`: the function, and what it will be called with."""
    if not call.args:
        return None
    kept: dict[Const, Value] = {PARTIAL: call.args[0], **dict(call.named)}
    kept.update(enumerate(call.args[1:]))
    return Value(items={PARTIAL: Value(items=kept)}, made="partial")


def _parser(state: State, call: Call) -> Optional[Value]:
    return Value(items={}, made="argparse")


def _argument(state: State, call: Call) -> Optional[Value]:
    """`add_argument`: the default stands for what the command line may say."""
    owner = call.function.receiver
    names = [each.text for each in call.args if each.text]
    if owner is None or not names:
        return None
    longest = max(names, key=lambda name: (name.startswith("--"), len(name)))
    told = call.keyword("dest")
    name = told.text if told is not None and told.text else longest.lstrip("-").replace("-", "_")
    default = call.keyword("default")
    home = owner if owner.items is not None else Value(items={})
    home.put(name, replace(default, soft=True) if default is not None else Value())
    return Value()


def _group(state: State, call: Call) -> Optional[Value]:
    owner = call.function.receiver
    return owner if owner is not None and owner.made == "argparse" else None


def _parsed(state: State, call: Call) -> Optional[Value]:
    owner = call.function.receiver
    made = Value(items=dict((owner.items if owner is not None else None) or {}), made="namespace")
    return made if call.function.attribute == "parse_args" else sequence((made, Value()))


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    **dict.fromkeys(_NUMBERS, _number),
    "zip": _zip, "enumerate": _enumerate, "append": _added, "add": _added, "insert": _added,
    "appendleft": _added, "setdefault": _added, "extend": _extended, "update": _updated,
    "items": _items, "values": _values, "keys": _keys, "get": _get, "pop": _get,
    "prepare": _prepared, "partial": _partial, "max": _chosen, "min": _chosen,
    "ArgumentParser": _parser,
    "add_argument": _argument, "add_argument_group": _group, "parse_args": _parsed,
    "parse_known_args": _parsed,
}  # fmt: skip
