"""Operations of a pickle that work on its stack: containers, names, calls, the memo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Callable, Optional

from validators.pickles.desk import NAME_BYTES, Desk
from validators.pickles.literals import line_number, text_of
from validators.pickles.values import (
    Call,
    Global,
    PickledDict,
    PickledSet,
    PickleTrouble,
)

_PROTOCOL = 5


def _mark(desk: Desk) -> None:
    desk.marks.append(len(desk.stack))


def _pop(desk: Desk) -> None:
    # Like the interpreter's own: taking off a mark that has nothing above it is allowed.
    if desk.marks and desk.marks[-1] == len(desk.stack):
        desk.marks.pop()
    else:
        desk.pop()


def _pop_mark(desk: Desk) -> None:
    desk.since_mark()


def _duplicate(desk: Desk) -> None:
    desk.stack.append(desk.top())


def _store(desk: Desk, key: int) -> None:
    desk.memo[key] = desk.top()


def _small_tuple(desk: Desk, length: int) -> None:
    values = [desk.pop() for _ in range(length)]
    desk.stack.append(tuple(reversed(values)))


def _tuple(desk: Desk) -> None:
    desk.stack.append(tuple(desk.since_mark()))


def _list(desk: Desk) -> None:
    desk.stack.append(desk.since_mark())


def _frozen_set(desk: Desk) -> None:
    desk.stack.append(PickledSet(desk.since_mark()))


def _dict(desk: Desk) -> None:
    pairs = desk.since_mark()
    filled = PickledDict()
    _fill_pairs(filled, pairs)
    desk.stack.append(filled)


def _append(desk: Desk) -> None:
    value = desk.pop()
    _fill_members(desk.top(), [value])


def _appends(desk: Desk) -> None:
    values = desk.since_mark()
    _fill_members(desk.top(), values)


def _add_items(desk: Desk) -> None:
    values = desk.since_mark()
    _fill_members(desk.top(), values)


def _set_item(desk: Desk) -> None:
    value = desk.pop()
    key = desk.pop()
    _fill_pairs(desk.top(), [key, value])


def _set_items(desk: Desk) -> None:
    values = desk.since_mark()
    _fill_pairs(desk.top(), values)


def _fill_members(target: object, values: list[object]) -> None:
    if isinstance(target, list):
        target.extend(values)
    elif isinstance(target, PickledSet):
        target.members.extend(values)
    elif isinstance(target, Call):
        target.members = target.members or []
        target.members.extend(values)
    else:
        raise PickleTrouble("the pickle adds to something that is no list and no set")


def _fill_pairs(target: object, values: list[object]) -> None:
    if len(values) % 2:
        raise PickleTrouble("the pickle gives a dictionary a key without a value")
    pairs = list(zip(values[::2], values[1::2]))
    if isinstance(target, PickledDict):
        target.pairs.extend(pairs)
    elif isinstance(target, Call):
        target.pairs = target.pairs or []
        target.pairs.extend(pairs)
    else:
        raise PickleTrouble("the pickle sets an item of something that is no dictionary")


def _global(desk: Desk) -> None:
    desk.stack.append(_named(desk))


def _named(desk: Desk) -> Global:
    module = text_of(desk.source.line(NAME_BYTES))
    name = text_of(desk.source.line(NAME_BYTES))
    return desk.ask(module, name)


def _stack_global(desk: Desk) -> None:
    name, module = desk.pop(), desk.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise PickleTrouble("the pickle asks for a name that is no text")
    desk.stack.append(desk.ask(module, name))


def _extension(desk: Desk, width: int) -> None:
    # Numbers that a program may have registered for its own names; no file should rely on them.
    number = desk.source.number(width)
    desk.stack.append(desk.ask("copyreg", f"extension {number}"))


def _reduce(desk: Desk) -> None:
    arguments = desk.pop()
    function = desk.pop()
    desk.stack.append(_call(function, arguments))


def _new_object_with_keywords(desk: Desk) -> None:
    keywords = desk.pop()
    arguments = desk.pop()
    function = desk.pop()
    desk.stack.append(_call(function, arguments, keywords))


def _instance(desk: Desk) -> None:
    function = _named(desk)
    desk.stack.append(Call(function, tuple(desk.since_mark())))


def _object(desk: Desk) -> None:
    values = desk.since_mark()
    if not values:
        raise PickleTrouble("the pickle makes an object of no class")
    desk.stack.append(Call(values[0], tuple(values[1:])))


def _call(function: object, arguments: object, keywords: Optional[object] = None) -> Call:
    if not isinstance(arguments, tuple):
        raise PickleTrouble("the pickle calls something with arguments that are no tuple")
    return Call(function, arguments, keywords)


def _build(desk: Desk) -> None:
    state = desk.pop()
    target = desk.top()
    if not isinstance(target, Call):
        raise PickleTrouble("the pickle sets attributes of something that it did not make")
    target.state = state


def _text_id(desk: Desk) -> None:
    desk.stack.append(desk.refer(text_of(desk.source.line(NAME_BYTES))))


def _stack_id(desk: Desk) -> None:
    desk.stack.append(desk.refer(desk.pop()))


def _protocol(desk: Desk) -> None:
    protocol = desk.source.byte()
    if protocol > _PROTOCOL:
        raise PickleTrouble(f"the pickle is of protocol {protocol}; at most {_PROTOCOL} is known")


def _frame(desk: Desk) -> None:
    length = desk.source.number(8)
    if not desk.source.left(length):
        raise PickleTrouble("the pickle ends in the middle of a frame")


def _out_of_band(desk: Desk) -> None:
    raise PickleTrouble("the pickle wants a buffer from outside; a file can't hold one")


def _nothing(desk: Desk) -> None:
    """A buffer made read-only is the same buffer."""


ACTIONS: Mapping[int, Callable[[Desk], None]] = {
    ord("("): _mark,
    ord("0"): _pop,
    ord("1"): _pop_mark,
    ord("2"): _duplicate,
    # The memo.
    ord("p"): lambda desk: _store(desk, line_number(desk.source)),
    ord("q"): lambda desk: _store(desk, desk.source.byte()),
    ord("r"): lambda desk: _store(desk, desk.source.number(4)),
    0x94: lambda desk: _store(desk, len(desk.memo)),
    ord("g"): lambda desk: desk.recall(line_number(desk.source)),
    ord("h"): lambda desk: desk.recall(desk.source.byte()),
    ord("j"): lambda desk: desk.recall(desk.source.number(4)),
    # Containers.
    0x85: lambda desk: _small_tuple(desk, 1),
    0x86: lambda desk: _small_tuple(desk, 2),
    0x87: lambda desk: _small_tuple(desk, 3),
    ord("t"): _tuple,
    ord("l"): _list,
    ord("d"): _dict,
    0x91: _frozen_set,
    ord("a"): _append,
    ord("e"): _appends,
    0x90: _add_items,
    ord("s"): _set_item,
    ord("u"): _set_items,
    # Names and calls: written down, not followed.
    ord("c"): _global,
    0x93: _stack_global,
    0x82: lambda desk: _extension(desk, 1),
    0x83: lambda desk: _extension(desk, 2),
    0x84: lambda desk: _extension(desk, 4),
    ord("R"): _reduce,
    0x81: _reduce,
    0x92: _new_object_with_keywords,
    ord("i"): _instance,
    ord("o"): _object,
    ord("b"): _build,
    ord("P"): _text_id,
    ord("Q"): _stack_id,
    # Framing and buffers.
    0x80: _protocol,
    0x95: _frame,
    0x97: _out_of_band,
    0x98: _nothing,
}
"""Operation → what it does to the desk."""
