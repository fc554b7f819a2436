"""Which columns of which split a program reads, told when it reads them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Callable, Optional

from grader.rerun.inside.layer import Layer
from grader.rerun.inside.splits import COLUMNS

_MARK = "course data: "


class Reads:
    """Tells the journal `<data set>/<split>/<column>`, and whether the column is a made-up one."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._mapping = threading.local()

    def column(self, origin: str, name: object, answer: str = "") -> None:
        """A column was read; one that the program itself has made is its own."""
        if name not in COLUMNS:
            return
        dataset, _, split = origin.partition("/")
        if not answer:
            hidden = name == "summary" and self._layer.config.parted(dataset, split)
            answer = "made-up summaries" if hidden else "as it is"
        where = self._layer.journal.where(sys._getframe(1))
        self._layer.journal.tell("column", f"{origin}/{name}", answer, where)

    def columns(self, origin: str, names: Iterable[object], answer: str) -> None:
        """Several columns were read at once."""
        for name in names:
            self.column(origin, name, answer)

    @contextmanager
    def mapping(self, origin: str) -> Iterator[None]:
        """While this lasts, rows that a function is given are of this origin."""
        before = self.mapped
        self._mapping.origin = origin
        try:
            yield
        finally:
            self._mapping.origin = before

    @property
    def mapped(self) -> str:
        """The origin of the rows that a function is given just now; empty outside of that."""
        return getattr(self._mapping, "origin", "")


_current: list[Reads] = []


def watch(reads: Reads) -> None:
    """Make these the reads that every row tells; a row itself must stay small and picklable."""
    _current[:] = [reads]


class ReadRow(dict[str, Any]):
    """A row, or a batch of columns, that tells which of its columns are looked at."""

    origin = ""

    @classmethod
    def of(cls, values: dict[str, Any], origin: str) -> ReadRow:
        """The same values, told under this origin."""
        row = cls(values)
        row.origin = origin
        return row

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        self._tell(key)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        """The column, told."""
        if key not in self:
            return default
        return self[key]

    def pop(self, key: str, *default: Any) -> Any:
        """The column, told and removed."""
        if key in self:
            self._tell(key)
        return super().pop(key, *default)

    def values(self) -> Any:
        """All columns, told."""
        self._all()
        return super().values()

    def items(self) -> Any:
        """All columns with their names, told."""
        self._all()
        return super().items()

    def copy(self) -> ReadRow:
        """The same row, which goes on telling."""
        return ReadRow.of(dict(self), self.origin)

    def _all(self) -> None:
        for key in self:
            self._tell(key)

    def _tell(self, key: str) -> None:
        for reads in _current:
            reads.column(self.origin, key)


class Telling:
    """A function that is given plain rows, as one that tells what it looks at.

    It can be pickled where the function can, since the library remembers results by that.
    """

    def __init__(self, function: Callable[..., Any], origin: str) -> None:
        self.function, self.origin = function, origin

    def __call__(self, row: Any, *args: Any, **named: Any) -> Any:
        """What the function says of the row."""
        telling = ReadRow.of(row, self.origin) if type(row) is dict else row
        return self.function(telling, *args, **named)


def marked(origin: str) -> str:
    """The description of a data set by which its origin is known after any change of it."""
    return _MARK + origin


def origin_of(description: Optional[str]) -> str:
    """The origin in a description; several that were joined are parted by `+`, as in a split."""
    lines = [line for line in (description or "").splitlines() if line.startswith(_MARK)]
    found = list(dict.fromkeys(line[len(_MARK) :] for line in lines))
    if len(found) < 2:
        return "".join(found)
    dataset = found[0].partition("/")[0]
    return f"{dataset}/{'+'.join(each.partition('/')[2] for each in found)}"
