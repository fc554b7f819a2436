"""Following calls: functions and classes of the student's by their code, others by what is known.

Nothing of the student's is ever run: this walks over syntax trees, within a number of steps.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from grader.integrity.data.cells import Program
from grader.integrity.data.columns import known_elements
from grader.integrity.data.library import library_call
from grader.integrity.data.passing import PARTIAL
from grader.integrity.data.shell import follow_command
from grader.integrity.data.state import Call, Frame
from grader.integrity.data.statements import Statements
from grader.integrity.data.training import is_trainer
from grader.integrity.data.values import (
    Class,
    Const,
    Function,
    Value,
    constant,
    joined,
    merged,
    sequence,
)

_DEEPEST_CALLS = 14
_MOST_RECURSIVE = 2
_MOST_RUNS, _FEW_RUNS, _MANY_STEPS = 20, 3, 90_000


class Machine(Statements):
    """Follows the programs of one package."""

    def __init__(self, programs: Sequence[Program]) -> None:
        super().__init__(programs)
        self.modules: dict[str, Frame] = {}
        self._stack: list[ast.AST] = []
        self._runs: dict[ast.AST, int] = {}

    def run(self, path: str, as_main: bool = True) -> Frame:
        """Follow a program from its first line, or a module as it is imported."""
        frame = Frame(path, path=path)
        frame.names["__name__"] = constant("__main__" if as_main else "module")
        if not as_main:
            self.modules[path] = frame
        if as_main:
            self._runs.clear()
        self._cells(self.programs[path], frame)
        if as_main and self.unnamed and path.lower().endswith(".ipynb"):
            # Cells may have been run in another order than they stand in.
            self._cells(self.programs[path], frame)
        self.unnamed = False
        return frame

    def _cells(self, program: Program, frame: Frame) -> None:
        for cell in program.cells:
            frame.label = cell.label
            for line, command in cell.commands:
                follow_command(self, command, (cell.label, line), frame)
            self.block(cell.tree.body, frame)

    def leftover(self, frame: Frame) -> None:
        """Follow the functions that nothing has called, in doubt: nobody knows with what."""
        owned = [value.class_ for value in frame.names.values() if value.class_ is not None]
        values = [*frame.names.values(), *(each for one in owned for each in one.names.values())]
        self.doubt += 1
        for value in values:
            for function in value.functions:
                if function.node not in self.called and function.frame.path == frame.path:
                    self._run(function, [], {}, None)
        self.doubt -= 1

    def imported(self, name: str, frame: Frame) -> Optional[Frame]:
        """The module of the package that is called so; None where there is none."""
        path = self.path_of(name, frame)
        if path is None:
            return None
        if path in self.modules:
            return self.modules[path]
        if len(self._stack) > _DEEPEST_CALLS:
            return None
        doubt, branches = self.doubt, self.branches
        self.doubt = self.branches = 0
        try:
            return self.run(path, as_main=False)
        finally:
            self.doubt = doubt
            self.branches = branches

    def path_of(self, name: str, frame: Frame) -> Optional[str]:
        """The file of the package that a module's name means; None where there is none."""
        folder = frame.path.rpartition("/")[0]
        dots = len(name) - len(name.lstrip("."))
        for _ in range(dots - 1):
            folder = folder.rpartition("/")[0]
        stem = name.lstrip(".").replace(".", "/")
        wanted = [f"{stem}.py", f"{stem}/__init__.py"]
        places = [f"{folder}/{each}" for each in wanted] if folder else []
        if not dots or not folder:
            places += wanted
        path = next((place for place in places if place in self.programs), None)
        return None if path == frame.path else path

    def start_over(self, doubt: int, branches: int) -> None:
        """Leave whatever was being followed when it had to be given up."""
        self.doubt = doubt
        self.branches = branches
        self._depth = self._loops = 0
        self._stack.clear()

    def call(self, node: ast.Call, frame: Frame) -> Value:
        """What a call gives."""
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self._super(frame)
        function = self.value(node.func, frame)
        args: list[Value] = []
        for each in node.args:
            value = self.value(each, frame)
            spread = known_elements(value) if isinstance(each, ast.Starred) else None
            args += [value] if spread is None else spread
        named: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            value = self.value(keyword.value, frame)
            if keyword.arg is None and value.items and not value.sources:
                named += [(str(key), part) for key, part in value.items.items()]
            else:
                named.append((keyword.arg or "**", value))
        return self.called_with(Call(node, frame, function, tuple(args), tuple(named)))

    def called_with(self, call: Call) -> Value:
        """What a call with these arguments gives."""
        function = call.function
        given = function.part(PARTIAL)
        if given is not None:
            return self.called_with(_completed(call, given))
        if function.class_ is not None:
            return self._made(function.class_, call)
        if function.functions:
            return self.apply(function, call.args, call)
        if function.instance is not None:
            return self._instance_called(function, call)
        found = library_call(self, call)
        self._callbacks(call)
        return found

    def apply(self, function: Value, args: Sequence[Value], call: Call) -> Value:
        """What calling a function of the student's gives."""
        found = []
        for each in function.functions:
            first = [function.receiver] if function.receiver is not None else []
            named = dict(call.named) if args is call.args else {}
            found.append(self._run(each, [*first, *args], named, call))
        return found[0] if len(found) == 1 else _any_of(found)

    def _run(
        self, function: Function, args: Sequence[Value], named: dict[str, Value],
        call: Optional[Call],
    ) -> Value:  # fmt: skip
        node = function.node
        self.called.add(node)
        self._runs[node] = self._runs.get(node, 0) + 1
        # In a large program the same function is followed less often, so that its end is reached.
        most = _MOST_RUNS if self.steps > _MANY_STEPS else _FEW_RUNS
        deep = len(self._stack) >= _DEEPEST_CALLS or self._runs[node] > most
        if deep or self._stack.count(node) >= _MOST_RECURSIVE:
            return Value()
        frame = Frame(function.label, outer=function.frame, path=function.frame.path)
        frame.names = _bound(function, args, named)
        self._stack.append(node)
        depth, self._depth = self._depth, 0
        try:
            if isinstance(node, ast.Lambda):
                return self.value(node.body, frame)
            self.block(node.body, frame)
        finally:
            self._stack.pop()
            self._depth = depth
        if frame.yielded:
            return Value(elem=joined(frame.yielded))
        return _any_of(frame.returned) if frame.returned else constant(None)

    def _made(self, class_: Class, call: Call) -> Value:
        """A new object of a class of the student's."""
        made = Value(instance=class_, items={})
        trainer = next((base for base in class_.library_bases if is_trainer(base)), "")
        made.made = trainer
        start = class_.lookup("__init__")
        if start is not None and start.functions:
            self.apply(replace(start, receiver=made), call.args, call)
            return made
        if trainer:
            filled = library_call(self, replace(call, function=Value(api=trainer)))
            made.items = dict(filled.items or {})
            return made
        fields = [name for name in class_.names if not name.startswith("_")]
        for name, value in zip(fields, call.args):
            made.put(name, value)
        for name, value in call.named:
            made.put(name, value)
        return made

    def _super(self, frame: Frame) -> Value:
        """The object itself, as its library's base sees it."""
        own = next(iter(frame.names.values()), None) if frame.outer is not None else None
        if own is None or own.instance is None:
            return Value()
        bases = own.instance.bases
        if bases:
            return replace(own, instance=bases[0])
        return Value(made=own.made, items=own.items, attribute="super")

    def _instance_called(self, function: Value, call: Call) -> Value:
        assert function.instance is not None
        for name in ("__call__", "forward", "call"):
            method = function.instance.lookup(name)
            if method is not None and method.functions:
                return self.apply(replace(method, receiver=function), call.args, call)
        return library_call(self, call)

    def _callbacks(self, call: Call) -> None:
        """Functions that are handed to a library are called by it, nobody knows with what."""
        for value in call.values:
            for function in value.functions:
                if function.node not in self.called:
                    given = [] if value.receiver is None else [value.receiver]
                    self._run(function, given, {}, call)


