"""What an expression of code may stand for, where only numbers and names matter."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional

_DERIVED = frozenset({"initial_seed", "get_state", "getstate"})
"""Calls that give what another seed has fixed."""
_AS_IT_IS = frozenset({"int", "abs", "str", "Field", "field"})
_FAR, _DEPTH = 1 << 64, 8


@dataclass
class Meant:
    """What an expression may stand for: numbers, what other names stand for, or who knows what."""

    values: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    unknown: bool = False

    def add(self, other: Meant) -> None:
        """Or what the other stands for."""
        self.values |= other.values
        self.names |= other.names
        self.unknown |= other.unknown


def meant(value: Optional[ast.expr], depth: int = 0) -> Meant:
    """What the expression may stand for; None stands for no seed."""
    found = Meant()
    for part in _parts(value):
        number = _number(part)
        name = name_of(part)
        if number is not None:
            found.values.add(number)
        elif name:
            found.names.add(name)
        elif _says_nothing(part):
            continue
        elif depth < _DEPTH and (inner := list(_inner(part))):
            for each in inner:
                found.add(meant(each, depth + 1))
        else:
            found.unknown = True
    return found


def _parts(value: Optional[ast.expr]) -> Iterator[ast.expr]:
    """The expression, or those that it chooses between."""
    if isinstance(value, ast.IfExp):
        yield from (value.body, value.orelse)
    elif isinstance(value, ast.BoolOp):
        yield from value.values
    elif value is not None:
        yield value


def _inner(value: ast.expr) -> Iterator[ast.expr]:
    """The expressions whose numbers this one hands on."""
    if isinstance(value, (ast.IfExp, ast.BoolOp)):
        yield from _parts(value)
    elif isinstance(value, ast.Call) and last_name(value.func) in _AS_IT_IS:
        yield from value.args[:1]
        yield from (each.value for each in value.keywords if each.arg == "default")
    elif isinstance(value, ast.Call) and last_name(value.func) in ("get", "getattr"):
        named = value.args[1:] if last_name(value.func) == "getattr" else value.args
        if named and text_in(named[0]):
            yield ast.Name(text_in(named[0]), ast.Load())
            yield from named[1:2]


def _says_nothing(value: ast.expr) -> bool:
    """Whether it is None, or comes from what another seed has fixed."""
    if isinstance(value, ast.Constant):
        return value.value is None
    within = value.left if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mod) else value
    return isinstance(within, ast.Call) and last_name(within.func) in _DERIVED


def _number(value: ast.expr) -> Optional[int]:
    negative = isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub)
    inner = value.operand if isinstance(value, ast.UnaryOp) and negative else value
    found = inner.value if isinstance(inner, ast.Constant) else None
    if not isinstance(found, int) or isinstance(found, bool) or abs(found) >= _FAR:
        return None
    return -found if negative else found


def name_of(value: ast.AST) -> str:
    """The name that a variable, an attribute or an entry goes by; empty for anything else."""
    if isinstance(value, ast.Name):
        return value.id
    if isinstance(value, ast.Attribute):
        return value.attr
    return text_in(value.slice) if isinstance(value, ast.Subscript) else ""


def last_name(value: ast.expr) -> str:
    """The name of what is called, without the module or object that it is of."""
    return name_of(value) if isinstance(value, (ast.Name, ast.Attribute)) else ""


def text_in(value: Optional[ast.AST]) -> str:
    """The text that is written there; empty for anything else."""
    found = value.value if isinstance(value, ast.Constant) else None
    return found if isinstance(found, str) else ""
