"""`reruns.csv`: what it asks, and which answers are obeyed, kept, told or shown as stale."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.csv_files import CsvFileError
from grader.rerun.command_words import shown
from grader.rerun.records import Entry, Unclear
from grader.rerun.reruns_csv import (
    COLUMNS,
    FOUND_BY,
    NO_ANSWERS,
    Answer,
    Answers,
    Case,
    Skip,
    read_answers,
    refuse_wrong,
    write_questions,
)

A = Entry("command", ("python", "a.py"), "src", ("a.csv",), "README, line 1")
B = Entry("notebook", ("my book.ipynb",), "", (), "the one notebook")
FILES = ("src/a.py", "my book.ipynb", "README.md")
OPEN = Case("b.zip", Unclear("2 commands. Which is run?", (A, B)), FILES)
CLEAR = Case("a.zip", A, FILES)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def answered(path: Path, answers: dict[str, str], **changes: str) -> Answers:
    """Fill in the answers as a TA does in a spreadsheet, and read them."""
    rows = table(path)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, **changes, "answer": answers.get(row["submission"], row["answer"])})
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return read_answers(path, "cp950")


def test_it_shows_what_was_found_and_asks_what_was_not(tmp_path: Path) -> None:
    path = tmp_path / "work" / "reruns.csv"
    assert write_questions(path, (CLEAR, OPEN), NO_ANSWERS)
    first, second = table(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
    assert (first["submission"], first["asks"]) == ("b.zip", "2 commands. Which is run?")
    assert first["candidates"] == "1: cd src && python a.py; 2: my book.ipynb"
    assert (second["found"], second["why"]) == ("cd src && python a.py", "README, line 1")
    assert (first["answer"], second["answer"], first["before"]) == ("", "", "")
    before = path.read_bytes()
    assert not write_questions(path, (OPEN, CLEAR), read_answers(path, "cp950"))
    assert path.read_bytes() == before


DECISIONS: tuple[tuple[str, Union[str, Skip]], ...] = (
    ("2", "my book.ipynb"),
    (" 1 ", "cd src && python a.py"),
    ("\uff11", "cd src && python a.py"),
    ("skip", Skip()),
    ("SKIP", Skip()),
    ("python src/a.py --beam 4", "python src/a.py --beam 4"),
    ("cd SRC && python3 a.py", "cd src && python a.py"),
    ("my book.ipynb", "my book.ipynb"),
    ("jupyter nbconvert --execute 'my book.ipynb'", "my book.ipynb"),
    ("python a.py --model {model}", "cd src && python a.py --model {model}"),
)


@pytest.mark.parametrize(("text", "runs"), DECISIONS)
def test_an_answer_is_obeyed_and_kept(tmp_path: Path, text: str, runs: Union[str, Skip]) -> None:
    path = tmp_path / "reruns.csv"
    write_questions(path, (OPEN, CLEAR), NO_ANSWERS)
    answers = answered(path, {"b.zip": text})
    refuse_wrong(answers, (OPEN, CLEAR))
    decided = answers.decided(OPEN)
    if isinstance(runs, str):
        assert isinstance(decided, Entry)
        assert (shown(decided), decided.found_by) == (runs, FOUND_BY)
    else:
        assert decided == runs
    assert answers.decided(CLEAR) is None
    for _ in range(2):
        write_questions(path, (OPEN, CLEAR), answers)
        answers = read_answers(path, "cp950")
        assert answers.decided(OPEN) == decided
    assert table(path)[0]["answer"] == text.strip()


WRONG = (
    ("0", 'no candidate "0"'),
    ("3", 'no candidate "3"'),
    ("9" * 5_000, "no candidate"),
    ("python gone.py", '"gone.py" is not in the submission'),
    ("python ??.py", "CSV UTF-8"),
    ("gone.ipynb", "not in the submission"),
    ("bash run.sh", "not one Python program"),
    ("yes", "not one Python program"),
    ("python src/a.py | tee x", "not one Python program"),
    ("python src/a.py; python src/a.py", "not one Python program"),
    ("python src/a.py --model <model>", "stands for something"),
    ("python src/a.py > x.csv", "only a shell"),
    ("cd gone && python a.py", 'no folder "gone"'),
    ("CUDA_VISIBLE_DEVICES=0 python src/a.py", "would be left out"),
    ("python 'src/a.py", "can't be split"),
)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_bad_answer_is_told_with_its_line_and_not_obeyed(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "reruns.csv"
    write_questions(path, (OPEN, CLEAR), NO_ANSWERS)
    answers = answered(path, {"a.zip": text})
    with pytest.raises(CsvFileError) as caught:
        refuse_wrong(answers, (OPEN, CLEAR))
    assert str(caught.value).startswith("reruns.csv:3: ")
    assert said in str(caught.value)
    assert answers.decided(CLEAR) is None


def test_every_bad_answer_is_told(tmp_path: Path) -> None:
    path = tmp_path / "reruns.csv"
    write_questions(path, (OPEN, CLEAR), NO_ANSWERS)
    answers = answered(path, {"a.zip": "7", "b.zip": "8"})
    with pytest.raises(CsvFileError) as caught:
        refuse_wrong(answers, (OPEN,))
    told = str(caught.value).splitlines()
    assert [line.split(" ")[0] for line in told] == ["reruns.csv:2:", "reruns.csv:3:"]
    assert 'no submission "a.zip"' in told[1]
    with pytest.raises(CsvFileError, match='no candidate "8"'):
        refuse_wrong(answers, (OPEN,), ("a.zip",))


def test_a_stale_answer_is_shown_and_asked_anew(tmp_path: Path) -> None:
    path = tmp_path / "reruns.csv"
    write_questions(path, (OPEN,), NO_ANSWERS)
    answers = answered(path, {"b.zip": "2"})
    changed = replace(OPEN, found=Unclear("Which?", (B, A)))
    for _ in range(2):
        refuse_wrong(answers, (changed,))
        assert answers.decided(changed) is None
        assert answers.outdated(changed) == "2"
        write_questions(path, (changed,), answers)
        (row,) = table(path)
        assert (row["answer"], row["before"]) == ("", "2")
        answers = read_answers(path, "cp950")
    assert isinstance(answered(path, {"b.zip": "1"}).decided(changed), Entry)


def test_a_row_of_the_tas_own_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "reruns.csv"
    path.write_text("submission,answer\na.zip,my book.ipynb\n", encoding="utf-8")
    answers = read_answers(path, "cp950")
    assert answers.decided(CLEAR) == replace(B, found_by=FOUND_BY)
    write_questions(path, (OPEN,), answers)
    assert [row["submission"] for row in table(path)] == ["b.zip", "a.zip"]
    assert read_answers(path, "cp950").decided(CLEAR) == replace(B, found_by=FOUND_BY)


def test_two_answers_to_one_question_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "reruns.csv"
    path.write_text("submission,answer\na.zip,1\na.zip,2\n", encoding="utf-8")
    with pytest.raises(CsvFileError, match=r"reruns.csv:3: .* line 2 already"):
        read_answers(path, "cp950")


@pytest.mark.parametrize("text", ["submission,x\n", "answer\n", ""])
def test_a_table_without_its_columns_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "reruns.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CsvFileError):
        read_answers(path, "cp950")


def test_what_a_spreadsheet_would_execute_is_neutralised(tmp_path: Path) -> None:
    bad = Entry("notebook", ("=cmd().ipynb",), "", (), "@x\x1b[2J\u202e")
    path = tmp_path / "reruns.csv"
    write_questions(path, (Case("-x.zip", bad, ("=cmd().ipynb",)),), NO_ANSWERS)
    text = path.read_text(encoding="utf-8-sig")
    assert "\x1b" not in text
    assert "\u202e" not in text
    cells = [cell for line in text.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@"))]
    assert read_answers(path, "cp950").outdated(Case("-x.zip", bad)) == ""


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_it(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "reruns.csv"
        path.write_bytes(b"submission,answer\n" + data)
        told = "reruns.csv"
        try:
            answers = read_answers(path, "cp950")
            refuse_wrong(answers, (OPEN, CLEAR))
        except CsvFileError as refused:
            told = str(refused)
        else:
            assert {*answers.by_submission} <= {OPEN.submission, CLEAR.submission}
        assert told.startswith("reruns.csv")


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_answer_is_obeyed_or_told(text: str) -> None:
    answers = Answers("reruns.csv", {"b.zip": Answer("b.zip", text, "", 2)}, {})
    told = False
    try:
        refuse_wrong(answers, (OPEN,))
    except CsvFileError:
        told = True
    assert told == (answers.decided(OPEN) is None)
