"""What is read of code: names are followed as far as that is simple, and no further."""

# Tables of one case a line are read best as tables.
# ruff: noqa: E501

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.data.observe import observations
from tests.grader.integrity.data.reading import observed

LOAD = "from datasets import load_dataset\n"


def names(source: str, what: str) -> list[str]:
    return [each.name for each in observed({"a.py": source}) if each.what == what]


@pytest.mark.parametrize(
    ("source", "what", "expected"),
    [
        ('load_dataset("billsum")', "dataset", ["billsum"]),
        ('a = b = "bill" + "sum"\nload_dataset(a)', "dataset", ["billsum"]),
        ('load_dataset({"x": "billsum"}["x"])', "dataset", ["billsum"]),
        ("import sys\nload_dataset(sys.argv[1])", "dataset", ["?"]),
        ('load_dataset("billsum", split="train+test[:5%]")', "split",
         ["data billsum/test[:5%]", "data billsum/train"]),
        ('# load_dataset("x")\n"load_dataset(\'y\')"', "dataset", []),
        ('import pandas as pd\npd.read_csv("a/b.csv")', "file", ["a/b.csv"]),
        ('from pathlib import Path\nopen(Path("a") / "b.txt").read()', "file", ["a/b.txt"]),
        ('import os\nopen(os.path.join("a", "b.json"))', "file", ["a/b.json"]),
        ('import pandas as pd\npd.read_csv("https://example.org/x.csv")', "url",
         ["https://example.org/x.csv"]),
        ('import requests as r\nr.get("https://example.org")', "download", ["https://example.org"]),
        ('import os\nos.system("wget https://example.org/x")', "download", ["https://example.org/x"]),
        ('import subprocess\nsubprocess.run(["curl", "https://example.org/x"])', "download",
         ["https://example.org/x"]),
        ('from huggingface_hub import snapshot_download\nsnapshot_download("a/b")', "download",
         ["a/b"]),
        ('from transformers import T5Tokenizer as T\nT.from_pretrained("t5-small")', "tokenizer",
         ["t5-small"]),
        ('from transformers import AutoConfig as C\nC.from_pretrained("t5-small")', "configuration",
         ["t5-small"]),
        ('import transformers\ntransformers.GenerationConfig.from_pretrained("./m")',
         "configuration", ["./m"]),
        ('import transformers\ntransformers.AutoModel.from_pretrained(f"r/c-{5}")', "model",
         ["r/c-5"]),
        ('import torch\ntorch.load("pruned_model/w.pth")', "file", ["pruned_model/w.pth"]),
    ],
)  # fmt: skip
def test_what_is_loaded(source: str, what: str, expected: list[str]) -> None:
    assert names(LOAD + source, what) == expected


def test_a_place_is_a_line_with_those_around_it() -> None:
    (seen,) = [
        each for each in observed({"p/a.py": f"x = 1\n{LOAD}\n\tload_dataset('b')\ny = 2"})
        if each.what == "dataset"
    ] or [None]  # fmt: skip
    assert seen is None  # the line is indented where nothing may be: it is left out
    (seen,) = [
        each for each in observed({"p/a.py": f"x = 1\n{LOAD}\nload_dataset('b')\ny = 2"})
        if each.what == "dataset"
    ]  # fmt: skip
    assert str(seen.place) == "p/a.py:4"
    assert seen.lines == ((2, LOAD.strip()), (3, ""), (4, "load_dataset('b')"), (5, "y = 2"))


def test_a_notebook_is_told_by_cell_and_line() -> None:
    cells = ("", "%%time\n" + LOAD + 'load_dataset("one")', "!wget https://example.org/a -O b.csv",
             "%%bash\ncd /tmp\ncurl -o c https://example.org/c", 'x = 1\nload_dataset("two")')  # fmt: skip
    seen = {each.name: str(each.place) for each in observed({"n.ipynb": cells})}
    assert seen == {
        "one": "n.ipynb, cell 1:3",
        "https://example.org/a": "n.ipynb, cell 2:1",
        "https://example.org/c": "n.ipynb, cell 3:3",
        "two": "n.ipynb, cell 4:2",
    }


def test_cells_are_in_their_order_beyond_nine() -> None:
    cells = tuple(f'{LOAD}load_dataset("d{n}")' for n in range(12))
    assert [each.name for each in observed({"n.ipynb": cells})] == [f"d{n}" for n in range(12)]


