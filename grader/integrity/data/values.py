"""What is known of a value without running anything: constants, where it came from, its parts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Optional, Union

if TYPE_CHECKING:
    from grader.integrity.data.state import Frame

Const = Union[str, int, float, bool, None]
Site = tuple[str, int]
"""What a place's file is called, and the line."""
Kind = Literal["data", "file", "url", "model"]

MOST_CONSTANTS, MOST_PARTS, MOST_SOURCES = 6, 64, 48
"""How much is kept of one value; what has more is known less."""
LONGEST = 400
"""A longer text than this isn't followed."""
GENERATED, DERIVED = "generated", "derived"
"""The columns of what a model wrote about rows, and of what was otherwise computed from them."""
LABEL_COLUMNS = frozenset(
    {"summary", "summaries", "labels", "label", "label_ids", "decoder_labels"}
)
"""Columns that hold the answers, or tokens of them."""


@dataclass(frozen=True)
class Source:
    """One thing that a value was made from: rows of a data set, a file, a URL, a model.

    `split` is as the code has it, `*` for all of them, `?` for one that isn't known. An empty
    `column` means whole rows. `sure` says that it is so on every way through the code.
    """

    kind: Kind
    name: str
    site: Site
    split: str = ""
    column: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Function:
    """A function of the student's, and where its names come from."""

    node: Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
    frame: Frame
    label: str
    defaults: tuple[tuple[str, Value], ...] = ()

    @property
    def decorators(self) -> tuple[str, ...]:
        """The last names of its decorators."""
        listed = getattr(self.node, "decorator_list", ())
        return tuple(each.id for each in listed if isinstance(each, ast.Name))


@dataclass(frozen=True)
class Class:
    """A class of the student's: its names, its own bases, and those of libraries."""

    name: str
    names: dict[str, Value] = field(compare=False)
    bases: tuple[Class, ...] = ()
    library: tuple[str, ...] = ()

    def lookup(self, name: str, depth: int = 0) -> Optional[Value]:
        """The attribute, of this class or a base."""
        if name in self.names:
            return self.names[name]
        found = (base.lookup(name, depth + 1) for base in self.bases if depth < 8)
        return next((each for each in found if each is not None), None)

    @property
    def library_bases(self) -> tuple[str, ...]:
        """The library's classes that it comes from in the end."""
        return (*self.library, *(name for base in self.bases for name in base.library))


@dataclass(eq=False)
class Value:
    """What is known of a value. It is changed in place where the code changes its object.

    `items` are parts by key, index or attribute, `elem` what the others are like. `api` is the
    library's name of it, `made` that of the call which gave it. `receiver` and `attribute` tell a
    bound method. `splits` is the data set of which a split is still to be chosen. A `soft`
    constant is only what the command line leaves as it is.
    """

    consts: tuple[Const, ...] = ()
    sources: frozenset[Source] = frozenset()
    items: Optional[dict[Const, Value]] = None
    elem: Optional[Value] = None
    api: str = ""
    made: str = ""
    receiver: Optional[Value] = None
    attribute: str = ""
    functions: tuple[Function, ...] = ()
    class_: Optional[Class] = None
    instance: Optional[Class] = None
    module: Optional[Frame] = None
    splits: Optional[Source] = None
    soft: bool = False

    @property
    def text(self) -> Optional[str]:
        """The text that it is, where it is one."""
        return self.consts[0] if len(self.consts) == 1 and isinstance(self.consts[0], str) else None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that it may be."""
        return tuple(each for each in self.consts if isinstance(each, str))

    def part(self, key: Const) -> Optional[Value]:
        """The part under the key, where it is known."""
        return None if self.items is None else self.items.get(key)

    def put(self, key: Const, value: Value) -> None:
        """Set a part in place."""
        if self.items is None:
            self.items = {}
        if key in self.items or len(self.items) < MOST_PARTS:
            self.items[key] = value
        else:
            self.add(value)

    def add(self, value: Value) -> None:
        """Put one more element in, in place."""
        self.elem = value if self.elem is None else joined((self.elem, value))


def sources_of(value: Optional[Value]) -> frozenset[Source]:
    """What the value and all of its parts were made from."""
    found: set[Source] = set()
    seen: set[int] = set()
    waiting = [value] if value is not None else []
    while waiting and len(seen) < 400:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        chosen = current.splits is not None and bool(current.items)
        found |= {each for each in current.sources if not (chosen and each.split == "*")}
        waiting += list((current.items or {}).values())
        waiting += [each for each in (current.elem, current.receiver) if each is not None]
    return some(found)


def some(sources: Iterable[Source]) -> frozenset[Source]:
    """The sources, cut in a stable order if they are very many."""
    kept = frozenset(sources)
    if len(kept) <= MOST_SOURCES:
        return kept
    return frozenset(sorted(kept, key=order)[:MOST_SOURCES])


def order(source: Source) -> tuple[str, ...]:
    """A total order of sources."""
    place, line = source.site
    told = (source.kind, source.name, source.split, source.column, place, f"{line:09}")
    return (*told, str(source.sure))


def of_sources(sources: Iterable[Source]) -> Value:
    """A value of which only the sources are known."""
    return Value(sources=some(sources))


def constant(value: object) -> Value:
    """A known value."""
    if isinstance(value, str) and len(value) > LONGEST:
        return Value()
    known = value is None or isinstance(value, (str, int, float))
    return Value(consts=(value,)) if known else Value()  # type: ignore[arg-type]


def sequence(values: Sequence[Value]) -> Value:
    """A list or a tuple of known values."""
    kept = Value(items=dict(enumerate(values[:MOST_PARTS])))
    for value in values[MOST_PARTS:]:
        kept.add(value)
    return kept


def merged(first: Value, second: Value) -> Value:
    """One of two values, and nobody knows which: what only one comes from isn't sure."""
    if first is second:
        return first
    ours, theirs = ({_bare(each) for each in sources_of(one)} for one in (first, second))
    both = joined((first, second))
    if ours == theirs:
        return both
    return _with_doubt(both, ours & theirs)


