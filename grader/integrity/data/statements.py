"""Following statements in their order: branches that can't be decided leave doubt."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import cast

from grader.integrity.data.columns import element_of, known_elements
from grader.integrity.data.definitions import Definitions
from grader.integrity.data.state import Frame
from grader.integrity.data.values import (
    Value,
    merged,
    sources_of,
)

_TWICE = 2


class Statements(Definitions):
    """What happens when statements are followed."""

    _loops = 0

    def block(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        """Follow the statements; whether they end what they stand in."""
        for node in body:
            self.step()
            follow = getattr(self, f"_do_{type(node).__name__.lower()}", None)
            if follow is not None and cast(bool, follow(node, frame)):
                return True
        return False

    def bind(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Give a value to a target of an assignment."""
        if isinstance(target, ast.Name):
            home = frame.module if target.id in frame.outside else frame
            home.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpacked(target.elts, value, frame)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, Value(elem=element_of(value)), frame)
        elif isinstance(target, ast.Attribute):
            self._put(self.value(target.value, frame), target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._put_under(target, value, frame)

    def _put(self, owner: Value, key: str, value: Value) -> None:
        before = owner.part(key)
        if self.branches and before is not None:
            value = merged(before, value)
        elif self.branches and self.doubt:
            value = merged(Value(), value)
        owner.put(key, value)

    def _put_under(self, target: ast.Subscript, value: Value, frame: Frame) -> None:
        owner = self.value(target.value, frame)
        keys = self.value(target.slice, frame).consts
        if len(keys) == 1:
            self._put(owner, keys[0], value)  # type: ignore[arg-type]
        elif not isinstance(target.slice, ast.Slice) or sources_of(value):
            owner.add(value)

    def _unpacked(self, targets: Sequence[ast.expr], value: Value, frame: Frame) -> None:
        parts = known_elements(value)
        starred = any(isinstance(each, ast.Starred) for each in targets)
        if parts is not None and len(parts) == len(targets) and not starred:
            for target, part in zip(targets, parts):
                self.bind(target, part, frame)
            return
        items = value.items or {}
        element = element_of(value)
        if len({(each.name, each.split) for each in element.sources if each.kind != "model"}) > 1:
            # Which of them goes into which name isn't known.
            element = merged(Value(), element)
        for number, target in enumerate(targets):
            self.bind(target, element if starred else items.get(number, element), frame)

    def _do_expr(self, node: ast.Expr, frame: Frame) -> bool:
        self.value(node.value, frame)
        return False

    def _do_assign(self, node: ast.Assign, frame: Frame) -> bool:
        value = self.value(node.value, frame)
        for target in node.targets:
            self.bind(target, value, frame)
        return False

    def _do_annassign(self, node: ast.AnnAssign, frame: Frame) -> bool:
        if node.value is not None:
            self.bind(node.target, self.value(node.value, frame), frame)
        return False

    def _do_augassign(self, node: ast.AugAssign, frame: Frame) -> bool:
        before = self.value(node.target, frame)
        value = self.value(
            ast.copy_location(ast.BinOp(node.target, node.op, node.value), node), frame
        )
        if before.items is not None and not before.consts and not before.sources:
            before.add(element_of(self.value(node.value, frame)))  # a list: the others see it too
        else:
            self.bind(node.target, value, frame)
        return False

    def _do_return(self, node: ast.Return, frame: Frame) -> bool:
        frame.returned.append(self.value(node.value, frame))
        return True

    def _do_raise(self, node: ast.Raise, frame: Frame) -> bool:
        return True

    def _do_break(self, node: ast.Break, frame: Frame) -> bool:
        return True

    def _do_continue(self, node: ast.Continue, frame: Frame) -> bool:
        return True

    def _do_global(self, node: ast.Global, frame: Frame) -> bool:
        frame.outside |= set(node.names)
        return False

    def _do_delete(self, node: ast.Delete, frame: Frame) -> bool:
        for target in node.targets:
            if isinstance(target, ast.Name):
                frame.names.pop(target.id, None)
        return False

    def _do_if(self, node: ast.If, frame: Frame) -> bool:
        truth = self.truth(self.value(node.test, frame))
        if truth is not None:
            return self.block(node.body if truth else node.orelse, frame)
        doubt = _selects(node.test)
        before = dict(frame.names)
        first = self._branch(node.body, frame, doubt)
        after, frame.names = frame.names, before
        second = self._branch(node.orelse, frame, doubt)
        if first or second:
            frame.names = after if second and not first else frame.names
        else:
            frame.names = _either(after, frame.names)
        return first and second

    def _branch(self, body: Sequence[ast.stmt], frame: Frame, doubt: bool) -> bool:
        self.branches += 1
        self.doubt += doubt
        try:
            return self.block(body, frame)
        finally:
            self.branches -= 1
            self.doubt -= doubt

    def _do_try(self, node: ast.Try, frame: Frame) -> bool:
        ended = self.block(node.body, frame)
        if not ended:
            ended = self.block(node.orelse, frame)
        for handler in node.handlers:
            before = dict(frame.names)
            left = self._branch(handler.body, frame, False)
            if left:
                frame.names = before
            else:
                frame.names = frame.names if ended else _either(before, frame.names)
                ended = False
        return self.block(node.finalbody, frame) or ended

    def _do_trystar(self, node: ast.Try, frame: Frame) -> bool:
        return self._do_try(node, frame)

    def _do_match(self, node: ast.stmt, frame: Frame) -> bool:
        for case in getattr(node, "cases", ()):
            before = dict(frame.names)
            if self._branch(case.body, frame, True):
                frame.names = before
            else:
                frame.names = _either(before, frame.names)
        return False

    def _do_with(self, node: ast.With, frame: Frame) -> bool:
        for item in node.items:
            value = self.value(item.context_expr, frame)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, frame)
        return self.block(node.body, frame)

    def _do_asyncwith(self, node: ast.With, frame: Frame) -> bool:
        return self._do_with(node, frame)

    def _do_for(self, node: ast.For, frame: Frame) -> bool:
        over = self.value(node.iter, frame)
        known = known_elements(over)
        # What the first round leaves behind, the second one finds; deep inside, one must do.
        rounds = _TWICE if self._loops < _TWICE else 1
        self._loops += 1
        for each in known if known is not None else [element_of(over)] * rounds:
            self.bind(node.target, each, frame)
            self.block(node.body, frame)
        self._loops -= 1
        self.block(node.orelse, frame)
        return False

    def _do_asyncfor(self, node: ast.For, frame: Frame) -> bool:
        return self._do_for(node, frame)

    def _do_while(self, node: ast.While, frame: Frame) -> bool:
        if self.truth(self.value(node.test, frame)) is False:
            return False
        rounds = _TWICE if self._loops < _TWICE else 1
        self._loops += 1
        for _ in range(rounds):
            self.block(node.body, frame)
        self._loops -= 1
        return False


def _either(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    """The names after one of two branches, and nobody knows which."""
    found: dict[str, Value] = {}
    for name in {**first, **second}:
        one, other = first.get(name), second.get(name)
        if one is other and one is not None:
            found[name] = one
        elif one is None or other is None:
            found[name] = merged(Value(), one or other or Value())
        else:
            found[name] = merged(one, other)
    return found


def _selects(test: ast.expr) -> bool:
    """Whether a condition looks like one that tells training from trying out.

    A bare name, `x.training`, `x is None`, a comparison with a text: not a count, and not an option
    of the command line.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _selects(test.operand)
    if isinstance(test, ast.BoolOp):
        return any(map(_selects, test.values))
    if isinstance(test, ast.Attribute):
        return test.attr in ("training", "train", "is_train", "mode")
    if isinstance(test, ast.Compare):
        sides = (test.left, *test.comparators)
        return any(
            isinstance(each, (ast.List, ast.Tuple, ast.Set))
            or (isinstance(each, ast.Constant) and isinstance(each.value, (str, type(None))))
            for each in sides
        )
    return isinstance(test, ast.Name)
