from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.looking import packed_rows, unpacked_rows


@given(st.lists(st.floats(allow_nan=False)))
def test_rows_come_back_to_the_last_bit(rows: list[float]) -> None:
    assert unpacked_rows(packed_rows(rows), len(rows)) == tuple(rows)


def test_the_bytes_are_the_same_on_every_machine() -> None:
    assert zlib.decompress(packed_rows([1.0])) == b"\0\0\0\0\0\0\xf0\x3f"


@pytest.mark.parametrize(
    "packed",
    [
        b"x",
        packed_rows([1.0, 2.0])[:-1],
        packed_rows([1.0, 2.0]) + b"x",
        zlib.compress(b"seven77"),
        zlib.compress(b"\0" * (64 << 20)),
    ],
)
def test_other_bytes_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="no rows"):
        unpacked_rows(packed, 2)


def test_no_score_has_no_rows() -> None:
    assert unpacked_rows(b"", 2) == ()