def test_a_name_in_a_shell_command_is_filled_in() -> None:
    cells = ('url = "https://example.org/z"', "!wget {url} -O $url")
    assert [each.name for each in observed({"n.ipynb": cells})] == ["https://example.org/z"]


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    files = {"b.py": LOAD + 'load_dataset("x")', "a.py": LOAD + 'load_dataset("y")'}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert observations(tmp_path, ["a.py", "b.py"]) == observations(tmp_path, ["b.py", "a.py"])


def test_other_peoples_code_is_left_out() -> None:
    text = LOAD + 'load_dataset("x")'
    folders = ("venv/lib", ".ipynb_checkpoints", "a/site-packages/b", "__pycache__")
    assert observed({f"{folder}/a.py": text for folder in folders}) == ()


HOSTILE: dict[str, bytes] = {
    "a line of ten megabytes": b"x = '" + b"a" * 10_000_000 + b"'",
    "a line of half a megabyte": b"x = '" + b"a" * 400_000 + b"'",
    "brackets": b"(" * 100_000,
    "deep brackets": b"x = " + b"[" * 90 + b"]" * 90,
    "a long sum": b"x = " + b"+".join([b"load_dataset('a')"] * 3000),
    "NUL": b"x = 1\0",
    "UTF-16": "load_dataset('x')".encode("utf-16"),
    "no text": bytes(range(256)) * 100,
    "many functions": b"".join(b"def f%d(): pass\n" % n for n in range(20_000)),
    "calls without an end": b"".join(
        b"def f%d(x): return f%d(f%d(x))\n" % (n, n + 1, n + 1) for n in range(300)
    ) + b"f0(load_dataset('billsum'))\n",
    "itself": b"import a\nfrom a import *\na.f()\ndef f(): return f()\nf()\n",
    "loops": b"for a in b:\n for c in d:\n  for e in f:\n   for g in h:\n    x = [x, x, x, x]\n" * 200,
    "a list of itself": b"x = []\nx.append(x)\nx[0] = x\ny = {0: x}\ny[1] = y\nfor i in y: x += [y]\n",
    "surrogates": b"load_dataset('\\ud800')\nopen('\\udfff\\x1b[2J')\n",
    "a huge integer": b"x = " + b"9" * 5000 + b"\ny = -x\nopen(str(x))\n",
    "an object's own path": b"class A:\n def __init__(s): s.s = s\nA().s.s.s.train()\n",
    "strange calls": b"f(*a, **b)(*c)[d](e)(lambda: f)\nsuper().x()\n().train()\n''.join()\nzip()()\n",
    "a super of nobody": b"class A(B):\n def f(self): return super().f()\nA().f()\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_is_told_or_read_and_never_raises(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(HOSTILE[name])
    seen = observations(tmp_path, ["a.py"])
    assert len(seen) <= 400
    for each in seen:
        text = json.dumps([each.name, each.says, each.lines, str(each.place)])
        assert text.encode("utf-8")
        assert all(line.isprintable() for _, line in each.lines)
        assert all(len(line) <= 1000 for _, line in each.lines)
    if name in ("a line of ten megabytes", "brackets", "NUL", "UTF-16", "no text"):
        assert [each.says.partition(":")[0] for each in seen] == ["is not read"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"cells": 3}', '{"cells": [3, {"cell_type": "code", "source": [1, null]}]}',
     '{"cells": [{"cell_type": "code", "source": {"a": 1}}]}', "[" * 100_000],
)  # fmt: skip
def test_no_notebook(text: str, tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    assert all(each.says.startswith("is not read") for each in observations(tmp_path, ["n.ipynb"]))


def test_a_link_out_of_the_package_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text('load_dataset("secret")', encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.py").symlink_to(tmp_path / "secret.py")
    (seen,) = observations(tmp_path / "in", ["a.py"])
    assert seen.says.startswith("is not read")


WORDS = st.sampled_from(
    [*"()[]{}:=,.*+-@", "\n", "\n  ", " ", "if ", "else", "for ", "in ", "def f", "class A", "x", "y",
     "load_dataset", '"billsum"', '"test"', "train", "self", "lambda ", "yield ", "return ", "None",
     "from datasets import load_dataset\n", "try:\n  ", "except:\n  ", "with ", "as ", "import a",
     "Trainer(train_dataset=", ".train()", ".map(", ".append(", "await ", "global ", "**", "f'{x}'"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=40).map("".join))
def test_nothing_that_is_typed_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("typed")
    (folder / "a.py").write_text(text, encoding="utf-8")
    first = observations(folder, ["a.py"])
    assert first == observations(folder, ["a.py"])
