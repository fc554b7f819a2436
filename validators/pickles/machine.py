"""A pickle's operations followed one by one, on paper: nothing is imported, nothing is run."""

from __future__ import annotations

from validators.pickles.actions import ACTIONS
from validators.pickles.desk import Desk
from validators.pickles.literals import LITERALS
from validators.pickles.source import Source
from validators.pickles.values import Pickle, PickleTrouble

OPERATIONS = 500_000
"""The most operations of a pickle that are followed."""

_STOP = ord(".")


def read_pickle(data: bytes) -> Pickle:
    """What the pickle at the start of `data` holds; PickleTrouble where it can't be read."""
    return read_next_pickle(Source(data))


def read_next_pickle(source: Source, operations: int = OPERATIONS) -> Pickle:
    """The pickle at the source's position, which is left behind the pickle's end."""
    desk = Desk(source)
    try:
        value = _run(desk, operations)
    except PickleTrouble as trouble:
        raise PickleTrouble(str(trouble), tuple(desk.globals)) from None
    return Pickle(value, tuple(desk.globals), tuple(desk.persistent), source.position)


def _run(desk: Desk, operations: int) -> object:
    source, stack = desk.source, desk.stack
    for _ in range(operations):
        code = source.byte()
        literal = LITERALS.get(code)
        if literal is not None:
            stack.append(literal(source))
            continue
        if code == _STOP:
            return desk.pop()
        action = ACTIONS.get(code)
        if action is None:
            raise PickleTrouble(f"byte 0x{code:02x} is no operation of a pickle")
        action(desk)
    raise PickleTrouble(f"the pickle has more than {operations:,} operations")
