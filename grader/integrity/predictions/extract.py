"""What is kept of one file of predictions: its figures, and digests to compare it by.

A row *says something* when it has some unlike words, is not copied from its bill, and the file
has its text only once or twice. Blank rows, a few words over and over and one text in all rows are
left out of every comparison: two collapsed models agree in them without knowing of each other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

import numpy as np

from grader.integrity.predictions.arrays import Digests, Kept, Sampled, packed
from grader.integrity.predictions.course import Course, course_of, ready_of
from grader.integrity.predictions.measures import (
    Begun,
    Copied,
    beginnings,
    copied_runs,
    equal_share,
    key_run,
    near_rows,
    quality,
    recall_gap,
    rounded,
)
from grader.integrity.predictions.words import Cut, cut, words_of
from grader.integrity.records import PredictionTraits
from validators.display import clean

__all__ = ["Course", "course_of", "prediction_traits"]

START_WORDS = 12
"""Two rows begin alike when so many first words are the same."""

SKETCH = 1024
"""So many of a file's runs of four words are kept; the Jaccard index that two such sketches give
has a standard error of at most 0.016."""

LEAST_WORDS = 10
"""A row with fewer unlike words says nothing."""

MOST_REPEATS = 2
"""Nor does a text that a file has in more rows than this."""

MOST_COPIED = 0.6
"""Nor does a row of which so much is the bill's own, in runs of eight words."""

SAMPLED, SAMPLED_BY_TEXT = 64, 16
TEXT_CHARACTERS = 300
NEAR_ROWS = 20
# The highest bit is set in every digest: below are no digests, but what stands for a lack of one.
_SET = 1 << 31


def prediction_traits(
    texts: Sequence[str], file: str, sha256: str, course: Course
) -> tuple[PredictionTraits, bytes]:
    """What is kept of a file; `texts` stand in the order of the course's rows.

    Raises ValueError where there are not as many as the course has.
    """
    _refuse_other_rows(len(texts), course)
    seen = _seen(texts, course)
    near = () if course.key is None else near_rows(course.key.answers, texts)
    facts = quality(texts, seen.given)
    if course.key is not None:
        facts.append(("recall_gap", recall_gap(course.key.answers, texts)))
    ready = ready_of(course)
    full = ready.full_model
    traits = PredictionTraits(
        file,
        sha256,
        len(texts),
        tuple((name, round(value, 6)) for name, value in facts),
        None if course.key is None else rounded(len(near) / max(len(texts), 1)),
        None if ready.key is None else rounded(key_run(ready.key, seen.given)),
        None if seen.copied is None else rounded(seen.copied.share),
        None if full is None else rounded(equal_share(full, seen.given)),
        None if seen.begun is None else rounded(seen.begun.share),
    )
    return traits, packed(_kept(seen, course, near))


@dataclass(frozen=True)
class _Seen:
    """A file's texts as words, and beside the course's."""

    texts: Sequence[str]
    words: Sequence[Sequence[str]]
    given: Cut
    copied: Optional[Copied]
    begun: Optional[Begun]


def _seen(texts: Sequence[str], course: Course) -> _Seen:
    ready = ready_of(course)
    words = [words_of(text) for text in texts]
    given = cut(words)
    return _Seen(
        texts,
        words,
        given,
        None if ready.bills is None else copied_runs(ready.bills, given),
        None if ready.full_model is None else beginnings(ready.full_model, given),
    )


def _kept(seen: _Seen, course: Course, near: tuple[int, ...]) -> Kept:
    telling = _telling(seen)
    grams, rows = seen.given.grams(4)
    found = np.unique(grams[np.array(telling, dtype=np.bool_)[rows]])
    digests = _digests(row if tells else () for row, tells in zip(seen.words, telling))
    starts = _digests(
        row[:START_WORDS] if tells and len(row) >= START_WORDS else ()
        for row, tells in zip(seen.words, telling)
    )
    released = ready_of(course).full_model_grams
    right = np.zeros(len(digests), dtype=np.uint8)
    right[list(near)] = 1
    own = np.unique(grams[(np.array(telling, dtype=np.bool_) & (right == 0))[rows]])
    if released is not None:
        own = own[~np.isin(own, released, assume_unique=True)]
    sampled = tuple(
        Sampled(row, _id(row, course), _shortened(seen.texts[row])) for row in _sample(digests)
    )
    none = np.zeros(len(digests), dtype=np.uint8)
    continued = none if seen.begun is None else seen.begun.continued
    ready = ready_of(course)
    usual = (round(ready.full_model_near, 6), round(ready.full_model_run, 6))
    ids = tuple(_id(row, course) for row in near[:NEAR_ROWS])
    return Kept(
        digests, starts, continued, right, found[:SKETCH], own[:SKETCH], sampled, ids, usual
    )


def _refuse_other_rows(count: int, course: Course) -> None:
    key, full = course.key, course.full_model
    wanted = {
        None if key is None else len(key.rows),
        len(course.bills) or None,
        None if full is None else len(full),
    } - {None, count}
    if wanted:
        raise ValueError(f"there are {count} texts; the course has {sorted(map(str, wanted))} rows")


def _telling(seen: _Seen) -> list[bool]:
    """Which rows say something."""
    times = Counter(map(tuple, seen.words))
    copied = [0.0] * len(seen.words) if seen.copied is None else seen.copied.shares.tolist()
    return [
        len(set(row)) >= LEAST_WORDS and times[tuple(row)] <= MOST_REPEATS and share < MOST_COPIED
        for row, share in zip(seen.words, copied)
    ]


def _digests(rows: Iterable[Sequence[str]]) -> Digests:
    """A digest for each row of words, 0 for one without words."""
    return np.array([_digest(" ".join(row)) if row else 0 for row in rows], dtype=np.uint32)


def _digest(text: str) -> int:
    found = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(found, "little") | _SET


def _id(row: int, course: Course) -> str:
    """A row's ID; without a key, its number from 0."""
    return str(row) if course.key is None else course.key.ids[course.key.rows[row]]


def _sample(digests: Digests) -> list[int]:
    """The rows of which the text is kept, in their order.

    Most are the same rows in all files. A few are chosen by what they say: two files with the
    same texts in other rows have these in common.
    """
    fixed = _fixed_rows(len(digests))
    telling = np.flatnonzero(digests)
    by_text = telling[np.argsort(digests[telling], kind="stable")[:SAMPLED_BY_TEXT]]
    return sorted({*fixed, *map(int, by_text)})


@lru_cache(maxsize=4)
def _fixed_rows(rows: int) -> tuple[int, ...]:
    return tuple(sorted(range(rows), key=lambda row: (_digest(str(row)), row))[:SAMPLED])


def _shortened(text: str) -> str:
    cut_off = "…" if len(text) > TEXT_CHARACTERS else ""
    return clean(text[: TEXT_CHARACTERS - len(cut_off)]) + cut_off
