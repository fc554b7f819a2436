"""Measuring on honest programs and their twins: scores of pairs, recall, precision and ROC."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.integrity.code.own import Owned, class_of
from grader.integrity.code.passages import alike
from grader.integrity.records import CodeTraits, Work
from tests.integrity_sets.code.twins import TRANSFORMATIONS, some, twin
from tests.integrity_sets.code.works import Project, honest
from validators.rules.inspecting import CodeRules

TOO_LITTLE = ("emil", "quin")
"""Honest programs that are the tutorial and hardly more: nothing tells a twin of these."""

RULES = CodeRules()
"""The usual thresholds."""


@dataclass(frozen=True)
class Planted:
    """A twin, of whom it is, and what was done to it."""

    of: str
    how: tuple[str, ...]
    project: Project


def planted(seeds: Sequence[int] = (0,), combined: Sequence[int] = (3, 6, 12)) -> Iterator[Planted]:
    """Twins of every program with code of its own, by each change alone and by several together."""
    projects = {name: each for name, each in honest().items() if name not in TOO_LITTLE}
    for seed in seeds:
        ways = [(name,) for name in TRANSFORMATIONS]
        for name, project in projects.items():
            several = [some(count, seed * 1000 + place) for place, count in enumerate(combined)]
            for how in (*ways, *several):
                yield Planted(name, how, twin(project, how, seed))


def kind_of(how: Sequence[str]) -> str:
    """What a twin is counted under: the change, or how many."""
    return how[0] if len(how) == 1 else f"{len(how)} together"


def scores(
    works: Sequence[Work[CodeTraits]], base: Sequence[Work[CodeTraits]], only: str = ""
) -> dict[tuple[str, str], float]:
    """What the rule decides by, for every pair (or those with `only`): 0.5 and more stands out.

    A pair of which one has too little code of its own is not compared, and has 0.
    """
    klass = class_of(works, base, Fraction(RULES.common_share))
    found = {}
    for place, first in enumerate(klass.works):
        for second in klass.works[place + 1 :]:
            if only in ("", first.name, second.name):
                found[first.name, second.name] = _score(first, second)
    return found


def _score(first: Owned, second: Owned) -> float:
    if min(first.own_tokens, second.own_tokens) < RULES.least_tokens:
        return 0.0
    shared = alike(first, second).rare
    coverage = shared / max(1, min(first.rare_tokens, second.rare_tokens))
    led_up_to = shared / RULES.least_tokens * float(RULES.least_coverage)
    return coverage if shared >= RULES.least_tokens else min(coverage, led_up_to)


def area(alike_ones: Iterable[float], honest_ones: Iterable[float]) -> float:
    """The area under the ROC: how often a twin scores above an honest pair, ties by half."""
    low = sorted(honest_ones)
    high = list(alike_ones)
    above = sum(_below(low, score) for score in high)
    return above / (len(high) * len(low))


def _below(ordered: Sequence[float], score: float) -> float:
    return (bisect_left(ordered, score) + bisect_right(ordered, score)) / 2
