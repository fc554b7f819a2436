"""What a code file shows without being run: which CSVs it writes, which options it takes."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.rerun.reading_code import Read, read_code

_NAMES, _LITERALS, _USES, _NESTED, _LONGEST = 8, 2_000, 1_000, 20, 200
# Modules whose `open` takes the file first, as the built-in one does.
_OPENERS = frozenset({"io", "codecs", "builtins", "gzip", "os"})
_PREDICTS = frozenset({"generate", "predict", "pipeline"})
# The nodes that tell something.
_TELLING = (ast.Assign, ast.AnnAssign, ast.arguments, ast.Call, ast.Constant,
            ast.Import, ast.ImportFrom)  # fmt: skip
_QUIET = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
          ast.Assign, ast.AnnAssign, ast.Try)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What one code file shows.

    `csv_names` are the CSVs that it names when it writes them; `writes_csv` also holds where the
    name isn't known, and then `all_named` doesn't. `acts` tells a program from a module that only
    defines things.
    """

    path: str
    writes_csv: bool = False
    csv_names: tuple[str, ...] = ()
    all_named: bool = True
    predicts: bool = False
    acts: bool = False
    has_main: bool = False
    options: frozenset[str] = frozenset()
    uses: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_notebook(self) -> bool:
        """Whether it is a notebook, by its name."""
        return self.path.lower().endswith(".ipynb")


def facts_of(root: Path, path: str) -> Facts:
    """What the file shows; a file that can't be read shows nothing but its trouble."""
    read = read_code(root, path)
    every = (node for tree in read.trees for node in ast.walk(tree))
    nodes = [node for node in every if isinstance(node, _TELLING)]
    top = [node for tree in read.trees for node in tree.body]
    known = _known(nodes)
    names, all_named, writes = _written(nodes, known)
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return Facts(
        path,
        writes_csv=writes,
        csv_names=names,
        all_named=all_named,
        predicts=any(_called(call) in _PREDICTS for call in calls),
        acts=_acts(path, read, top),
        has_main=any(_is_main(node) for node in top),
        options=frozenset(_options(calls)),
        uses=tuple(dict.fromkeys((*read.runs, *_imported(nodes))))[:_USES],
        literals=_texts(nodes),
        trouble=read.trouble,
    )


def _acts(path: str, read: Read, top: Iterable[ast.stmt]) -> bool:
    if path.lower().endswith(".ipynb") or not read.trees:
        return True
    return any(not (isinstance(node, _QUIET) or _is_text(node) or _is_typing(node)) for node in top)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_typing(node: ast.stmt) -> bool:
    """Whether it is `if TYPE_CHECKING:`, which no run ever enters."""
    if not isinstance(node, ast.If):
        return False
    test = node.test
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return bool(name == "TYPE_CHECKING")


