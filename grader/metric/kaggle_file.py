"""The one file that Kaggle takes, put together from the sources of this package."""

from __future__ import annotations

import ast
from pathlib import Path

# In the order in which they need one another.
MODULES = (
    "porter", "tokens", "bitlcs", "handout", "rouge_text", "union", "rouge", "dialects",
    "alignment", "kaggle",
)  # fmt: skip
_OURS = "grader."
_HEAD = '''"""The metric of the competition, for Kaggle: `score` at the end of this file.

Written by `grade kaggle-metric` from the package `grader.metric`; change that, not this file.
"""
'''


def kaggle_source() -> str:
    """The text of a module with all that `score` needs but pandas and the standard library.

    Annotations stand there as plain Python, not as lazy text, because Kaggle reads those of
    `score`; so every name in an annotation is defined before it.
    """
    imports: dict[str, set[str]] = {}
    bodies: list[str] = []
    for name in MODULES:
        tree, text = _read(name)
        last = 0
        for node in tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                last = node.end_lineno or last
                _gather(node, imports)
        body = "\n".join(text.splitlines()[last:]).strip("\n")
        bodies.append(f"{_comment(tree)}\n\n{body}\n")
    return "\n\n".join([_HEAD + _lines(imports), *bodies])


def _read(name: str) -> tuple[ast.Module, str]:
    text = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    return ast.parse(text), text


def _gather(node: ast.Import | ast.ImportFrom, imports: dict[str, set[str]]) -> None:
    """Note what is imported from where; our own modules are in the file themselves."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            imports.setdefault(f"import {ast.unparse(alias)}", set())
    elif node.module != "__future__" and not (node.module or "").startswith(_OURS):
        names = imports.setdefault(f"from {node.module} import", set())
        names.update(ast.unparse(alias) for alias in node.names)


def _lines(imports: dict[str, set[str]]) -> str:
    lines = sorted(
        f"{start} {', '.join(sorted(names))}".rstrip() for start, names in imports.items()
    )
    # pandas stands apart, as the only one that is not of the standard library.
    lines.sort(key=lambda line: "pandas" in line)
    return "\n".join(lines) + "\n"


def _comment(tree: ast.Module) -> str:
    text = ast.get_docstring(tree) or ""
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())
