"""The assets folder: what is found there, and what the TA is told to mend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rerun import assets as module
from grader.rerun.assets import AssetsError, last_part, read_assets, read_bills, released
from grader.rerun.records import Bill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, files in (("t5-small", ("config.json",)), ("base", ("model.safetensors",))):
        (tmp_path / "models" / name).mkdir(parents=True)
        for file in files:
            (tmp_path / "models" / name / file).write_text("{}", encoding="utf-8")
    (tmp_path / "datasets" / "billsum").mkdir(parents=True)
    (tmp_path / "datasets" / "billsum" / "test.jsonl").write_text('{"text": "a"}\n')
    (tmp_path / "datasets" / "billsum" / "train.csv").write_text("text,summary\na,b\n")
    (tmp_path / "datasets" / "billsum" / "README.md").write_text("no data")
    return tmp_path


def test_what_lies_there_is_found_in_the_order_of_names(folder: Path) -> None:
    (folder / "hub").mkdir()
    (folder / "models" / ".DS_Store").write_text("")
    found = read_assets(folder)
    assert [(each.name, each.weights) for each in found.models] == [
        ("base", True), ("t5-small", False),
    ]  # fmt: skip
    assert [(each.dataset, each.name, each.file.name) for each in found.splits] == [
        ("billsum", "test", "test.jsonl"), ("billsum", "train", "train.csv"),
    ]  # fmt: skip
    assert found.hub == folder / "hub"
    assert found.split("FiscalNote/billsum", "test").file.name == "test.jsonl"
    assert released(found, "./base/").name == "base"
    assert read_bills(found.split("billsum", "train").file) == (Bill("a", "b"),)


def _both(folder: Path) -> None:
    (folder / "datasets" / "billsum" / "test.csv").write_text("text\na\n")


def _alike(folder: Path) -> None:
    (folder / "models" / "T5-Small").mkdir()
    (folder / "models" / "T5-Small" / "config.json").write_text("{}")


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (lambda at: at.rename(at.parent / "gone"), "there is no such folder"),
    "two files of one split": (_both, "test.csv and test.jsonl; expected one"),
    "names too alike": (_alike, "too alike"),
    "an empty model": (lambda at: (at / "models" / "new").mkdir(), "is empty"),
    "no data": (lambda at: (at / "datasets" / "new").mkdir(), "holds no data"),
    "a name that steers a terminal": (
        lambda at: (at / "models" / "a\x1bb").mkdir(), "\\x1b"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_must_be_mended_is_said(case: str, folder: Path) -> None:
    break_it, said = BROKEN[case]
    break_it(folder)
    with pytest.raises(AssetsError) as refused:
        read_assets(folder)
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_an_empty_folder_is_no_assets(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match="holds no models"):
        read_assets(tmp_path)


def test_a_released_model_must_be_there_with_its_weights(folder: Path) -> None:
    found = read_assets(folder)
    with pytest.raises(AssetsError, match="no such model; there are: base, t5-small"):
        released(found, "t5small_TextSummarization")
    with pytest.raises(AssetsError, match=r"Put model\.safetensors there"):
        released(found, "google-t5/t5-small")
    with pytest.raises(AssetsError, match="there is no such file"):
        found.split("billsum", "validation")


LINES = {
    "no json": (b'{"text": "a"}\n{text}\n', ":2: is no JSON object"),
    "no utf-8": (b'{"text": "\xff"}\n', ":1: is no JSON object"),
    "a list": (b'\n["a"]\n', ":2: expected a JSON object"),
    "deep": (b'{"text": "a"}\n' + b"[" * 200_000 + b"\n", ":2: "),
    "no text": (b'{"summary": "a"}\n', ":1: text is no text"),
    "a number": (b'{"text": "a", "summary": 3}\n', ":1: summary is no text"),
    "half a character": (b'{"text": "\\ud800"}\n', "half a character"),
    "empty": (b"\n\n", "has no rows"),
}
CELLS = {
    "no column": (b"id,body\n1,a\n", ":1: has no column text; found: id, body"),
    "too few cells": (b"text,summary\na,b\nc\n", ":3: has 1 cells; expected 2"),
    "no utf-8": (b"text\n\xff\n", ":2: is not UTF-8"),
    "after a long row": (b'text,title\n"a\nb",t\nc\n', ":4: has 1 cells"),
    "empty": (b"", ":1: has no column"),
}


ROWS = {**{(".jsonl", name): row for name, row in LINES.items()},
        **{(".csv", name): row for name, row in CELLS.items()}}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_a_bad_row_is_named_by_its_line(case: tuple[str, str], tmp_path: Path) -> None:
    (suffix, _), (data, said) = case, ROWS[case]
    path = tmp_path / f"test{suffix}"
    path.write_bytes(data)
    with pytest.raises(AssetsError) as refused:
        read_bills(path)
    assert said in str(refused.value)


def test_a_line_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 50)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "a" * 60}))
    (tmp_path / "a.csv").write_text("text\n" + "a" * 60 + "\n")
    with pytest.raises(AssetsError, match=":1: is over 50 bytes"):
        read_bills(tmp_path / "a.jsonl")
    with pytest.raises(AssetsError, match="is no CSV row"):
        read_bills(tmp_path / "a.csv")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match="can't be read"):
        read_bills(tmp_path / "none.jsonl")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Bill, texts, texts, texts), min_size=1, max_size=5))
def test_any_text_is_read_back(tmp_path_factory: pytest.TempPathFactory, bills: list[Bill]) -> None:
    path = tmp_path_factory.mktemp("bills") / "a.jsonl"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for bill in bills:
            row = {"text": bill.text, "summary": bill.summary, "title": bill.title}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    assert list(read_bills(path)) == bills


@pytest.mark.parametrize(("name", "last"), [
    ("google-t5/t5-small", "t5-small"), ("./t5-small/", "t5-small"), ("t5-small", "t5-small"),
    ("C:\\Users\\me\\pruned_model\\", "pruned_model"), ("/", ""), ("", ""), ("./", ""),
])  # fmt: skip
def test_names_are_known_by_their_last_part(name: str, last: str) -> None:
    assert last_part(name) == last
