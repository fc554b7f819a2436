"""What a pickle holds, as records: names asked for, calls asked for, and plain containers.

The records compare by identity and print on one short line, because a few hundred hostile
bytes can describe a structure that would take for ever to compare or to print.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional


@dataclass(frozen=True)
class Global:
    """A module's attribute that the pickle wants imported: `collections.OrderedDict`."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, eq=False)
class PersistentId:
    """A reference to something that lies outside the pickle, such as a tensor's storage."""

    value: object = field(repr=False)


class PickledDict:
    """A dictionary as the pickle fills it: pairs in order, equal keys not yet merged.

    Keys may be anything, hashable or not, so they are not hashed here.
    """

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[object, object]] = []


class PickledSet:
    """A set or frozen set as the pickle fills it, in its order."""

    __slots__ = ("members",)

    def __init__(self, members: Optional[list[object]] = None) -> None:
        self.members: list[object] = [] if members is None else members


class Call:
    """A call that the pickle asks for: the function or class, and everything given to it.

    `pairs` and `members` are what the pickle then puts into the result as if it were a
    dictionary or a list; `state` is what it sets as the result's attributes.
    """

    __slots__ = ("arguments", "function", "keywords", "members", "pairs", "state")

    def __init__(
        self,
        function: object,
        arguments: tuple[object, ...],
        keywords: object = None,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords
        self.pairs: Optional[list[tuple[object, object]]] = None
        self.members: Optional[list[object]] = None
        self.state: object = None


@dataclass(frozen=True, eq=False)
class Pickle:
    """One pickle, read: its value, every global and outside thing it asks for, and its end."""

    value: object = field(repr=False)
    globals: tuple[Global, ...]
    persistent: tuple[PersistentId, ...]
    end: int


class PickleTrouble(ValueError):
    """A pickle that can't be read; says why in plain words.

    `globals` are those asked for before the trouble: unpickling would have got as far.
    """

    def __init__(self, reason: str, asked: tuple[Global, ...] = ()) -> None:
        super().__init__(reason)
        self.globals = asked