def _bare(source: Source) -> tuple[str, str, str]:
    return source.kind, source.name, source.split


def _with_doubt(value: Value, sure: set[tuple[str, str, str]], depth: int = 0) -> Value:
    if depth > 4:
        return of_sources(replace(each, sure=False) for each in sources_of(value))
    kept = frozenset(
        each if _bare(each) in sure else replace(each, sure=False) for each in value.sources
    )
    items, elem = value.items, value.elem
    if items is not None:
        items = {key: _with_doubt(part, sure, depth + 1) for key, part in items.items()}
    if elem is not None:
        elem = _with_doubt(elem, sure, depth + 1)
    # A method's owner would bring its own sources with it, without the doubt.
    receiver = value.receiver if value.functions else None
    return replace(value, sources=kept, items=items, elem=elem, receiver=receiver)


def joined(values: Sequence[Value], depth: int = 0) -> Value:
    """A value that is any of these, or made of all."""
    if len(values) == 1:
        return values[0]
    if depth > 4:
        return of_sources(each for value in values for each in sources_of(value))
    known = all(value.consts for value in values)
    consts = tuple(dict.fromkeys(each for value in values for each in value.consts))
    elems = [value.elem for value in values if value.elem is not None]
    return Value(
        consts=consts if known and len(consts) <= MOST_CONSTANTS else (),
        sources=some(each for value in values for each in value.sources),
        items=_joined_items(values, depth),
        elem=joined(elems, depth + 1) if elems else None,
        api=_same(value.api for value in values),
        made=_same(value.made for value in values),
        receiver=next((each.receiver for each in values if each.receiver is not None), None),
        attribute=_same(value.attribute for value in values),
        functions=tuple(dict.fromkeys(each for value in values for each in value.functions))[:4],
        class_=next((value.class_ for value in values if value.class_ is not None), None),
        instance=next((value.instance for value in values if value.instance is not None), None),
        module=next((value.module for value in values if value.module is not None), None),
        splits=next((value.splits for value in values if value.splits is not None), None),
        soft=any(value.soft for value in values),
    )


def _same(names: Iterator[str]) -> str:
    """The name that those have which have one, if it is the same."""
    found = {name for name in names if name}
    return found.pop() if len(found) == 1 else ""


def _joined_items(values: Sequence[Value], depth: int) -> Optional[dict[Const, Value]]:
    parts: dict[Const, list[Value]] = {}
    for value in values:
        for key, part in (value.items or {}).items():
            parts.setdefault(key, []).append(part)
    if not parts:
        return None if all(value.items is None for value in values) else {}
    return {key: joined(found, depth + 1) for key, found in parts.items()}


def derived(sources: Iterable[Source]) -> frozenset[Source]:
    """The sources of something computed: what was a column's own text is that no longer."""
    return some(
        replace(each, column=DERIVED) if each.column not in ("", GENERATED) else each
        for each in sources
    )
