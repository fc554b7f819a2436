"""Which files are read, and how: notebooks, encodings, bounds, and what is no code at all."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.code.arrays import code_lines, unpacked
from grader.integrity.code.compare import compare_code
from grader.integrity.code.extract import MAX_TOKENS, code_traits
from grader.integrity.records import CodeTraits, Work
from grader.rerun.package_code import MAX_PROGRAMS
from tests.integrity_sets.code.works import honest, notebook, work, write
from validators.rules.inspecting import CodeRules

CODE = "import torch\nx = torch.load('a')\nx.go(1)\n"


def traits_of(folder: Path, **files: bytes) -> tuple[CodeTraits, bytes]:
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return code_traits(folder, [name.replace("_", ".") for name in files])


def cells(*sources: Any) -> bytes:
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": source} for source in sources]}
    ).encode()


def test_a_notebook_equals_its_script_exactly(tmp_path: Path) -> None:
    for name, project in honest().items():
        script = {"a.py": "".join(project.values())}
        both = work(name, script), work(name, {"a.ipynb": script["a.py"]})
        codes = [unpacked(each.arrays).codes.tolist() for each in both]
        assert codes[0] == codes[1]
        assert codes[0]


@pytest.mark.parametrize(
    ("sources", "same"),
    [
        (["%%time\n" + CODE], True),
        ([CODE, "%%bash\nls\npip install x\n"], True),
        (["!pip install x\n" + CODE, "%matplotlib inline"], True),
        ([CODE.splitlines(keepends=True)], True),
        (["%%writefile run.py\n" + CODE], True),
        (["%%writefile run.txt\n" + CODE], False),
        ([CODE, 7, {"a": 1}, None, [1, None]], True),
    ],
)
def test_magics_and_odd_cells(tmp_path: Path, sources: list[Any], same: bool) -> None:
    _, script = traits_of(tmp_path, a_py=CODE.encode())
    found, book = traits_of(tmp_path, a_ipynb=cells(*sources))
    assert not found.unread
    equal = unpacked(script).codes.tolist() == unpacked(book).codes.tolist()
    assert equal is same


def test_lines_of_a_notebook_are_those_of_its_joined_cells(tmp_path: Path) -> None:
    _, arrays = traits_of(tmp_path, a_ipynb=cells("\n%%time\nx.go(1)", "!ls\ny.run(2)"))
    lines = code_lines(arrays)["a.ipynb"]
    assert lines == ("# In [1]:", "", "%%time", "x.go(1)", "# In [2]:", "!ls", "y.run(2)")
    shown = [lines[line - 1] for line in unpacked(arrays).lines.tolist()]
    assert set(shown) == {"x.go(1)", "y.run(2)"}


@pytest.mark.parametrize(
    "data",
    [
        CODE.encode("utf-16"), CODE.encode("utf-16-le"), CODE.encode("utf-32"),
        CODE.encode("utf-8-sig"), CODE.replace("\n", "\r\n").encode(),
        CODE.replace("\n", "\r").encode(),
        b"# \xe9t\xe9 without a word of the encoding\n" + CODE.encode(),
        b"# coding: no-such\n" + CODE.encode(), b"# coding: rot13\n" + CODE.encode(),
        "# coding: big5\n# 模型\n".encode("big5") + CODE.encode(), CODE.encode() + b"\0\0\n",
    ],
)  # fmt: skip
def test_encodings_and_line_ends(tmp_path: Path, data: bytes) -> None:
    expected, _ = traits_of(tmp_path, a_py=CODE.encode())
    found, _ = traits_of(tmp_path, b_py=data)
    assert found.tokens == expected.tokens > 5
    assert not found.unread


@pytest.mark.parametrize(
    "path",
    [".git/a.py", "venv/lib/a.py", "lib/site-packages/x/a.py", "__pycache__/a.py", "a.pyc", "a.txt",
     ".ipynb_checkpoints/a.ipynb", "src/.hidden/a.py", "myenv/lib/python3.9/a.py"],
)  # fmt: skip
def test_what_nobody_wrote_is_not_read(tmp_path: Path, path: str) -> None:
    write({"own.py": CODE, path: CODE}, tmp_path)
    found, _ = code_traits(tmp_path, ["own.py", path])
    assert found.files == ("own.py",)
    assert not found.unread


def hostile() -> dict[str, bytes]:
    draw = random.Random(0)
    return {
        "line of 10 MB": b"x = 1; " * 1_500_000,
        "long line": b"x = f(1); " * 15_000,
        "brackets": b"([{" * 30_000,
        "functions": b"".join(b"def f%d(): pass\n" % number for number in range(100_000)),
        "small functions": b"".join(b"def f%d(a): a.b%d\n" % (n, n) for n in range(6_000)),
        "binary": bytes(draw.randrange(256) for _ in range(50_000)),
        "NULs": b"\0" * 500_000,
        "spaces": b"    " * 100_000,
        "quotes": b'"""\\' * 50_000,
        "open strings": b"'\\" * 200_000,
        "dots": b"a." * 60_000,
        "assignments": b"a=" * 60_000,
        "lambdas": b"lambda x: " * 20_000,
        "imports": b"import x as y," * 10_000,
        "lone surrogate": "x = '\ud800'".encode("utf-8", "surrogatepass"),
    }