def _is_main(node: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = (node.test.left, *node.test.comparators)
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _options(calls: Iterable[ast.Call]) -> Iterator[str]:
    """The options that argparse or click is told of."""
    for call in calls:
        if _called(call) in ("add_argument", "option"):
            for word in call.args:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield from (name for name in word.value.split("/") if name.startswith("--"))


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield base
            yield from (f"{base}.{alias.name}".lstrip(".") for alias in node.names)


def _texts(nodes: Iterable[ast.AST]) -> tuple[str, ...]:
    """Texts that may name a file, each once."""
    found = (
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    named = dict.fromkeys(text for text in found if 0 < len(text) <= 200 and "\n" not in text)
    return tuple(named)[:_LITERALS]


_Known = dict[str, dict[str, None]]


def _known(nodes: Iterable[ast.AST]) -> _Known:
    """Names of CSVs by the variable, attribute, parameter or option that holds them."""
    known: _Known = {}
    bound = [pair for node in nodes for pair in _bound(node)]
    for _ in range(2):  # what is put together from a name is known once the name is
        for name, value in bound:
            for text in _named(value, known):
                values = known.setdefault(name, {})
                if len(values) < _NAMES:
                    values[text] = None
    return known


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from ((name, node.value) for name in _name(target))
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        value = node.value
        yield from ((name, value) for name in _name(node.target))
    elif isinstance(node, ast.arguments):
        given = [*node.posonlyargs, *node.args]
        yield from (
            (one.arg, value)
            for one, value in zip(reversed(given), reversed(node.defaults))
        )  # fmt: skip
        yield from (
            (one.arg, value)
            for one, value in zip(node.kwonlyargs, node.kw_defaults)
            if value is not None
        )
    elif isinstance(node, ast.Call) and _called(node) in ("add_argument", "option"):
        default = _keyword(node, "default")
        if default is not None:
            for option in _options([node]):
                yield option[2:].replace("-", "_"), default


def _name(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Attribute):
        yield target.attr


def _keyword(call: ast.Call, name: str) -> Optional[ast.expr]:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _named(value: Optional[ast.expr], known: _Known, nested: int = 0) -> tuple[str, ...]:
    """The texts that the expression can be, where that is plain; none where it isn't."""
    if value is None or nested > _NESTED:
        return ()
    if isinstance(value, ast.Constant):
        return (value.value,) if isinstance(value.value, str) else ()
    if isinstance(value, (ast.Name, ast.Attribute)):
        return tuple(known.get(next(_name(value)), ()))
    parts: list[ast.expr] = []
    between = "/"
    if isinstance(value, ast.JoinedStr):
        parts, between = list(value.values), ""
    elif isinstance(value, ast.FormattedValue):
        return _named(value.value, known, nested + 1) if value.format_spec is None else ()
    elif isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Div)):
        parts = [value.left, value.right]
        between = "" if isinstance(value.op, ast.Add) else "/"
    elif isinstance(value, ast.Call) and _called(value) in ("join", "Path", "str"):
        parts = value.args
    texts = [_named(part, known, nested + 1) for part in parts]
    # Of what is put together, one reading is enough: parts with several make it unknown.
    if not texts or any(len(each) != 1 for each in texts):
        return ()
    whole = between.join(text for (text,) in texts)
    return (whole,) if len(whole) <= _LONGEST else ()


def _csv(texts: Iterable[str]) -> list[str]:
    """Those that name a CSV under the folder that the program starts in."""
    named = (text.replace("\\", "/") for text in texts if text.lower().endswith(".csv"))
    return [
        posixpath.normpath(text)
        for text in named
        if text.isprintable() and not text.startswith("/") and ":" not in text
        and not posixpath.normpath(text).startswith("..")
    ]  # fmt: skip


def _written(nodes: Sequence[ast.AST], known: _Known) -> tuple[tuple[str, ...], bool, bool]:
    """The CSVs that are named where they are written, whether all are, whether any is written."""
    names: dict[str, None] = {}
    all_named, writes, by_row = True, False, False
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "csv":
            by_row = by_row or any(alias.name.endswith("riter") for alias in node.names)
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        by_row = by_row or (
            isinstance(function, ast.Attribute)
            and function.attr in ("writer", "DictWriter")
            and isinstance(function.value, ast.Name)
            and function.value.id == "csv"
        )
        for target, surely in _targets(node):
            found = _csv(_named(target, known))
            writes = writes or surely or bool(found)
            all_named = all_named and (bool(found) or not surely)
            names.update(dict.fromkeys(found))
    if by_row and not names:
        all_named = False
    return tuple(names), all_named, writes or by_row


def _targets(call: ast.Call) -> Iterator[tuple[Optional[ast.expr], bool]]:
    """What the call writes to, and whether that is surely a CSV."""
    called, first = _called(call), call.args[0] if call.args else None
    if called in ("to_csv", "write_csv"):
        yield first if first is not None else _keyword(call, "path_or_buf"), True
    elif called == "savetxt":
        yield first, False
    elif called == "write_text" and isinstance(call.func, ast.Attribute):
        yield call.func.value, False
    elif called == "open":
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id in _OPENERS:
            owner = None
        place = 1 if owner is None else 0
        mode = call.args[place] if len(call.args) > place else _keyword(call, "mode")
        if isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax"):
            yield first if owner is None else owner, False
