"""What the layer wrote down is read as a stranger's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rerun import asked as module
from grader.rerun.asked import read_asked
from grader.rerun.records import Asked


def line(**told: object) -> str:
    return json.dumps({"what": "model", "name": "t5-small", "answer": "", "where": "", **told})


def test_equal_ones_are_joined_in_one_order(tmp_path: Path) -> None:
    lines = [line(), line(what="dataset"), line(count=4), line(name="a"), ""]
    for number, order in enumerate((lines, lines[::-1])):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("\n".join(order), encoding="utf-8")
        assert read_asked(path) == (
            Asked("dataset", "t5-small"), Asked("model", "a"), Asked("model", "t5-small", count=5),
        )  # fmt: skip


FORGED = [
    "not json", "[1]", '"text"', "null", "[" * 5000, line(what="verdict"), line(what=["model"]),
    line(name=3), line(count=0), line(count=-5), line(count=True), line(count="3"), line(count=1.5),
    line(name="x" * 9000), "\xff\xfe", "\0\0",
]  # fmt: skip


@pytest.mark.parametrize("text", FORGED)
def test_what_the_layer_never_writes_is_left_out_and_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_bytes(f"{text}\n{line()}\n".encode("latin-1"))
    found = read_asked(path)
    assert found[0] == Asked("model", "t5-small")
    assert found[1:] == (Asked("record", "lines", "not written by the layer, left out"),)


def test_text_is_cleaned_and_cut(tmp_path: Path) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_text(line(name="\x1b[31m\u202e" + "x" * 500, count=10**12), encoding="utf-8")
    (found,) = read_asked(path)
    assert found.name.startswith("\\x1b[31m\\u202exxx")
    assert len(found.name) < 400
    assert found.count == 1_000_000


def test_many_are_cut_with_a_last_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join(line(name=str(n)) for n in range(1005)), encoding="utf-8")
    found = read_asked(path)
    assert len(found) == 1001
    assert found[-1] == Asked("record", "cut", "more than 1,000 different ones", count=5)
    monkeypatch.setattr(module, "MAX_BYTES", 200)
    assert read_asked(path)[-1] == Asked("record", "cut", "only the first 200 bytes were read")


def test_nothing_written_is_said(tmp_path: Path) -> None:
    assert read_asked(tmp_path / "none") == (Asked("record", "none", "nothing was written down"),)
    assert read_asked(tmp_path)[0].what == "record"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("asked") / "asked.jsonl"
    path.write_bytes(data)
    assert all(each.what == "record" for each in read_asked(path))
