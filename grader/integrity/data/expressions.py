"""Following expressions: constants are folded, and each value keeps where it came from."""

from __future__ import annotations

import ast
import builtins
import operator
from dataclasses import replace
from typing import Any, Callable, Optional, cast

from grader.integrity.data.columns import column_of, element_of
from grader.integrity.data.gathering import Gathered
from grader.integrity.data.state import Call, Frame
from grader.integrity.data.values import (
    GENERATED,
    Function,
    Value,
    constant,
    joined,
    merged,
    of_sources,
    sources_of,
)

_DEEPEST = 60
_BUILTINS = frozenset(dir(builtins)) | {"get_ipython", "display"}
_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.eq, ast.IsNot: operator.ne,
}  # fmt: skip


class Expressions(Gathered):
    """What is known of an expression."""

    _depth = 0

    def value(self, node: Optional[ast.expr], frame: Frame) -> Value:
        """What is known of the expression; nothing where it is nested too deeply."""
        if node is None:
            return Value()
        self.step()
        follow = getattr(self, f"_{type(node).__name__.lower()}", None)
        if follow is None or self._depth > _DEEPEST:
            return Value()
        self._depth += 1
        try:
            return cast(Value, follow(node, frame))
        finally:
            self._depth -= 1

    def truth(self, value: Value) -> Optional[bool]:
        """Whether a condition holds; None where that isn't known."""
        if value.soft:
            return None
        if value.consts:
            found = {bool(each) for each in value.consts}
            return found.pop() if len(found) == 1 else None
        return True if _is_something(value) else None

    def _constant(self, node: ast.Constant, frame: Frame) -> Value:
        return constant(node.value)

    def _name(self, node: ast.Name, frame: Frame) -> Value:
        found = frame.lookup(node.id)
        if found is not None:
            return found
        if node.id in _BUILTINS:
            return Value(api=node.id)
        everything = frame.lookup("*")
        if everything is not None:
            return Value(api=f"{everything.api}.{node.id}")
        self.unnamed = True
        return Value()

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Value:
        return self.attribute(self.value(node.value, frame), node.attr, node, frame)

    def attribute(self, base: Value, name: str, node: ast.expr, frame: Frame) -> Value:
        """An attribute of a value: a part of it, a method, or a name of a library's."""
        part = base.part(name)
        if part is not None:
            return part
        if base.module is not None:
            return base.module.names.get(name) or Value()
        owner = base.instance or base.class_
        found = owner.lookup(name) if owner is not None else None
        if found is not None:
            return self._bound(found, base, node, frame)
        if base.api and base.receiver is None:
            return Value(api=f"{base.api}.{name}"[:200], made=base.made)
        column = column_of(self, base, name, (frame.label, node.lineno), attribute=True)
        sources = base.sources if column is None else column.sources
        if name in ("predictions", "sequences"):
            sources = frozenset(replace(each, column=GENERATED) for each in sources_of(base))
        return Value(sources=sources, receiver=base, attribute=name)

    def _bound(self, found: Value, base: Value, node: ast.expr, frame: Frame) -> Value:
        if not found.functions:
            return found
        kinds = {name for each in found.functions for name in each.decorators}
        if "staticmethod" in kinds or (base.class_ is not None and "classmethod" not in kinds):
            return found
        bound = replace(found, receiver=base)
        if kinds & {"property", "cached_property"}:
            call = ast.copy_location(ast.Call(node, [], []), node)
            return self.apply(bound, (), Call(call, frame, bound))
        return bound

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Value:
        base, site = self.value(node.value, frame), (frame.label, node.lineno)
        if isinstance(node.slice, ast.Slice):
            kept = of_sources(base.sources)
            kept.elem, kept.splits = element_of(base), None
            return kept
        key = self.value(node.slice, frame)
        return self.subscript(base, key, site)

    def subscript(self, base: Value, key: Value, site: tuple[str, int]) -> Value:
        """The part of a value under a key that may or may not be known."""
        wanted = [part for part in (key.items or {}).values() if part.text is not None]
        if wanted:  # several columns of a table
            parts = [(part.text, self.subscript(base, part, site)) for part in wanted]
            return Value(items=dict(parts))
        found = [part for part in map(base.part, key.consts) if part is not None]
        if found and len(found) == len(key.consts):
            return joined(found)
        columns = [column_of(self, base, each, site) for each in key.texts]
        known = [each for each in columns if each is not None]
        if known:
            return joined([*known, *found])
        if base.splits is not None:
            return of_sources((replace(base.splits, split="?"),))
        return element_of(base)

    def _binop(self, node: ast.BinOp, frame: Frame) -> Value:
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        between = {ast.Add: "", ast.Div: "/"}.get(type(node.op))
        if between is not None and left.text is not None and right.text is not None:
            text = constant(
                f"{left.text.rstrip('/') if between else left.text}{between}{right.text}"
            )
            return replace(text, made=left.made, soft=left.soft or right.soft)
        if between and left.made.startswith("pathlib.") and right.text is not None:
            return Value(made=left.made)
        sources = sources_of(left) | sources_of(right)
        if not isinstance(node.op, ast.Add):
            return of_sources(sources)
        both = [each for each in (left, right) if each.items or each.elem]
        if both:  # two lists
            elem = joined([element_of(each) for each in (left, right)])
            return Value(elem=elem)
        return Value(sources=sources, items={0: left, 1: right} if sources else None)

    def _boolop(self, node: ast.BoolOp, frame: Frame) -> Value:
        stops = isinstance(node.op, ast.Or)
        kept: list[Value] = []
        for each in node.values:
            value = self.value(each, frame)
            truth = self.truth(value)
            if truth is not (not stops):  # else it is passed over
                kept.append(value)
            if truth is stops:
                break
        if not kept:
            return self.value(node.values[-1], frame)
        return kept[0] if len(kept) == 1 else replace(joined(kept), consts=())

    def _unaryop(self, node: ast.UnaryOp, frame: Frame) -> Value:
        value = self.value(node.operand, frame)
        if isinstance(node.op, ast.Not):
            truth = self.truth(value)
            return Value() if truth is None else constant(not truth)
        only = value.consts[0] if len(value.consts) == 1 else None
        if isinstance(node.op, ast.USub) and isinstance(only, (int, float)):
            return constant(-only)
        return of_sources(sources_of(value))

    def _compare(self, node: ast.Compare, frame: Frame) -> Value:
        left = self.value(node.left, frame)
        rights = [self.value(each, frame) for each in node.comparators]
        right = rights[0]
        if len(rights) > 1 or left.soft or right.soft:
            return Value()
        kind = type(node.ops[0])
        if kind in (ast.In, ast.NotIn):
            return _contained(left, right, kind is ast.In)
        if len(left.consts) == 1 and len(right.consts) == 1 and kind in _COMPARE:
            try:
                return constant(_COMPARE[kind](left.consts[0], right.consts[0]))
            except TypeError:
                return Value()
        if right.consts == (None,) and _is_something(left):
            return constant(kind in (ast.IsNot, ast.NotEq))
        return Value()

    def _ifexp(self, node: ast.IfExp, frame: Frame) -> Value:
        truth = self.truth(self.value(node.test, frame))
        if truth is not None:
            return self.value(node.body if truth else node.orelse, frame)
        return merged(self.value(node.body, frame), self.value(node.orelse, frame))

    def _joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Value:
        parts = [self.value(each, frame) for each in node.values]
        texts = [_shown(part) for part in parts]
        if all(text is not None for text in texts):
            made = constant("".join(text or "" for text in texts))
            return replace(made, soft=any(part.soft for part in parts))
        return Value(items=dict(enumerate(parts)))

    def _formattedvalue(self, node: ast.FormattedValue, frame: Frame) -> Value:
        return self.value(node.value, frame)

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Value:
        return Value(functions=(Function(node, frame, frame.label),))

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.value(node.value, frame)
        self.bind(node.target, value, frame)
        return value

    def _await(self, node: ast.Await, frame: Frame) -> Value:
        return self.value(node.value, frame)

    def _yield(self, node: ast.Yield, frame: Frame) -> Value:
        frame.yielded.append(self.value(node.value, frame))
        return Value()

    def _yieldfrom(self, node: ast.YieldFrom, frame: Frame) -> Value:
        frame.yielded.append(element_of(self.value(node.value, frame)))
        return Value()

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        return self.call(node, frame)


def _shown(value: Value) -> Optional[str]:
    return str(value.consts[0]) if len(value.consts) == 1 else None


def _contained(left: Value, right: Value, is_in: bool) -> Value:
    keys = [part.consts[0] for part in (right.items or {}).values() if len(part.consts) == 1]
    if right.text is not None and left.text is not None:
        return constant((left.text in right.text) is is_in)
    if len(left.consts) != 1 or not keys or len(keys) != len(right.items or {}) or right.elem:
        return Value()
    return constant((left.consts[0] in keys) is is_in)


def _is_something(value: Value) -> bool:
    """Whether it is an object that surely isn't None."""
    return bool(value.made or value.functions or value.instance or value.class_)