@pytest.mark.parametrize("name", sorted(hostile()))
def test_hostile_scripts_stay_within_bounds(tmp_path: Path, name: str) -> None:
    found, arrays = traits_of(tmp_path, a_py=hostile()[name])
    assert found.tokens <= MAX_TOKENS
    assert len(arrays) < 2 << 20
    assert found.files or found.unread
    works = [Work(each, found, arrays) for each in ("one", "two")]
    compare_code(works, [], CodeRules())


@pytest.mark.parametrize("cell", [" " * 200_000, "%%time\n" + " " * 200_000, "%" * 100_000])
def test_hostile_cells_take_no_long_time(tmp_path: Path, cell: str) -> None:
    """A pattern that takes the square of the time would need minutes for each."""
    found, _ = traits_of(tmp_path, a_ipynb=cells(cell))
    assert found.files == ("a.ipynb",)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[" * 100_000, b"null", b'{"cells": 3}', b'{"cells": [', b"\xff\xfe",
     b'{"cells": [' + b"1," * 2_100_000 + b"1]}"],
)  # fmt: skip
def test_what_is_no_notebook_is_told(tmp_path: Path, data: bytes) -> None:
    found, _ = traits_of(tmp_path, a_ipynb=data)
    assert [path for path, _ in found.unread] == ["a.ipynb"]
    assert not found.files


@given(st.binary(max_size=300), st.sampled_from(["a.py", "a.ipynb"]))
@settings(deadline=None, max_examples=60)
def test_any_bytes_give_traits(data: bytes, path: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / path).write_bytes(data)
        found, arrays = code_traits(Path(folder), [path])
    assert len(unpacked(arrays).codes) == found.tokens
    assert {*found.files, *(path for path, _ in found.unread)} == {path}


def test_missing_files_links_and_too_many(tmp_path: Path) -> None:
    write({f"a{number:03}.py": CODE for number in range(MAX_PROGRAMS + 5)}, tmp_path)
    (tmp_path / "link.py").symlink_to(tmp_path / "a000.py")
    paths = [f"a{number:03}.py" for number in range(MAX_PROGRAMS + 5)]
    found, _ = code_traits(tmp_path, ["link.py", "gone.py", "../up.py", "a\0.py"])
    assert not found.files
    assert {path for path, _ in found.unread} >= {"link.py", "gone.py", "a\0.py"}
    found, _ = code_traits(tmp_path, paths)
    assert len(found.files) == MAX_PROGRAMS
    assert [why for _, why in found.unread] == ["it and 4 more come after 300 files"]


def test_a_written_notebook_is_read(tmp_path: Path) -> None:
    found, _ = traits_of(tmp_path, a_ipynb=notebook("# %%\n" + CODE).encode())
    assert found.tokens
