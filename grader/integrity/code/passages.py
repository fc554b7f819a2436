"""Where two works agree: maximal runs of the same tokens, each token of a work in one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.integrity.code.fingerprints import GRAM, Counts, Digests, Mask
from grader.integrity.code.own import Class, Owned
from grader.integrity.records import Passage

# A part that repeats itself more often than this is looked at in its first places.
_MOST_PLACES = 16
# With fewer tokens of its own, a run is base code that both changed at one place.
_LEAST_OWN = GRAM // 2
_MOST_RUNS = 20_000
# Runs with so few tokens between them in both works are shown as one passage.
_GAP = 24


@dataclass(frozen=True)
class Run:
    """So many tokens that are the same in both works, from where in each."""

    first: int
    second: int
    length: int


@dataclass(frozen=True)
class Alike:
    """What two works share: their runs, and the tokens of these that count.

    `own` are shared tokens outside the base code, `rare` those that not much of the class has too.
    """

    first: Owned
    second: Owned
    runs: tuple[Run, ...]
    own: int
    rare: int


def alike(first: Owned, second: Owned) -> Alike:
    """What the two works share, token by token."""
    used_first = np.zeros(len(first.own), bool)
    used_second = np.zeros(len(second.own), bool)
    kept: list[Run] = []
    for run in _longest_first(first, second):
        here = slice(run.first, run.first + run.length)
        there = slice(run.second, run.second + run.length)
        free = ~(used_first[here] | used_second[there])
        for start, length in _stretches(free):
            part = Run(run.first + start, run.second + start, length)
            if length >= GRAM and _counts(first.own, second.own, part) >= _LEAST_OWN:
                kept.append(part)
                used_first[part.first : part.first + length] = True
                used_second[part.second : part.second + length] = True
    kept.sort(key=lambda run: (run.first, run.second))
    return Alike(
        first, second, tuple(kept),
        sum(_counts(first.own, second.own, run) for run in kept),
        sum(_counts(first.rare, second.rare, run) for run in kept),
    )  # fmt: skip


def passages(alike: Alike, klass: Class) -> tuple[tuple[Passage, int], ...]:
    """The passages, and how many works of the class have the rarest part of each; largest first."""
    found = []
    for runs in _joined(alike):
        ends = [_trimmed(alike, run) for run in (runs[0], runs[-1])]
        tokens = alike.first.prints.tokens, alike.second.prints.tokens
        starts = ends[0][0] + runs[0].first, ends[0][0] + runs[0].second
        last = ends[1][1] + runs[-1].first, ends[1][1] + runs[-1].second
        lines = [
            (int(each.lines[start]), int(each.lines[end]))
            for each, start, end in zip(tokens, starts, last)
        ]
        size = sum(_counts(alike.first.own, alike.second.own, run) for run in runs)
        names = [each.paths[each.files[start]] for each, start in zip(tokens, starts)]
        passage = Passage(names[0], lines[0], names[1], lines[1], size)
        found.append((passage, min(_works_with(alike.first, klass, run) for run in runs)))
    found.sort(key=lambda each: (-each[0].size, *_where(each[0])))
    return tuple(found)


def _where(passage: Passage) -> tuple[str, tuple[int, int], str, tuple[int, int]]:
    return passage.first_file, passage.first_lines, passage.second_file, passage.second_lines


def _counts(first: Mask, second: Mask, run: Run) -> int:
    here = first[run.first : run.first + run.length]
    return int((here & second[run.second : run.second + run.length]).sum())


def _stretches(free: Mask) -> Iterator[tuple[int, int]]:
    """Where the mask is true without a break: from where, and how long."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.view(np.int8), [0]])))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist()):
        yield start, end - start


def _longest_first(first: Owned, second: Owned) -> list[Run]:
    """All maximal runs that hold a fingerprint worth comparing."""
    starts, others = _same(first, second)
    order = np.lexsort((starts, others - starts))
    starts, others = starts[order], others[order]
    if not len(starts):
        return []
    new = np.ones(len(starts), bool)
    new[1:] = (np.diff(others - starts) != 0) | (np.diff(starts) != 1)
    begins = np.flatnonzero(new)
    lengths = np.diff(np.append(begins, len(starts))) + GRAM - 1
    telling = np.concatenate([[0], np.cumsum(first.prints.usable & first.free)])
    tells = telling[starts[begins] + lengths - GRAM + 1] > telling[starts[begins]]
    starts, others, lengths = starts[begins[tells]], others[begins[tells]], lengths[tells]
    order = np.lexsort((others, starts, -lengths))[:_MOST_RUNS]
    runs = zip(starts[order].tolist(), others[order].tolist(), lengths[order].tolist())
    return [Run(*run) for run in runs]


def _same(first: Owned, second: Owned) -> tuple[Counts, Counts]:
    """All places of both works where the same digest begins, digests of base code left out."""
    digests, places = _places(first)
    others, other_places = _places(second)
    start = np.searchsorted(others, digests, "left")
    count = np.minimum(np.searchsorted(others, digests, "right") - start, _MOST_PLACES)
    steps = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(places, count), other_places[np.repeat(start, count) + steps]


def _places(work: Owned) -> tuple[Digests, Counts]:
    """The digests in their order with where they begin, the first places of each."""
    places = np.flatnonzero(work.free)
    digests = work.prints.grams[places]
    order = np.lexsort((places, digests))
    digests, places = digests[order], places[order]
    nth = np.arange(len(digests)) - np.searchsorted(digests, digests, "left")
    return digests[nth < _MOST_PLACES], places[nth < _MOST_PLACES]


def _joined(alike: Alike) -> list[list[Run]]:
    """The runs, those together that follow each other closely in the same files of both."""
    files = alike.first.prints.tokens.files, alike.second.prints.tokens.files
    groups: list[list[Run]] = []
    for run in alike.runs:
        before = groups[-1][-1] if groups else None
        if before is not None:
            gaps = (run.first - before.first - before.length,
                    run.second - before.second - before.length)  # fmt: skip
            same = files[0][run.first] == files[0][before.first]
            same = same and files[1][run.second] == files[1][before.second]
            if same and all(0 <= gap <= _GAP for gap in gaps):
                groups[-1].append(run)
                continue
        groups.append([run])
    return groups


def _trimmed(alike: Alike, run: Run) -> tuple[int, int]:
    """The first and the last token of the run that is outside the base code in both works."""
    here = alike.first.own[run.first : run.first + run.length]
    at = np.flatnonzero(here & alike.second.own[run.second : run.second + run.length])
    return int(at[0]), int(at[-1])


def _works_with(first: Owned, klass: Class, run: Run) -> int:
    """How many works of the class have the part of the run that the fewest have."""
    here = slice(run.first, run.first + run.length - GRAM + 1)
    return int(klass.works_with(first.prints.grams[here][first.free[here]]).min(initial=1 << 30))
