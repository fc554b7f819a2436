"""The tables of pairs are what comparing each pair by itself would give."""

from __future__ import annotations

import random
from collections import Counter
from typing import Optional

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.predictions import likeness as module
from grader.integrity.predictions.arrays import Kept
from grader.integrity.predictions.extract import SKETCH
from grader.integrity.predictions.likeness import Likeness, jaccard, likeness
from grader.integrity.predictions.standing_out import clusters

DIGEST = 1 << 31
ROWS = 12


def file_of(values: list[int], sketch: Optional[list[int]] = None) -> Kept:
    """A file by small numbers: 0 says nothing, others are texts."""
    digests = np.array([value and value + DIGEST for value in values], dtype=np.uint32)
    own = np.array(sorted(set(sketch or [])), dtype=np.uint64)
    return Kept(digests, digests, *[np.zeros(len(values), np.uint8)] * 2, own, own)


def plain(
    files: list[list[int]], full: list[int], few: int
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each pair the rows that tell something, and how many of them are the same."""
    kinds = {tuple(values) for values in files}
    told = []
    for values in files:
        own = []
        for row, value in enumerate(values):
            many = Counter(kind[row] for kind in kinds)[value] > few
            own.append(value if value and value != full[row] and not many else None)
        told.append(own)
    found = {}
    for one in range(len(files)):
        for two in range(len(files)):
            both = [(a, b) for a, b in zip(told[one], told[two]) if a is not None and b is not None]
            found[one, two] = len(both), sum(a == b for a, b in both) if one != two else 0
    return found


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=ROWS, max_size=ROWS), min_size=1, max_size=9),
    st.lists(st.integers(0, 4), min_size=ROWS, max_size=ROWS),
)
@settings(max_examples=150, deadline=None)
def test_tables_are_those_of_a_plain_search(files: list[list[int]], full: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LEAST_ROWS", 1)
        patch.setattr(module, "FEW", 2)
        found = likeness([file_of(values) for values in files], file_of(full))
    assert found.few == 2
    for (one, two), (rows, same) in plain(files, full, found.few).items():
        assert found.rows[one, two] == rows
        if rows and one != two:
            assert found.equal_rows[one, two] == same / rows
        elif not rows:
            assert np.isnan(found.equal_rows[one, two])


@pytest.mark.parametrize("share", [0.0, 0.05, 0.35, 0.7, 0.95])
def test_sketches_tell_the_jaccard_index_to_a_few_hundredths(share: float) -> None:
    draw = random.Random(1)
    errors = []
    for _ in range(10):
        common = {draw.getrandbits(64) for _ in range(int(20_000 * share))}
        sets = [common | {draw.getrandbits(64) for _ in range(20_000 - len(common))} for _ in "ab"]
        sketches = [np.array(sorted(each)[:SKETCH], dtype=np.uint64) for each in sets]
        true = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        errors.append(jaccard(*sketches) - true)
        files = [
            Kept(
                *[np.full(40, DIGEST + 9, np.uint32)] * 2, *[np.zeros(40, np.uint8)] * 2, each, each
            )
            for each in sketches
        ]
        found: Likeness = likeness(files, None)
        assert found.shared_4grams[0, 1] == found.shared_4grams[1, 0]
        assert found.shared_4grams[0, 1] == pytest.approx(jaccard(*sketches), abs=1e-12)
    assert np.sqrt(np.mean(np.square(errors))) < 0.025
    assert abs(np.mean(errors)) < 0.015


def test_whole_sketches_are_exact_and_small_ones_say_nothing() -> None:
    first, second = np.arange(300, dtype=np.uint64), np.arange(100, 400, dtype=np.uint64)
    assert jaccard(first, second) == 0.5
    assert np.isnan(jaccard(first, first[:199]))
    top = np.array([(1 << 64) - 1 - value for value in range(300)][::-1], dtype=np.uint64)
    assert jaccard(top, top) == 1.0


def test_works_that_hang_together_by_others_are_one_cluster() -> None:
    flagged = np.zeros((6, 6), dtype=np.bool_)
    for one, two in ((0, 3), (3, 5), (1, 2)):
        flagged[one, two] = flagged[two, one] = True
    found = clusters("abcdef", flagged)
    assert [each.names for each in found] == [("a", "d", "f"), ("b", "c")]
