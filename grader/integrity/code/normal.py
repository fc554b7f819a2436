"""Tokens as they are compared: what can be changed without changing the program is gone.

Gone are comments, docstrings, imports, types, closing brackets, colons and `self`. What the work
names itself is "v", every literal is "L" and so are several in a row. What libraries name stays:
attributes, keywords of calls, and names that are imported, without the module before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Optional

from grader.integrity.code.lexing import Statement, Token
from grader.integrity.code.names import OWN, Names, imported, module_of, names_of

Normal = tuple[str, int]
"""A token as it is compared, and its line."""

OWN_NAME, LITERAL = "v", "L"
"""What stands for any name of the work's own, and for any literal."""

_MARKS = Token("op", "", 0)


def normal_tokens(files: Mapping[str, Sequence[Statement]]) -> dict[str, tuple[Normal, ...]]:
    """The tokens of each file of one work as they are compared, by path."""
    names = names_of(files.values())
    modules = frozenset(path.rpartition("/")[2].rpartition(".")[0] for path in files)
    read = {path: _imports(files[path], modules) for path in sorted(files)}
    # A file may get what another one imports, with a star or in the same notebook.
    anywhere: dict[str, str] = {}
    for imports, siblings in read.values():
        names = replace(names, bound=names.bound | siblings)
        anywhere = {**imports, **anywhere}
    anywhere = {name: own for name, own in anywhere.items() if name not in names.bound}
    return {
        path: tuple(_normal(file, names, {**anywhere, **read[path][0]}, modules))
        for path, file in files.items()
    }


def _normal(
    file: Sequence[Statement], names: Names, imports: Mapping[str, str], modules: frozenset[str]
) -> Iterator[Normal]:
    for statement in file:
        if _says_something(statement):
            yield from _Statement(_bare(statement), names, imports, modules).tokens()


def _imports(
    file: Sequence[Statement], modules: frozenset[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """What a file imports, by its name here; and the names of what it takes from other files."""
    imports: dict[str, str] = {}
    siblings: set[str] = set()
    for statement in file:
        found = imported(statement) or {}
        if module_of(statement) in modules:
            siblings.update(found)
        else:
            imports.update(found)
    return imports, frozenset(siblings)


def _says_something(statement: Statement) -> bool:
    first = statement[0].text
    if first in ("pass", "global", "nonlocal", "get_ipython"):
        return False
    if first == "if" and len(statement) > 1 and statement[1].text == "__name__":
        return False
    if first == "class" and not any(token.text == "(" for token in statement):
        return False  # one that only holds functions together
    return imported(statement) is None


def _bare(statement: Statement) -> Statement:
    """The statement without types, and with the brackets that `print` had not in Python 2."""
    first = statement[0]
    if first.text == "print" and len(statement) > 1 and statement[1].kind != "op":
        return (first, Token("op", "(", first.line), *statement[1:])
    if any(token.text == "def" for token in statement[:2]):
        return tuple(_untyped(statement))
    if len(statement) > 1 and statement[1].text == ":" and first.kind == "name":
        return (first, *_after_type(statement))
    return statement


def _after_type(statement: Statement) -> Statement:
    depth = 0
    for at, token in enumerate(statement):
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "op" else 0
        if token.text == "=" and not depth:
            return statement[at:]
    return ()


def _untyped(statement: Statement) -> Iterator[Token]:
    """A function's head without the types of parameters and of what it returns."""
    depth = 0
    typed = -1  # how deep the brackets were where a type began
    for token in statement:
        if token.kind == "op":
            closes = token.text in ")]}"
            depth += (token.text in "([{") - closes
            ends = (",", "=") if typed else (":",)
            if typed >= 0 and (depth < typed or (depth == typed and token.text in ends)):
                typed = -1
            elif (token.text == ":" and depth == 1) or token.text == "->":
                typed = depth
        if typed < 0:
            yield token


@dataclass
class _Statement:
    """One statement on its way to what is compared."""

    raw: Statement
    names: Names
    imports: Mapping[str, str]
    modules: frozenset[str]
    at: int = 0
    made: list[Normal] = field(default_factory=list)
    calls: list[Optional[bool]] = field(default_factory=list)
    """For each open bracket whether it calls a function of the work; None if it calls nothing."""

    def tokens(self) -> list[Normal]:
        """The tokens of the statement as they are compared."""
        while self.at < len(self.raw):
            token = self.raw[self.at]
            if token.kind in ("string", "literal"):
                self._literal(token)
            elif token.kind == "keyword":
                self._add(token.text, token)
            elif token.kind == "name":
                self._name(token)
            else:
                self._op(token)
            self.at += 1
        return self.made

    def _add(self, text: str, token: Token) -> None:
        self.made.append((text, token.line))

    def _near(self, step: int) -> Token:
        at = self.at + step
        return self.raw[at] if 0 <= at < len(self.raw) else _MARKS

    def _made(self, step: int) -> str:
        return self.made[-step][0] if len(self.made) >= step else ""

    def _literal(self, token: Token) -> None:
        if self._made(1) == "-" and self._made(2) in ("(", ",", "[", "{", "=", "", LITERAL):
            self.made.pop()
        if self._made(1) == "," and self._made(2) == LITERAL:
            self.made.pop()
        if self._made(1) != LITERAL:
            self._add(LITERAL, token)

    def _op(self, token: Token) -> None:
        text = token.text
        if text in ("(", "[", "{"):
            before = self._near(-1)
            is_call = text == "(" and (before.kind == "name" or before.text in (")", "]"))
            self.calls.append(before.text in self.names.functions if is_call else None)
            if is_call or text != "(":
                self._add(text, token)
        elif text in (")", "]", "}"):
            del self.calls[-1:]
        elif text == "," and self._near(1).text in (")", "]", "}", ""):
            return  # one that formatting puts there
        elif text not in (":", ";", "."):
            self._add("!=" if text == "<>" else text, token)

    def _name(self, token: Token) -> None:
        text = token.text
        if self._near(-1).text == ".":
            own = self._near(-2).text in OWN or self._near(-2).text in self.names.functions
            own = own and text in self.names.members
            self._add(OWN_NAME if own else f".{text}", token)
        elif self._near(-1).text in ("def", "class"):
            self._add(OWN_NAME, token)
        elif text in OWN:
            self.at += self._near(1).text == ","
        elif self._is_class_before_its_own():
            pass
        elif text in self.imports:
            self._imported(token)
        elif self._is_keyword_of_call():
            self._add(OWN_NAME if self.calls[-1] else text, token)
        else:
            self._add(OWN_NAME if text in self.names.bound else text, token)

    def _is_class_before_its_own(self) -> bool:
        text = self._near(0).text
        own = text in self.names.functions and self._near(2).text in self.names.members
        return own and self._near(1).text == "."

    def _is_keyword_of_call(self) -> bool:
        inside = bool(self.calls) and self.calls[-1] is not None
        return inside and self._near(1).text == "=" and self._near(-1).text in ("(", ",")

    def _imported(self, token: Token) -> None:
        """The thing that is imported, without the modules before it."""
        own = self.imports[token.text]
        chain = [own]
        while self._near(1).text == "." and self._near(2).kind == "name":
            chain.append(self._near(2).text)
            self.at += 2
        while len(chain) > 1 and not chain[0][:1].isupper():
            del chain[0]
        of_work = own in self.modules and chain[0] in self.names.bound
        self._add(OWN_NAME if of_work else chain[0], token)
        for attribute in chain[1:]:
            self._add(f".{attribute}", token)
