"""Python text in pieces that can be moved: its tokens, its top-level statements, its names."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable
from dataclasses import dataclass

# What libraries call: renaming it would change the program.
HOOKS = frozenset(
    ["forward", "backward", "compute_loss", "compute_mask", "create_optimizer", "training_step",
     "on_step_end", "on_log", "on_train_end", "main"]
)  # fmt: skip
_STORES = re.compile(r"^\s*(?:(?:def|class) (\w+)|(\w+) =)", re.MULTILINE)
_STATEMENT = re.compile(r"^(?=[^\s#)\]}])", re.MULTILINE)
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")


def tokens_of(text: str) -> list[tokenize.TokenInfo]:
    """All tokens as far as the text can be read."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found.append(token)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass
    return found


def replaced(text: str, change: Callable[[list[tokenize.TokenInfo], int], str]) -> str:
    """The text with every token replaced by what `change` says of it."""
    lines = text.splitlines(keepends=True)
    tokens = tokens_of(text)
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        new = change(tokens, at)
        if new != token.string and token.start[0] == token.end[0]:
            line = lines[token.start[0] - 1]
            lines[token.start[0] - 1] = line[: token.start[1]] + new + line[token.end[1] :]
    return "".join(lines)


def statements(text: str) -> list[str]:
    """The top-level statements of a text, decorators with their functions."""
    found: list[str] = []
    open_quotes = False
    for piece in _STATEMENT.split(text):
        continues = found and (
            open_quotes
            or _CONTINUES.match(piece)
            or found[-1].startswith("@")
            or _is_open(found[-1])
        )
        if continues:
            found[-1] += piece
        elif piece:
            found.append(piece)
        open_quotes = bool(found) and (found[-1].count('"""') % 2 == 1)
    return found


def _is_open(piece: str) -> bool:
    code = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|#.*", "", piece)
    return sum(map(code.count, "([{")) > sum(map(code.count, ")]}"))


def is_import(piece: str) -> bool:
    """Whether a statement imports something."""
    return piece.startswith(("import ", "from ", "os.environ"))


def is_definition(piece: str) -> bool:
    """Whether a statement defines a function or a class."""
    return piece.startswith(("def ", "class ", "@"))


@dataclass(frozen=True)
class Bound:
    """The names that a text binds: plain ones, members of its classes, and its functions."""

    plain: frozenset[str]
    members: frozenset[str]
    functions: frozenset[str]


def bound(text: str) -> Bound:
    """The names that a text binds, of which no import is one."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        found = frozenset(name for names in _STORES.findall(text) for name in names if name)
        return Bound(found, frozenset(), frozenset())
    plain: set[str] = set()
    members: set[str] = set()
    functions: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            plain.add(node.id)
        elif isinstance(node, ast.arg):
            plain.add(node.arg)
        elif isinstance(node, ast.FunctionDef):
            functions.add(node.name)
        elif isinstance(node, ast.ClassDef):
            functions.add(node.name)
            members |= {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            members.add(node.attr)
    own = {name for name in members if not name.startswith("__")} - HOOKS
    functions = {name for name in functions if not name.startswith("__")} - HOOKS
    return Bound(frozenset(plain - {"self", "cls"}), frozenset(own), frozenset(functions))
