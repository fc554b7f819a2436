"""What tokens are compared: what may be changed is gone, and what can't be read loses nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.integrity.code.arrays import code_lines, packed, unpacked
from grader.integrity.code.lexing import statements
from grader.integrity.code.normal import normal_tokens


def words(text: str, **files: str) -> list[str]:
    """The tokens of `main.py` as they are compared, beside other files."""
    read = {"main.py": tuple(statements(text))}
    read.update({f"{name}.py": tuple(statements(other)) for name, other in files.items()})
    return [token for token, _ in normal_tokens(read)["main.py"]]


SAME = {
    "names": ("total = load(path)", "zz = load(path)"),
    "parameters": ("def cut(m, share=1):\n  m.go(share)", "def f(q, amount=1):\n  q.go(amount)"),
    "keywords of own functions": ("def f(a):\n  b(a)\nf(a=1)", "def g(z):\n  b(z)\ng(z=1)"),
    "comments": ("x = f(y)  # why\n", "x = f(y)\n# other\n"),
    "docstrings": ('def f():\n    """Says."""\n    go(1)', "def f():\n    go(1)"),
    "strings that are comments": ("'''old = 1'''\ngo(1)", "go(1)"),
    "literals": ("x = go(1, 'a')", "x = go(2.5e-3, f'{b}', None)"),
    "long tables": ("x = [1, 2, -3, 4]", "x = [7]"),
    "quotes": ("go('a')", 'go("""a""")'),
    "line breaks": ("go(a,\n   b,\n)", "go(a, b)"),
    "continued lines": ("x = a + \\\n  b", "x = a + b"),
    "brackets around": ("x = (a + b)", "x = a + b"),
    "semicolons": ("go(a); run(b)", "go(a)\nrun(b)"),
    "indents": ("if a:\n\tgo(b)", "if a:\n  go(b)"),
    "types": ("def f(a: int = 1) -> Dict[str, int]:\n  x: int = a", "def f(a=1):\n  x = a"),
    "aliases": ("import torch.nn as nn\nnn.Linear(3)", "from torch import nn as t\nt.Linear(3)"),
    "imported with the module": (
        "import numpy as np\nnp.mean(a)",
        "from numpy import mean\nmean(a)",
    ),
    "a class around": (
        "def go(a):\n  b(a)\ngo(1)",
        "class C:\n def go(self, a):\n  b(a)\nself.go(1)",
    ),
    "main": ("go(1)", "if __name__ == '__main__':\n    go(1)"),
    "Python 2's print": ("print 'a', b", "print('a', b)"),
    "magics of an export": ("get_ipython().system('ls')\ngo(1)", "go(1)"),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second"), SAME.values(), ids=SAME)
def test_what_may_be_changed_is_gone(first: str, second: str) -> None:
    assert words(first) == words(second)
    assert words(first)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("model.save_pretrained(x)", [".save_pretrained"]),
        ("go(amount=x)", ["go", "amount"]),
        ("from torch import relu\nrelu(x)", ["relu"]),
        ("from transformers import T5\nT5.from_pretrained(x)", ["T5", ".from_pretrained"]),
        ("for x in y:\n    z(x)", ["for", "in", "y", "z"]),
        ("x @ y", ["@"]),
    ],
)  # fmt: skip
def test_what_a_program_does_stays(text: str, kept: list[str]) -> None:
    found = words(text)
    assert [word for word in found if word in kept] == kept


@pytest.mark.parametrize(
    "broken",
    [
        "amount = ____\n", "print 'old'\n", "x = (1,\n", "x = 'never closed\n", "'''never closed\n",
        "def f(:\n", "x = = 3\n", "else:\n", "?\n", "$ % &\n", "   indented\n  oddly\n",
        "<<<<<<< HEAD\n",
    ],
)  # fmt: skip
def test_a_broken_line_does_not_lose_the_file(broken: str) -> None:
    rest = "import torch\ndef f(a):\n    torch.save(a.state_dict(), 'x')\nreturn_it = f(b)\n"
    assert words(broken + rest)[-len(words(rest)) :] == words(rest)


def test_names_are_those_of_all_files_together() -> None:
    whole = "def go(a):\n  b.run(a)\nx = go(c)"
    parts = words("from rest import go as g\nx = g(c)", rest="def go(a):\n  b.run(a)")
    assert parts == words(whole)[-len(parts) :]
    star = words("from rest import *\nx = torch.save(c)", rest="import torch")
    assert star == words("import torch\nx = torch.save(c)")


@given(st.text(alphabet="ab1 \n\t\"'\\#()[]{}:;,.=%!@-\r\0é\ud800", max_size=200))
def test_any_text_gives_tokens(text: str) -> None:
    found = {"a.py": tuple(statements(text))}
    tokens = normal_tokens(found)
    assert all(1 <= line <= text.count("\n") + 1 for _, line in tokens["a.py"])
    arrays = packed({"a.py": text}, tokens)
    assert len(unpacked(arrays).codes) == len(tokens["a.py"])
    assert "\n".join(code_lines(arrays)["a.py"]) == text


def test_bytes_are_the_same_in_every_process() -> None:
    code = (
        "from tests.integrity_sets.code.works import honest, work;"
        "import hashlib; print(hashlib.sha256(work('a', honest()['bram']).arrays).hexdigest())"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(shown) == 1


def test_arrays_of_another_version_are_refused() -> None:
    import zlib

    with pytest.raises(ValueError, match="version 0"):
        unpacked(zlib.compress(b'{"version": 0, "files": []}\n'))
    assert code_lines(b"") == {}
    assert unpacked(b"").paths == ()
