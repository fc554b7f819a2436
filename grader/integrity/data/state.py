"""What following a program keeps: its names, its files, what was observed, and how long it may."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Optional

from grader.integrity.data.cells import Program
from grader.integrity.data.values import Site, Source, Value, some, sources_of
from grader.integrity.records import Observation
from validators.display import clean
from validators.findings import Place

MOST_STEPS = 150_000
"""So many expressions of a package are followed, twice; more is a program that nobody typed."""
MOST_OBSERVATIONS = 400
"""So many different observations of a package are kept."""
_AROUND, _WIDTH, _NAME = 2, 160, 200


class OverBudgetError(Exception):
    """The steps are used up."""


@dataclass(eq=False)
class Frame:
    """The names of a module or of a call, and what it returns. `label` is its file's."""

    label: str
    names: dict[str, Value] = field(default_factory=dict)
    outer: Optional[Frame] = None
    returned: list[Value] = field(default_factory=list)
    yielded: list[Value] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    """The names that it declares global or nonlocal."""
    path: str = ""

    def lookup(self, name: str) -> Optional[Value]:
        """The value of a name, here or further out."""
        frame: Optional[Frame] = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.outer
        return None

    @property
    def module(self) -> Frame:
        """The frame of the module that it stands in."""
        frame = self
        while frame.outer is not None:
            frame = frame.outer
        return frame


@dataclass(frozen=True)
class Call:
    """A call whose arguments are known as far as they can be."""

    node: ast.Call
    frame: Frame
    function: Value
    args: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()

    @property
    def site(self) -> Site:
        """Where it stands."""
        return self.frame.label, self.node.lineno

    def keyword(self, *names: str) -> Optional[Value]:
        """The argument given by one of these names."""
        return next((value for name, value in self.named if name in names), None)

    def argument(self, place: int, *names: str) -> Optional[Value]:
        """The argument at the place, or by one of these names."""
        by_name = self.keyword(*names)
        if by_name is not None:
            return by_name
        return self.args[place] if len(self.args) > place else None

    @property
    def values(self) -> tuple[Value, ...]:
        """All arguments."""
        return (*self.args, *(value for _, value in self.named))

    def line_of(self, place: int, *names: str) -> Site:
        """Where the argument at the place, or by one of these names, stands."""
        for each in self.node.keywords:
            if each.arg in names:
                return self.frame.label, each.value.lineno
        if len(self.node.args) > place:
            return self.frame.label, self.node.args[place].lineno
        return self.site


class State:
    """What is kept while the programs of one package are followed."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = {program.path: program for program in programs}
        self.steps = MOST_STEPS
        self.doubt = 0
        """Over 0 where a condition that isn't known decides what happens."""
        self.branches = 0
        self.unnamed = False
        """Whether a name was used that nothing before it binds."""
        self.files: dict[str, frozenset[Source]] = {}
        self._missed: set[str] = set()
        self.called: set[ast.AST] = set()
        self._lines = {cell.label: cell.lines for each in programs for cell in each.cells}
        self._found: dict[tuple[str, str, Site, str], Observation] = {}

    # What the parts that follow give.
    def value(self, node: Optional[ast.expr], frame: Frame) -> Value:
        """What is known of an expression."""
        raise NotImplementedError

    def apply(self, function: Value, args: Sequence[Value], call: Call) -> Value:
        """What calling a function of the student's with these gives."""
        raise NotImplementedError

    def block(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        """Follow the statements; whether they end what they stand in."""
        raise NotImplementedError

    def call(self, node: ast.Call, frame: Frame) -> Value:
        """What a call gives."""
        raise NotImplementedError

    def bind(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Give a value to a target of an assignment."""
        raise NotImplementedError

    def attribute(self, base: Value, name: str, node: ast.expr, frame: Frame) -> Value:
        """An attribute of a value."""
        raise NotImplementedError

    def subscript(self, base: Value, key: Value, site: Site) -> Value:
        """The part of a value under a key."""
        raise NotImplementedError

    def imported(self, name: str, frame: Frame) -> Optional[Frame]:
        """The module of the package that is called so."""
        raise NotImplementedError

    def step(self) -> None:
        """Count one step. Raises OverBudgetError."""
        self.steps -= 1
        if self.steps < 0:
            raise OverBudgetError

    def observe(self, what: str, name: str, site: Site, told: str) -> None:
        """Keep one observation, once."""
        key = (what, name[:_NAME], site, told)
        if key in self._found or len(self._found) >= MOST_OBSERVATIONS:
            return
        place = Place(clean(site[0]), site[1])
        self._found[key] = Observation(
            what, clean(key[1]), place, self._around(site), clean(told[: 3 * _NAME])
        )

    @property
    def observed(self) -> tuple[Observation, ...]:
        """What was observed, in the order of the files and lines."""
        return tuple(sorted(self._found.values(), key=_order))

    def forget(self) -> None:
        """Begin anew, knowing what the programs write."""
        self._found.clear()
        self.called.clear()
        self.steps = MOST_STEPS

    def write(self, path: Optional[str], sources: frozenset[Source]) -> None:
        """A program writes a file or a folder."""
        if path:
            key = written_as(path)
            self.files[key] = some(self.files.get(key, frozenset()) | sources)

    def written(self, path: str) -> Optional[frozenset[Source]]:
        """What a file or folder that a program writes is made from; None if none does."""
        key = written_as(path)
        if key in self.files:
            return self.files[key]
        above = [str(each) for each in PurePosixPath(key).parents]
        found = next((each for each in above if each in self.files and each != "."), None)
        if found is None:
            self._missed.add(path)
        return None if found is None else self.files[found]

    @property
    def read_too_early(self) -> bool:
        """Whether something was read that a program wrote only afterwards."""
        return any(self.written(path) is not None for path in sorted(self._missed))

    def _around(self, site: Site) -> tuple[tuple[int, str], ...]:
        lines, line = self._lines.get(site[0], ()), site[1]
        first, last = max(1, line - _AROUND), min(len(lines), line + _AROUND)
        return tuple(
            (number, clean(lines[number - 1].expandtabs(4).rstrip()[:_WIDTH]))
            for number in range(first, last + 1)
        )


def written_as(path: str) -> str:
    """How paths of files are compared."""
    text = path.replace("\\", "/").strip()
    return str(PurePosixPath(text)) if text else ""


def sure_or_not(state: State, sources: Iterable[Source]) -> list[Source]:
    """The sources, none of them sure where a condition that isn't known decides."""
    found = sorted(sources, key=lambda each: (each.kind, each.name, each.split, each.site))
    return [replace(each, sure=each.sure and not state.doubt) for each in found]


def everything(call: Call) -> frozenset[Source]:
    """What all arguments of a call, and what its method belongs to, were made from."""
    found = [sources_of(value) for value in (*call.values, call.function)]
    return some(each for sources in found for each in sources)


def by_place(place: Place) -> tuple[tuple[tuple[int, int, str], ...], int]:
    """An order of places in which cell 10 comes after cell 2."""
    parts = re.findall(r"[0-9]{1,9}|[^0-9]+|[0-9]+", place.file)
    name = tuple((0, int(each), "") if _number(each) else (1, 0, each) for each in parts)
    return name, place.line or 0


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _order(seen: Observation) -> tuple[object, ...]:
    return (by_place(seen.place), seen.what, seen.name, seen.says)