def _completed(call: Call, given: Value) -> Call:
    """The call with the arguments that `functools.partial` keeps."""
    parts = dict(given.items or {})
    target = parts.pop(PARTIAL, Value())
    args = [part for key, part in parts.items() if isinstance(key, int)]
    named = [(str(key), part) for key, part in parts.items() if not isinstance(key, int)]
    return replace(call, function=target, args=(*args, *call.args), named=(*call.named, *named))


def _any_of(values: Sequence[Value]) -> Value:
    """One of several values; what only some of them come from isn't sure."""
    found = values[0]
    for each in values[1:]:
        found = merged(found, each)
    return found


def _bound(function: Function, args: Sequence[Value], named: dict[str, Value]) -> dict[str, Value]:
    """The parameters by what they are given."""
    told = function.node.args
    places = [each.arg for each in (*told.posonlyargs, *told.args)]
    names = {name: Value() for name in (*places, *(each.arg for each in told.kwonlyargs))}
    names.update(function.defaults)
    names.update(zip(places, args))
    unknown: dict[Const, Value] = {}
    for name, value in named.items():
        if name in names:
            names[name] = value
        else:
            unknown[name] = value
    if told.vararg is not None:
        names[told.vararg.arg] = sequence(list(args[len(places) :]))
    if told.kwarg is not None:
        names[told.kwarg.arg] = Value(items=unknown)
    return names
