"""Streams are kept within a bound and can't steer a terminal."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.records import Stream
from grader.sandbox.streams import Reader, clean
from tests.sandbox.trying import SMALL, tried


def read_in(pieces: list[bytes], bound_bytes: int) -> Stream:
    """What is kept of these pieces."""
    reading, writing = os.pipe()
    reader = Reader(reading, bound_bytes)
    for piece in pieces:
        os.write(writing, piece)
        while reader.read():
            continue
    os.close(writing)
    while reader.open:
        reader.read()
    return reader.stream()


@pytest.mark.parametrize(
    ("given_bytes", "shown"),
    [
        (b"plain\ttext\n", "plain\ttext\n"),
        ("总结 é 😀 עברית\n".encode(), "总结 é 😀 עברית\n"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\x1b]0;title\x07after", "after"),
        (b"\x1b]52;c;cm0gLXJm\x1b\\after", "after"),
        (b"\x1bPq#0;2\x1b\\after", "after"),
        (b"a\x08\x08b\x7f\x00c", "abc"),
        ("a\u202eb\u2066c\u009bd".encode(), "abcd"),
        (b"10%\r20%\r\nend", "10%\n20%\nend"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("a\u2028b".encode(), "ab"),
        (b"\x1b", ""),
    ],
)
def test_what_is_shown_of_a_stream(given_bytes: bytes, shown: str) -> None:
    assert clean(given_bytes) == shown


@given(st.binary(max_size=200))
def test_nothing_shown_steers_a_terminal(data: bytes) -> None:
    shown = clean(data)
    assert not {one for one in shown if unicodedata.category(one) == "Cc"} - {"\n", "\t"}
    assert clean(shown.encode()) == shown


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=30), st.integers(2, 200))
def test_start_and_end_are_kept_and_everything_is_counted(pieces: list[bytes], bound: int) -> None:
    pieces = [piece.translate(bytes(65 + one % 26 for one in range(256))) for piece in pieces]
    whole = b"".join(pieces).decode()
    kept = read_in(pieces, bound)
    assert kept.bytes == len(whole)
    half = bound // 2
    if kept.cut:
        assert kept.text.startswith(whole[:half])
        assert kept.text.endswith(whole[-half:])
        assert f"{len(whole) - 2 * half:,} bytes left out" in kept.text
        assert len(kept.text) < bound + 60
    else:
        assert kept.text == whole
    assert kept.cut is (len(whole) > 2 * half)


def test_a_flood_neither_blocks_nor_grows(tmp_path: Path) -> None:
    code = """
        import sys
        print("first")
        for _ in range(300): sys.stdout.write("x" * (1 << 20))
        print("\\nlast", flush=True)
        print("quiet", file=sys.stderr)
        """
    result = tried(tmp_path, code, limits=replace(SMALL, stream_bytes=1000))
    assert result.succeeded
    assert result.stdout.bytes > 300 << 20
    assert result.stdout.cut
    assert result.stdout.text.startswith("first\nxx")
    assert result.stdout.text.endswith("xx\nlast\n")
    assert len(result.stdout.text) < 1100
    assert result.stderr == Stream("quiet\n", 6)


def test_a_stream_that_is_closed_early_does_not_keep_us_busy(tmp_path: Path) -> None:
    code = "import os, time\nos.close(1); os.close(2)\ntime.sleep(0.3)"
    result = tried(tmp_path, code)
    assert (result.exit_code, result.stdout.bytes) == (0, 0)
