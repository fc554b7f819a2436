"""Changes of a program's text that leave what it does."""

from __future__ import annotations

import random
import re
import tokenize
from collections.abc import Mapping

from tests.integrity_sets.code.noise import made_up_function
from tests.integrity_sets.code.pieces import (
    is_definition,
    is_import,
    replaced,
    statements,
)

_WORDS = ["alpha", "brick", "cedar", "delta", "ember", "flint", "grove", "haze", "iris", "jade",
          "knot", "lumen", "moss", "north", "opal", "pine", "quill", "reef", "slate",
          "tide"]  # fmt: skip
_FOR = re.compile(r"^([ \t]*)for (.+?) in (.+):[ \t]*(?:#.*)?$", re.MULTILINE)
_ALIAS = re.compile(r"^import ([\w.]+) as (\w+)$", re.MULTILINE)
_PLAIN_IMPORT = re.compile(r"^import (\w+)$", re.MULTILINE)
_FROM = re.compile(r"^from ([\w.]+) import (\w+)$", re.MULTILINE)
_SIMPLE_STRING = re.compile(r"(['\"])([^'\"\\\n]*)\1")


def renamed(
    project: Mapping[str, str], plain: frozenset[str], members: frozenset[str],
    functions: frozenset[str], draw: random.Random,
) -> dict[str, str]:  # fmt: skip
    """All files with new names for what they bind."""
    old = sorted(plain | members | functions)
    new = [f"{draw.choice(_WORDS)}_{number}" for number in range(len(old))]
    names = dict(zip(old, new))
    own = functions | plain

    def change(tokens: list[tokenize.TokenInfo], at: int) -> str:
        token = tokens[at]
        before = tokens[at - 1].string if at else ""
        after = tokens[at + 1].string if at + 1 < len(tokens) else ""
        if token.type != tokenize.NAME or token.string not in names:
            return token.string
        if before == ".":
            return names[token.string] if token.string in members else token.string
        is_keyword = (
            after == "=" and before in ("(", ",") and not _is_own_call(tokens, at, functions)
        )
        return token.string if is_keyword or token.string not in own else names[token.string]

    return {path: replaced(text, change) for path, text in project.items()}


def _is_own_call(tokens: list[tokenize.TokenInfo], at: int, functions: frozenset[str]) -> bool:
    """Whether the bracket around this token calls or defines a function of the program."""
    depth = 0
    for place in range(at - 1, 0, -1):
        text = tokens[place].string
        depth += text in (")", "]", "}")
        depth -= text in ("(", "[", "{")
        if depth < 0:
            return tokens[place - 1].string in functions or tokens[place - 2].string == "def"
    return True  # no call at all


def recommented(text: str, draw: random.Random) -> str:
    """Without its comments, with others."""
    cells = "# %%"

    def change(tokens: list[tokenize.TokenInfo], at: int) -> str:
        token = tokens[at]
        is_comment = token.type == tokenize.COMMENT and token.string != cells
        return "# " + " ".join(draw.choices(_WORDS, k=4)) if is_comment else token.string

    lines = []
    for line in replaced(text, change).splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        if line.endswith(":") and draw.random() < 0.4:
            line += f"  # {draw.choice(_WORDS)}"
        if line == "" and draw.random() < 0.5:
            line = f"{indent}# {draw.choice(_WORDS)} {draw.choice(_WORDS)}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def with_dead_code(text: str, draw: random.Random) -> str:
    """With functions that nobody calls, and code that is never reached, between its statements."""
    made = []
    for piece in statements(text):
        made.append(piece if piece.endswith("\n") else f"{piece}\n")
        if draw.random() < 0.3:
            dead = made_up_function(draw)
            body = dead.partition("\n")[2].rpartition("    return")[0]
            made.append(draw.choice((dead, f"if False:\n{body}")))
    return "".join(made)


