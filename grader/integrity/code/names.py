"""Names that a program gives itself: what may be called anything, and so says nothing.

They are gathered from the tokens of all files of a work together, so that a file that doesn't
parse has them too and a program in two files is the same as in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from grader.integrity.code.lexing import Statement, Token

_ASSIGNS = frozenset({"=", ":=", "+=", "-=", "*=", "/=", "//=", "**=", "%=", "@=", "&=", "|=",
                      "^=", ">>=", "<<="})  # fmt: skip
_NOTHING = Token("op", "", 0)
OWN = frozenset({"self", "cls"})
"""What the object itself is called by everybody."""


@dataclass(frozen=True)
class Names:
    """The names of a work that are its own: variables and functions, methods and attributes."""

    bound: frozenset[str]
    members: frozenset[str]
    functions: frozenset[str]


def names_of(files: Iterable[Sequence[Statement]]) -> Names:
    """The names that these files give themselves."""
    bound: set[str] = set()
    members: set[str] = set()
    functions: set[str] = set()
    for file in files:
        for statement in file:
            named = _defined(statement)
            if named is not None:
                functions.add(statement[named].text)
                parameters = list(_parameters(statement, named + 1))
                bound.update(parameters)
                if parameters and parameters[0] in OWN:
                    members.add(statement[named].text)
            bound.update(_targets(statement))
            members.update(_attributes(statement))
    dunder = {name for name in members | functions if name.startswith("__")}
    return Names(frozenset((bound | functions) - OWN), frozenset(members - dunder),
                 frozenset(functions - dunder))  # fmt: skip


def _defined(statement: Statement) -> Optional[int]:
    """Where the name of the function or the class stands that the statement begins."""
    for at, token in enumerate(statement[:2]):
        if token.text in ("def", "class") and token.kind == "keyword":
            is_name = at + 1 < len(statement) and statement[at + 1].kind == "name"
            return at + 1 if is_name else None
    return None


def _parameters(statement: Statement, at: int) -> Iterator[str]:
    """The parameters in the brackets at this place, without what stands for a base class."""
    if statement[at - 2].text != "def" or at >= len(statement) or statement[at].text != "(":
        return
    depth = 0
    before = "("
    for token in statement[at:]:
        if token.text in "([{" and token.kind == "op":
            depth += 1
        elif token.text in ")]}" and token.kind == "op":
            depth -= 1
        elif depth == 1 and token.kind == "name" and before in ("(", ",", "*", "**"):
            yield token.text
        before = token.text


def _targets(statement: Statement) -> Iterator[str]:
    """The names that are assigned to: by "=", `for`, `as`, ":=" and as a lambda's parameters."""
    yield from _assigned(statement)
    until = ""
    before = ""
    for at, token in enumerate(statement):
        after = statement[at + 1].text if at + 1 < len(statement) else ""
        if token.kind == "keyword":
            until = {"for": "in", "lambda": ":"}.get(
                token.text, "" if token.text == until else until
            )
        elif token.text == until:
            until = ""
        elif token.kind == "name" and before != ".":
            in_targets = until == "in" and after not in (".", "[", "(")
            in_lambda = until == ":" and before in ("lambda", ",", "*", "**")
            if in_targets or in_lambda or before == "as" or after == ":=":
                yield token.text
        before = token.text


def _assigned(statement: Statement) -> Iterator[str]:
    """The names left of the last "=" that stands outside of brackets, or of a type."""
    opened: list[bool] = []  # whether each open bracket is an index or a call: nothing is assigned
    for at, token in enumerate(statement[: _last_assignment(statement)]):
        before = statement[at - 1] if at else _NOTHING
        if token.kind == "op" and token.text in "([{":
            opened.append(before.kind == "name" or before.text in (")", "]"))
        elif token.kind == "op" and token.text in ")]}":
            del opened[-1:]
        elif token.kind == "name" and not any(opened) and before.text != ".":
            is_whole = statement[at + 1].text not in (".", "[", "(")
            yield from (token.text,) if is_whole else ()


def _last_assignment(statement: Statement) -> int:
    depth, last = 0, 0
    for at, token in enumerate(statement):
        if token.kind != "op":
            continue
        depth += (token.text in "([{") - (token.text in ")]}")
        if not depth and (token.text in _ASSIGNS or (token.text == ":" and at == 1)):
            last = at
    return last


def _attributes(statement: Statement) -> Iterator[str]:
    """What the object itself is given: `self.name = …`."""
    for own, dot, name, after in zip(statement, statement[1:], statement[2:], statement[3:]):
        if own.text in OWN and dot.text == "." and after.text in (*_ASSIGNS, ",", ":"):
            yield name.text


def imported(statement: Statement) -> Optional[dict[str, str]]:
    """What an import calls each thing, with the thing's own name; None if it is no import."""
    first = statement[0].text
    if first not in ("import", "from") or statement[0].kind != "keyword":
        return None
    texts = [token for token in statement if token.text not in ("(", ")")]
    if first == "from":
        starts = [at for at, token in enumerate(texts) if token.text == "import"]
        if not starts:
            return None
        texts = texts[starts[0] :]
    found: dict[str, str] = {}
    for part in _parts(texts[1:]):
        words = [token.text for token in part if token.kind == "name"]
        if not words:
            continue
        if any(token.text == "as" for token in part):
            found[words[-1]] = words[-2] if len(words) > 1 else words[-1]
        else:
            found[words[0]] = words[0]
    return found


def _parts(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens between commas."""
    part: list[Token] = []
    for token in tokens:
        if token.text == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def module_of(statement: Statement) -> str:
    """The module that `from … import` takes from, by the last part of its name."""
    words = []
    for token in statement[1:]:
        if token.text == "import":
            break
        if token.kind == "name":
            words.append(token.text)
    return words[-1] if words else ""
