"""The predictions file: the course's form to the byte, whatever the model wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.predictions_csv import COLUMNS, plain, write_predictions
from validators import check_submission
from validators.checks import with_ids
from validators.rules import load_rules


def test_the_file_is_what_the_tutorial_writes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "predictions.csv"
    write_predictions(["Amends the Act, as amended.", 'A "bill"\nof two lines', "é ▁ 法"], path)
    assert path.read_bytes().decode("utf-8") == (
        '"ID","Predict"\n"0","Amends the Act. as amended."\n"1","A ""bill"" of two lines"\n'
        '"2","é ▁ 法"\n'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "-"),
        ("   ", "-"),
        ("\n", "-"),
        ("NaN", "- NaN"),
        (" null ", "- null"),
        ("nan.", "nan."),
        (",", "."),
        ("a\x00b\r\nc\x85d\u2028e", "a b  c d e"),
        ("half a letter \ud800", "half a letter  "),
        (" as it is  ", " as it is  "),
    ],
)
def test_a_text_that_a_csv_or_kaggle_would_lose_is_written_another_way(
    text: str, expected: str
) -> None:
    assert plain(text) == expected


@given(st.lists(st.text(st.characters())))
def test_any_texts_come_back_as_one_row_each(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    write_predictions(texts, path)
    data = path.read_bytes().decode("utf-8")
    rows = list(csv.reader(io.StringIO(data, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1:] == [[str(row), plain(text)] for row, text in enumerate(texts)]
    assert data.count("\n") == len(texts) + 1
    assert all(text.strip() for _, text in rows[1:])
    assert "," not in "".join(text for _, text in rows[1:])


def test_pandas_reads_texts_in_every_row(tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "predictions.csv"
    write_predictions(["", "NA", "None", "a", '"', "-nan", "<NA>"], path)
    frame = pd.read_csv(path)
    assert list(frame.columns) == list(COLUMNS)
    assert all(isinstance(text, str) for text in frame["Predict"])
    assert list(frame["ID"]) == list(range(7))


def test_the_courses_checks_have_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    texts = [f'Directs "office" {row}, to act.\x07\n' if row % 5 else "" for row in range(20)]
    write_predictions(texts, path)
    rules = with_ids(load_rules(), tuple(map(str, range(20))))
    report = check_submission(path, rules)
    assert [finding.code for finding in report.findings] == []


def test_what_was_there_stays_when_the_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("before", "utf-8")

    class Failing(list[str]):
        def __iter__(self) -> Iterator[str]:
            yield "one"
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_predictions(Failing(), path)
    assert path.read_text("utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["predictions.csv"]