def reformatted(text: str, draw: random.Random) -> str:
    """With other indents, quotes, line breaks and commas."""
    depth = 0

    def change(tokens: list[tokenize.TokenInfo], at: int) -> str:
        nonlocal depth
        token = tokens[at]
        # Tokens come from the end.
        depth += (token.string in (")", "]", "}")) - (token.string in ("(", "[", "{"))
        if token.type == tokenize.STRING and _SIMPLE_STRING.fullmatch(token.string):
            other = "'" if token.string[0] == '"' else '"'
            return other + token.string[1:-1] + other
        if token.string == "," and depth > 0 and draw.random() < 0.4:
            return ",\n        "
        if token.string == "=" and draw.random() < 0.5:
            return "  =  "
        return token.string

    lines = []
    for line in replaced(text, change).splitlines():
        stripped = line.lstrip(" ")
        lines.append(
            "\t" * ((len(line) - len(stripped)) // 4)
            + " " * ((len(line) - len(stripped)) % 4)
            + stripped
        )
    return "\n\n".join(lines) + "\n"


def with_other_loops(text: str, draw: random.Random) -> str:
    """With `while` and an index where there was `for`."""

    def rewritten(found: re.Match[str]) -> str:
        indent, target, items = found.groups()
        name = f"{draw.choice(_WORDS)}{draw.randrange(100)}"
        return (
            f"{indent}{name}_items = list({items})\n{indent}{name} = 0\n"
            f"{indent}while {name} < len({name}_items):\n"
            f"{indent}    {target} = {name}_items[{name}]\n{indent}    {name} += 1"
        )

    return _FOR.sub(rewritten, text)


def with_other_literals(text: str, draw: random.Random) -> str:
    """With other numbers and other words in strings."""

    def change(tokens: list[tokenize.TokenInfo], at: int) -> str:
        token = tokens[at]
        if token.type == tokenize.NUMBER and draw.random() < 0.7:
            return str(draw.choice((draw.randrange(1, 400), round(draw.random(), 4))))
        if token.type == tokenize.STRING and _SIMPLE_STRING.fullmatch(token.string):
            return f'"{draw.choice(_WORDS)} {draw.choice(_WORDS)}"'
        return token.string

    return replaced(text, change)


def in_a_class(text: str, draw: random.Random) -> str:
    """All in one class: functions are its methods, the rest is run by another one."""
    pieces = [re.sub(r"^# %%\n", "", piece, flags=re.MULTILINE) for piece in statements(text)]
    functions = set(re.findall(r"^def (\w+)", text, flags=re.MULTILINE))
    call = re.compile(rf"(?<![\w.])(?<!def )({'|'.join(sorted(functions)) or '(?!)'})(?=\()")
    name = draw.choice(_WORDS).title()
    head = [piece for piece in pieces if is_import(piece) or piece.startswith("class ")]
    methods = [
        re.sub(r"^def (\w+)\(\s*(?=(\)?))", _with_self, call.sub(r"self.\1", piece))
        for piece in pieces
        if is_definition(piece) and not piece.startswith("class ")
    ]
    body = [
        call.sub(r"self.\1", piece)
        for piece in pieces
        if not is_import(piece) and not is_definition(piece)
    ]
    run = "def run(self):\n" + _indented("".join(body) or "pass\n")
    inside = _indented("\n".join((*methods, run)))
    return f"{''.join(head)}\nclass {name}:\n{inside}\n\n{name}().run()\n"


def _with_self(found: re.Match[str]) -> str:
    return f"def {found[1]}(self{'' if found[2] else ', '}"


def _indented(text: str) -> str:
    return "".join(
        f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True)
    )


def with_aliases(text: str, draw: random.Random) -> str:
    """With other names for what it imports."""
    new: dict[str, str] = {}

    def other(name: str) -> str:
        return new.setdefault(name, f"{draw.choice(_WORDS)[:2]}{len(new)}")

    text = _ALIAS.sub(lambda found: f"import {found[1]} as {other(found[2])}", text)
    text = _FROM.sub(lambda found: f"from {found[1]} import {found[2]} as {other(found[2])}", text)
    text = _PLAIN_IMPORT.sub(lambda found: f"import {found[1]} as {other(found[1])}", text)

    def change(tokens: list[tokenize.TokenInfo], at: int) -> str:
        token = tokens[at]
        in_import = token.line.startswith(("import ", "from "))
        after_dot = at and tokens[at - 1].string == "."
        is_keyword = tokens[at + 1].string == "=" if at + 1 < len(tokens) else False
        if token.type == tokenize.NAME and not in_import and not after_dot and not is_keyword:
            return new.get(token.string, token.string)
        return token.string

    return replaced(text, change)
