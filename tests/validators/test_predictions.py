"""Reading a predictions CSV: its lines, its limits, and files that are no files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Optional

import pytest

from grader.demo.sample import predictions_text
from validators.findings import Code, Place
from validators.predictions import (
    codes,
    looks_like_predictions,
    read_ids,
    read_predictions,
    section,
)
from validators.predictions.checks import SHAPE_TIERS
from validators.predictions.decoding import wide_encoding
from validators.predictions.ids import IdSet
from validators.predictions.scanning import line_ends, scan
from validators.predictions.table import Predictions
from validators.rules import Rules, RulesError, load_preset
from validators.rules.records import IdList, IdRange
from validators.running import promise_of


def rules_for(count: int) -> Rules:
    rules = load_preset("hw4")
    ids = rules.predictions.model_copy(update={"ids": IdRange(first=0, count=count)})
    return rules.model_copy(update={"predictions": ids})


def read(folder: Path, data: bytes, count: int = 2) -> Predictions:
    path = folder / "predictions.csv"
    path.write_bytes(data)
    return read_predictions(path, "predictions.csv", rules_for(count))


def test_a_valid_file_has_no_finding_and_is_told_in_numbers(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text(predictions_text(12), encoding="utf-8")
    found = section(path, "predictions.csv", rules_for(12))
    assert (found.name, found.subject) == ("csv", "predictions.csv")
    assert not found.findings
    assert not found.unchecked
    assert found.facts == ("12 rows", "919 bytes", "UTF-8")


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    data = b'ID,Predict\r\n0,"a\r\nb\rc\nd"\r\n\r\n\r1,"\xe2\x80\xa8\x0b\xc2\x85"\r2,x\n3,y'
    ours = read(tmp_path, data, 4)
    assert ours.lines == (2, 8, 9, 10)
    assert ours.texts == ("a\r\nb\rc\nd", "\u2028\x0b\x85", "x", "y")
    assert ours.ids == ("0", "1", "2", "3")
    assert line_ends("a\r\nb\rc\nd\n\r") == 5


def test_columns_are_found_in_any_order(tmp_path: Path) -> None:
    ours = read(tmp_path, b"Predict,ID\nsome text,0\nother text,1\n")
    assert ours.columns == ("Predict", "ID")
    assert (ours.ids, ours.texts) == (("0", "1"), ("some text", "other text"))


def test_every_finding_of_reading_is_told_by_a_check() -> None:
    every = [value for value in vars(codes).values() if isinstance(value, Code)]
    place = Place("x.csv")
    subject = Predictions("x.csv", findings=tuple(code.at(place, "found.") for code in every))
    told = {
        finding.code
        for tier in SHAPE_TIERS
        for check in tier
        for finding in check(subject, rules_for(2))
    }
    # Those about what the rows say are made by the checks themselves, not carried.
    later = {code.name for code in every} - told
    assert {name for name in later if not name.endswith(("-id", "-prediction"))} == {
        "csv.absent", "csv.id-form", "csv.id-spelling", "csv.second-header", "csv.row-order",
        "csv.not-text", "csv.control-character", "csv.quoted-twice",
    }  # fmt: skip


def test_what_could_not_be_checked_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(b"ID;Predict\n0;a\n")
    found = section(path, path.name, rules_for(2))
    assert [finding.code for finding in found.findings] == ["csv.delimiter"]
    assert len(found.unchecked) == len(set(found.unchecked)) == 11


@pytest.mark.parametrize(
    ("text", "encoding", "said", "unsaid"),
    [
        ("ID;Predict\n0;a\n1;b\n", "utf-8", ("semicolons", "sep=','", "In Excel", "list sep"), ()),
        ("ID;Predict\n0;a’\n1;b\n", "cp1252", ("semicolons", "Windows-1252", "list sep"), ()),
        ("ID,Predict\n0,a’\n1,b\n", "cp1252", ("Windows-1252",), ("separated", "list sep")),
        ("ID\tPredict\n0\ta\n1\tb\n", "utf-8", ("tabs", "In Excel"), ("list sep",)),
        ("ID|Predict\n0|a\n1|b\n", "utf-8", ("bars", "sep=','"), ("In Excel",)),
    ],
)
def test_a_wrong_separator_is_told_with_what_to_do_in_excel(
    tmp_path: Path, text: str, encoding: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    (finding,) = read(tmp_path, text.encode(encoding)).findings
    assert [each for each in said if each not in str(finding)] == []
    assert [each for each in unsaid if each in str(finding)] == []


def test_trouble_with_ids_hides_no_trouble_with_texts(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(b"ID,Predict\nx,a\n1,\n")
    found = section(path, path.name, rules_for(2))
    assert [finding.code for finding in found.findings] == [
        "csv.id-form", "csv.empty-prediction",
    ]  # fmt: skip


def test_many_of_a_kind_are_one_finding_with_their_count(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(b"ID,Predict\n" + b"".join(b"%d,a,b\n" % number for number in range(100)))
    (finding,) = section(path, path.name, rules_for(100)).findings
    evidence = dict(finding.evidence)
    assert finding.place.line == 2
    assert evidence["count"] == 100
    assert evidence["lines"] == tuple(range(2, 22))


@pytest.mark.parametrize(
    ("kind", "said"), [("folder", "is a folder"), ("link", "is a link"), ("pipe", "is a pipe")]
)
def test_what_is_no_file_is_neither_read_nor_waited_for(
    tmp_path: Path, kind: str, said: str
) -> None:
    path = tmp_path / "predictions.csv"
    if kind == "folder":
        path.mkdir()
    elif sys.platform == "win32":
        pytest.skip("Windows makes links and pipes only with rights that tests lack")
    elif kind == "link":
        (tmp_path / "target.csv").write_text(predictions_text(2))
        path.symlink_to(tmp_path / "target.csv")
    else:
        os.mkfifo(path)
    (finding,) = section(path, "predictions.csv", rules_for(2)).findings
    assert finding.code == "csv.unreadable"
    assert said in finding.message
    assert not looks_like_predictions(path.rename(tmp_path / "some.csv"), rules_for(2))


def test_a_path_that_cannot_be_is_a_finding(tmp_path: Path) -> None:
    for name in ("a\0b.csv", "a" * 5000 + ".csv"):
        (finding,) = section(tmp_path / name, name, rules_for(2)).findings
        assert finding.code == "csv.unreadable"


def test_no_more_is_read_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    (finding,) = section(path, "predictions.csv", rules_for(2)).findings
    assert finding.code == "csv.too-large"
    assert "1,099,511,627,776 bytes" in finding.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID,Predict\n0,a", True),
        ('\ufeff\n"ID","Predict"\r\n', True),
        ("id;prediction\n", True),
        ("Predict,ID\n", True),
        (",ID,Predict\n", True),
        ("step,loss\n1,2\n", False),
        ("ID,label\n", False),
        ("", False),
        ("\0\0\0\0", False),
        ("x" * 10_000, False),
    ],
)
def test_predictions_are_told_from_other_tables(tmp_path: Path, text: str, expected: bool) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(text.encode())
    assert looks_like_predictions(path, rules_for(2)) is expected
    path.write_bytes(text.encode("utf-16"))
    assert looks_like_predictions(path, rules_for(2)) is expected


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ID,Predict\n3,\n1,x\n", ("3", "1")),
        ('"Label","ID"\n"a","bill-1"\n"b, c","bill-2"\n', ("bill-1", "bill-2")),
        ("ID\n7\n", ("7",)),
    ],
)
def test_ids_of_a_sample_submission(tmp_path: Path, text: str, ids: tuple[str, ...]) -> None:
    path = tmp_path / "sample.csv"
    path.write_text(text)
    assert read_ids(path, "sample.csv", rules_for(2)) == ids
    IdList(values=ids)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "sample.csv: is not there"),
        ("", "sample.csv: 0 bytes"),
        ("id,x\n1,2\n", 'sample.csv:1: no column "ID"'),
        ("ID,x\n", "sample.csv: no row"),
        ("ID,x\n1,2\n1,3\n", 'sample.csv:3: ID "1" repeats line 2'),
        ("ID,x\n1,2,3\n", "sample.csv:2: 3 fields; expected 2"),
        ("ID,x\n,2\n", 'sample.csv:2: "" is no ID'),
        ('ID,x\n1,"2\n', "sample.csv:2: the quoted field"),
    ],
)
def test_a_sample_submission_that_is_no_good(
    tmp_path: Path, text: Optional[str], said: str
) -> None:
    path = tmp_path / "sample.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RulesError, match=said.replace(".", r"\.")):
        read_ids(path, "sample.csv", rules_for(2))


def test_numbers_are_compared_as_numbers_and_names_as_text() -> None:
    wanted = rules_for(2).predictions
    numbers = IdSet.of(wanted.model_copy(update={"ids": IdList(values=("07", "8"))}))
    assert (numbers.keys, numbers.key(" 7 "), numbers.key("x")) == ((7, 8), 7, None)
    names = IdSet.of(wanted.model_copy(update={"ids": IdList(values=("07", "x"))}))
    assert (names.keys, names.key("07"), names.key("7")) == (("07", "x"), "07", "7")


def test_scanning_goes_on_after_its_bounded_repetitions() -> None:
    text = '""' * 5_000
    table = scan(f'ID,Predict\n0,"{text}"\n' + " \n\t\r\n" * 3_000 + "1,x", ",", 100_000)
    assert [record.fields for record in table.records] == [("0", '"' * 5_000), ("1", "x")]
    assert (table.blank, table.records[1].line) == (6_000, 6_003)


@pytest.mark.parametrize(
    "data",
    [
        b" " * 30_000 + b"x",
        b"\n" * 30_000 + b"0,a",
        b" \n" * 400_000 + b"ID,Predict\n0,a\n",
        b"ID,Predict\n" + b" \n" * 400_000 + b"0,a\n",
        b"," * 30_000,
        b'"' * 30_001,
        b"ID,Predict\n" + b'"",""\n' * 30_000,
        b"\xef\xbb\xbf" * 1_000,
    ],
)
def test_more_of_the_same_than_anyone_writes_is_a_finding(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(data)
    assert any(finding.blocks for finding in section(path, path.name, rules_for(2)).findings)


def test_short_files_are_not_taken_for_wide_text() -> None:
    assert wide_encoding(b"") is wide_encoding(b"\0") is wide_encoding(b"ID,Predict") is None


def test_promises_are_sentences() -> None:
    for tier in SHAPE_TIERS:
        for check in tier:
            assert promise_of(check).endswith(".")


@pytest.mark.parametrize("name", ["predictions.csv", "Submission (2).CSV", "my_predict.csv"])
def test_a_file_called_predictions_is_taken_for_them_whatever_it_holds(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    assert looks_like_predictions(path, rules_for(2))
