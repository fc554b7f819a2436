"""What we accept means to us what `pandas.read_csv` makes of it: same rows, same text, same IDs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from validators.predictions import Predictions, read_predictions, section
from validators.predictions.ids import MISSING_WORDS, IdSet
from validators.rules import Rules, load_preset
from validators.rules.records import IdRange

# REPEATS lets one run the same tests for longer: REPEATS=100 pytest tests/.../test_..._parity.py
REPEATS = int(os.environ.get("REPEATS", "1"))
QUICK = settings(
    max_examples=300 * REPEATS, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

PIECES = st.sampled_from([
    "a", "Act of 1992", " ", "  ", "\t", ",", '"', '""', "'", ";", "\n", "\r", "\r\n", "\\", "-",
    "NA", "nan", "None", "null", "True", "false", "1", "7.5", "1e5", "inf", "é", "法", "\ufeff",
    "\u2028", "\x0b", "\x0c", "\x85", "\x1a", "\xa0", "#", "0x1f", ".", "+",
])  # fmt: skip
CELLS = st.lists(PIECES, max_size=4).map("".join)
SPELLINGS = st.sampled_from(
    ["{}", "{}", "{}", "{}", "{}", " {}", "{} ", "0{}", "+{}", "\t{}", "{}.0"]
)
LINE_ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n", "\n \t\n", "\r\r\n", "\n\r", "\n "])
MUTATIONS = [
    b"", b'"', b'""', b",", b"\n", b"\r", b" ", b"\t", b"\r\n", b"\xef\xbb\xbf", b"\xa4\xa4", b"0",
    b"\0", b'\n"', b'",', b'"\n', b';', b"\xe2\x80", b"NA", b".0",
]  # fmt: skip


def field(value: str, quote: bool) -> str:
    return '"' + value.replace('"', '""') + '"' if quote else value


@st.composite
def near_valid(draw: st.DrawFn) -> tuple[int, bytes]:
    """A file that is often valid: odd cells, odd IDs, odd line ends, all in moderation."""
    count = draw(st.integers(1, 5))
    swap, always = draw(st.booleans()), draw(st.booleans())
    rows = [("ID", "Predict")]
    odd_ids = draw(st.booleans())
    for number in draw(st.permutations(range(count))):
        spelling = draw(SPELLINGS) if odd_ids else "{}"
        rows.append((spelling.format(number), draw(CELLS) or "x"))
    ends = LINE_ENDS if draw(st.booleans()) else st.just(draw(st.sampled_from(["\n", "\r\n"])))
    text = draw(st.sampled_from(["", "", "", "\ufeff", "\n", " \n"]))
    for number, row in enumerate(rows):
        cells = [field(cell, always or draw(st.booleans())) for cell in row]
        text += ",".join(reversed(cells) if swap else cells)
        text += draw(ends) if number < count or draw(st.booleans()) else ""
    return count, text.encode()


@st.composite
def mutated(draw: st.DrawFn) -> tuple[int, bytes]:
    """A near-valid file in which some bytes were replaced, put in or taken out."""
    count, data = draw(near_valid())
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 2))
        data = data[:at] + draw(st.sampled_from(MUTATIONS)) + data[at + length :]
    return count, data


def rules_for(count: int) -> Rules:
    rules = load_preset("hw4")
    ids = rules.predictions.model_copy(update={"ids": IdRange(first=0, count=count)})
    return rules.model_copy(update={"predictions": ids})


def check_against_pandas(path: Path, rules: Rules) -> bool:
    """Whether the file is accepted; then pandas must read the same rows, texts and IDs."""
    if any(finding.blocks for finding in section(path, path.name, rules).findings):
        return False
    ours: Predictions = read_predictions(path, path.name, rules)
    frame = pd.read_csv(path)
    ids = IdSet.of(rules.predictions)
    assert frame["Predict"].tolist() == list(ours.texts)
    assert frame["ID"].tolist() == [ids.key(value) for value in ours.ids]
    assert isinstance(frame.index, pd.RangeIndex)
    return True


def check_bytes(count: int, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.csv"
        path.write_bytes(data)
        event("accepted" if check_against_pandas(path, rules_for(count)) else "blocked")


@QUICK
@given(near_valid())
def test_near_valid_files(case: tuple[int, bytes]) -> None:
    check_bytes(*case)


@QUICK
@given(mutated())
def test_mutated_files(case: tuple[int, bytes]) -> None:
    check_bytes(*case)


@QUICK
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_any_text_written_by_a_csv_writer(texts: list[str]) -> None:
    rows = [f"{number},{field(text, True)}" for number, text in enumerate(texts)]
    data = "\n".join(["ID,Predict", *rows]).encode("utf-8", "replace")
    check_bytes(len(texts), data)


@pytest.mark.parametrize(
    ("header", "row", "end"),
    [
        ('"ID","Predict"', '"{0}","{1}"', "\n"),
        ('"ID","Predict"', '"{0}","{1}"', "\r\n"),
        ("ID,Predict", "{0},{1}", "\n"),
        ("ID,Predict", "{0},{1}", "\r"),
        ("ID,Predict", "   {0},{1}", "\n"),
        ("ID,Predict", "{0:07},  {1}  ", "\r\n"),
        ("Predict,ID", '"{1}",{0}', "\n"),
        ('"ID","Predict"', '"{0}","He said ""{1}"", \n twice"', "\n"),
        ("ID,Predict", "{0},{1}", "\n \t \n"),
    ],
)
def test_files_longer_than_a_buffer_of_pandas(
    tmp_path: Path, header: str, row: str, end: str
) -> None:
    # pandas reads 262,144 characters at a time; the rows here cross that limit at all places.
    count = 6_000
    rows = [
        row.format(number, f"Amends Act {number * 977:>{number % 61}}.") for number in range(count)
    ]
    path = tmp_path / "predictions.csv"
    path.write_bytes(end.join([header, *rows]).encode())
    assert path.stat().st_size > 2**18
    assert check_against_pandas(path, rules_for(count))


def test_types_are_found_out_for_each_chunk_of_a_large_file(tmp_path: Path) -> None:
    count = 2**18 + 3
    texts = ["text"] * 2**18 + ["1", "2", "3"]
    path = tmp_path / "predictions.csv"
    path.write_text("ID,Predict\n" + "".join(f"{n},{t}\n" for n, t in enumerate(texts)))
    codes = {finding.code for finding in section(path, path.name, rules_for(count)).findings}
    assert "csv.not-text" in codes


def test_the_words_for_a_missing_value_are_those_of_pandas(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    others = {"Nan", "NONE", "Null", "nil", "-", "n.a.", "N/a", "<na>", " NA", "NA ", "missing"}
    words = sorted((MISSING_WORDS | others) - {""})
    path.write_text("word,end\n" + "".join(f'"{word}",.\n' for word in [*words, ""]))
    missing = pd.read_csv(path)["word"].isna().tolist()
    assert missing == [word in MISSING_WORDS for word in [*words, ""]]
    from pandas._libs.parsers import STR_NA_VALUES

    assert set(STR_NA_VALUES) == MISSING_WORDS
