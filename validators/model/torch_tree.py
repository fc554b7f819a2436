"""Where in a torch pickle the weights are: the state dictionary, under the names it would have.

The value of a pickle may be a state dictionary, a training checkpoint that has one under some
key, or a whole model. The outermost container that itself holds tensors is taken as the
weights; of several side by side the first by `_PREFERRED`, then the first in the file's order.
One of these names inside it is meant even where a loss or the like lies beside it.
A module gives its parameters and persistent buffers, named as its state_dict() names them.
Hostile pickles hold containers that hold themselves; every walk here counts its steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from validators.model.reader_codes import TORCH_FILE
from validators.model.torch_names import is_mapping_class
from validators.model.torch_tensors import is_tensor
from validators.model.trouble import WeightsTrouble
from validators.pickles import Call, PickledDict, PickledSet

_STEPS = 300_000
_DEPTH = 64
_TENSORS = 50_000
_NAME_LENGTH = 1_000
_PREFERRED = ("state_dict", "model_state_dict", "model", "module")
_MODULE_PARTS = ("_parameters", "_buffers", "_modules")

Item = tuple[str, object]
Entry = tuple[tuple[str, ...], object]


@dataclass(frozen=True)
class Found:
    """The tensors of the weights by name, and the keys that lead to the dictionary they are in."""

    root: tuple[str, ...]
    tensors: tuple[tuple[str, object], ...]


def find_weights(value: object) -> Optional[Found]:
    """The weights in the value of a pickle; None where there is no tensor at all."""
    if is_tensor(value):
        return Found((), (("tensor", value),))
    walk = _Walk()
    root = walk.outermost(value)
    if root is None:
        return None
    path, container = root
    return Found(path, tuple(walk.tensors(container)))


class _Walk:
    """A walk over containers of a pickle, which gives up after so many steps."""

    def __init__(self) -> None:
        self._left = _STEPS

    def outermost(self, value: object) -> Optional[Entry]:
        """The first container, level by level, that has a tensor directly in it."""
        level: list[Entry] = [((), value)]
        seen: set[int] = {id(value)}
        for _ in range(_DEPTH):
            chosen = [entry for entry in level if self._holds_tensors(entry[1])]
            if chosen:
                return self._named_weights(min(chosen, key=lambda entry: _preference(entry[0])))
            below = []
            for path, container in level:
                for name, item in self._items(container):
                    # Each container once: what is met again has been looked at already.
                    if _is_container(item) and id(item) not in seen:
                        seen.add(id(item))
                        below.append(((*path, name), item))
            if not below:
                return None
            level = below
        raise _too_intricate()

    def tensors(self, container: object) -> Iterator[Item]:
        """Every tensor under the container, its name joined by dots, in the order of the file."""
        # A stack of iterators instead of recursion: depth is the pickle's to choose.
        stack: list[tuple[str, Iterator[Item]]] = [("", self._items(container))]
        found = 0
        while stack:
            prefix, items = stack[-1]
            name, item = next(items, ("", _END))
            if item is _END:
                stack.pop()
                continue
            if len(stack) > _DEPTH or found > _TENSORS:
                raise _too_intricate()
            if len(prefix) + len(name) > _NAME_LENGTH:
                raise WeightsTrouble(TORCH_FILE, f"has a name of over {_NAME_LENGTH:,} letters.")
            if is_tensor(item):
                found += 1
                yield f"{prefix}{name}", item
            elif _is_container(item):
                stack.append((f"{prefix}{name}.", self._items(item)))

    def _named_weights(self, chosen: Entry) -> Entry:
        """The state dictionary under a usual name in what was chosen; else that itself."""
        path, container = chosen
        inner = [
            ((*path, name), item)
            for name, item in self._items(container)
            if name in _PREFERRED and _is_container(item) and self._holds_tensors(item)
        ]
        return min(inner, key=lambda entry: _preference(entry[0]), default=chosen)

    def _holds_tensors(self, container: object) -> bool:
        attributes = self._attributes(container)
        if _is_module(attributes):
            return any(True for _ in self.tensors(container))
        return any(is_tensor(item) for _, item in self._items(container))

    def _items(self, value: object) -> Iterator[Item]:
        """What a container holds, by name; a key given twice counts with its last value."""
        pairs = self._pairs(value)
        if pairs is not None:
            # A dictionary's own attributes (a state dictionary has _metadata) hold no weights.
            yield from self._named(pairs)
        elif isinstance(value, PickledSet):
            yield from self._numbered(value.members)
        elif isinstance(value, (list, tuple)):
            yield from self._numbered(value)
        elif isinstance(value, Call):
            attributes = self._attributes(value)
            if _is_module(attributes):
                yield from self._module_items(attributes)
                return
            yield from attributes.items()
            yield from self._named(value.pairs or [])
            yield from self._numbered(value.members or [])
            yield from self._numbered(value.arguments)

    def _module_items(self, attributes: dict[str, object]) -> Iterator[Item]:
        """A module's parameters, the buffers that state_dict() would save, and its modules."""
        transient = attributes.get("_non_persistent_buffers_set")
        left_out = {item for item in self._members(transient) if isinstance(item, str)}
        for part in _MODULE_PARTS:
            for name, item in self._named(self._pairs(attributes[part]) or []):
                if part != "_buffers" or name not in left_out:
                    yield name, item

    def _members(self, value: object) -> Iterator[object]:
        """What is in a set, which old protocols write as a call of `set` with a list."""
        if isinstance(value, Call) and len(value.arguments) == 1:
            value = value.arguments[0]
        members = value.members if isinstance(value, PickledSet) else value
        if isinstance(members, list):
            self._spend(len(members))
            yield from members

    def _attributes(self, value: object) -> dict[str, object]:
        """The state that the pickle sets on an object; of (attributes, slots) the attributes."""
        state = value.state if isinstance(value, Call) else None
        if isinstance(state, tuple) and len(state) == 2:
            state = state[0]
        return dict(self._named(self._pairs(state) or []))

    def _named(self, pairs: list[tuple[object, object]]) -> Iterator[Item]:
        self._spend(1 + len(pairs))
        merged: dict[str, object] = {}
        for key, value in pairs:
            if isinstance(key, str) or (isinstance(key, int) and abs(key) < 2**63):
                merged[str(key)] = value
        yield from merged.items()

    def _pairs(self, value: object) -> Optional[list[tuple[object, object]]]:
        """The pairs of a dictionary or of a call that makes one; None for anything else."""
        if isinstance(value, PickledDict):
            return value.pairs
        if not isinstance(value, Call) or not is_mapping_class(value.function):
            return None
        # OrderedDict([(key, value), …]) and dict({…}); pairs that are set afterwards come last.
        given = value.arguments[-1] if value.arguments else None
        first = given.pairs if isinstance(given, PickledDict) else []
        if isinstance(given, (list, tuple)):
            self._spend(len(given))
            couples = (item for item in given if isinstance(item, (list, tuple)) and len(item) == 2)
            first = [(couple[0], couple[1]) for couple in couples]
        return [*first, *(value.pairs or [])]

    def _numbered(self, values: Sequence[object]) -> Iterator[Item]:
        self._spend(1 + len(values))
        for number, value in enumerate(values):
            yield str(number), value

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _too_intricate()


_END = object()


def _preference(path: tuple[str, ...]) -> int:
    last = path[-1] if path else ""
    return _PREFERRED.index(last) if last in _PREFERRED else len(_PREFERRED)


def _too_intricate() -> WeightsTrouble:
    return WeightsTrouble(TORCH_FILE, "holds a structure too intricate for weights.")


def _is_container(value: object) -> bool:
    if isinstance(value, Call):
        return not is_tensor(value)
    return isinstance(value, (PickledDict, PickledSet, list, tuple))


def _is_module(attributes: dict[str, object]) -> bool:
    return all(part in attributes for part in _MODULE_PARTS)
