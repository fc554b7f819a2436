"""Rows come in their order, and a row that can't be used is told with its line."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from compress.bills import Bill, BillsError, load_bills, read_bills, split_validation

ROWS = tuple(Bill(f"text {number}", f"summary {number}") for number in range(5))


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "a", "summary": "b"}\n{"text": "c", "summary": "d"}\n',
        '\ufeff{"text": "a", "summary": "b"}\r\n\r\n{"title": 1, "text": "c", "summary": "d"}',
    ],
)
def test_a_folder_is_read_row_by_row(text: str, tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_bytes(text.encode())
    assert load_bills(str(tmp_path), "train") == (Bill("a", "b"), Bill("c", "d"))


def test_a_separator_inside_a_text_ends_no_row(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text('{"text": "a\u2028b\u0085c"}\n', "utf-8")
    assert load_bills(str(tmp_path), "test") == (Bill("a\u2028b\u0085c", ""),)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"text": "a"}\n{"summary": "b"}\n', 'rows.jsonl:2: has no "text"'),
        (b'{"text": 3}\n', 'rows.jsonl:1: has no "text"'),
        (b'["text"]\n', 'rows.jsonl:1: has no "text"'),
        (b'{"text": "a", "summary": null}\n', 'rows.jsonl:1: "summary" is None'),
        (b'{"text": "a"}\n\n{"text": \n', "rows.jsonl:3: is no JSON"),
        (b'{"text": "\xff"}\n', "is not UTF-8"),
        (b"\n", "has no rows"),
    ],
)
def test_a_row_that_is_no_bill_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(content)
    with pytest.raises(BillsError) as trouble:
        read_bills(tmp_path / "rows.jsonl")
    assert told in str(trouble.value)


def test_a_split_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BillsError, match=r"train\.jsonl: can't be read \(No such file"):
        load_bills(str(tmp_path), "train")


def test_a_name_needs_the_package_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(BillsError, match=r'"billsum" is no folder.*pip install datasets'):
        load_bills("billsum", "train")


def test_a_name_is_asked_for_at_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    hub: Any = ModuleType("datasets")
    asked = []

    def load_dataset(name: str, split: str) -> list[dict[str, str]]:
        asked.append((name, split))
        return [{"text": "a", "summary": "b", "title": "c"}, {"text": "d", "summary": ""}]

    hub.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", hub)
    assert load_bills("billsum", "test") == (Bill("a", "b"), Bill("d", ""))
    assert asked == [("billsum", "test")]
    hub.load_dataset = lambda name, split: [{"body": "a"}]
    with pytest.raises(BillsError, match='billsum, test, row 0: has no "text"'):
        load_bills("billsum", "test")


@pytest.mark.parametrize("trouble", [ConnectionError("Couldn't reach it\nmore"), ValueError("no")])
def test_a_hub_that_gives_nothing_is_told_in_a_line(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub: Any = ModuleType("datasets")

    def load_dataset(name: str, split: str) -> None:
        raise trouble

    hub.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", hub)
    with pytest.raises(BillsError, match=r"no folder here.*Name a folder with test\.jsonl") as told:
        load_bills("billsum", "test")
    assert "\n" not in str(told.value)


def test_validation_rows_are_the_last_ones() -> None:
    assert split_validation(ROWS, 2) == (ROWS[:3], ROWS[3:])
    assert split_validation(ROWS, 0) == (ROWS, ())


@pytest.mark.parametrize("rows", [-1, 5, 6])
def test_some_rows_must_be_left_to_train_on(rows: int) -> None:
    with pytest.raises(BillsError, match=f"validation_rows is {rows}, and there are 5"):
        split_validation(ROWS, rows)
