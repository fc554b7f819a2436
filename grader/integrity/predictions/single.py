"""What stands out of one work by itself: the released model's texts, and nearness to answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from statistics import median
from typing import Optional

import numpy as np

from grader.integrity.labels import pair_label
from grader.integrity.predictions import telling
from grader.integrity.predictions.arrays import Kept
from grader.integrity.predictions.evidence import shown_rows
from grader.integrity.predictions.gathered import Gathered
from grader.integrity.predictions.likeness import LEAST_ROWS, jaccard
from grader.integrity.predictions.pairs import ABOUT, HEADERS
from grader.integrity.predictions.standing_out import FEW_PEERS, spread
from grader.integrity.records import Found, Pair, Spread

LEAST_NEAR_ROWS = 5
"""So many rows must lie near the answer, whatever share of the rows they are."""

BEYOND_USUAL = 1.5
"""So many times the run of the answer's words must be that is usual here."""

FULL_FIGURES = ("released model's rows", "released model's 4-grams", "released model's beginnings")
KEY_FIGURES = ("rows near the answer", "run of the answer's words")
COPIED = ("copied from the bill",)


@dataclass(frozen=True)
class Measured:
    """A figure of one work, and the threshold of it; None where it can't be measured."""

    value: Optional[float]
    threshold: float
    counts: bool = True
    """Whether the work says enough for the figure to stand out."""

    @property
    def stands_out(self) -> bool:
        """Whether a TA should look at it."""
        return self.counts and self.value is not None and self.value >= self.threshold


Measures = Mapping[int, Mapping[str, Measured]]
"""The figures of works, by their place and the figure's name."""


@dataclass(frozen=True)
class Usual:
    """What comes near the answers without any: the released model, or else half of the class."""

    rows: float
    run: float


def usual(class_: Gathered) -> Usual:
    """How near to the answers one comes here; 0 where neither model nor class can say."""
    if class_.full is not None:
        told = [class_.kept[place].released for place in class_.students]
        return Usual(max(rows for rows, _ in told), max(run for _, run in told))
    traits = [class_.works[place].traits for place in class_.students]
    rows = [each.key_rows for each in traits if each.key_rows is not None]
    runs = [each.key_run_words for each in traits if each.key_run_words is not None]
    if min(len(rows), len(runs)) < FEW_PEERS:
        return Usual(0.0, 0.0)
    return Usual(median(rows), median(runs))


def all_measured(class_: Gathered) -> dict[int, dict[str, Measured]]:
    """The figures of all students' works, by place; of each in an order that is always the same."""
    known = usual(class_) if class_.students else Usual(0.0, 0.0)
    return {
        place: {**_full_figures(class_, place), **_course_figures(class_, place, known)}
        for place in class_.students
    }


def _full_figures(class_: Gathered, place: int) -> dict[str, Measured]:
    traits, kept, rules = class_.works[place].traits, class_.kept[place], class_.rules
    full = class_.full_kept
    grams = float("nan") if full is None else jaccard(kept.sketch, full.sketch)
    enough = _says_enough(kept)
    # A short text begins with the bill's title, whoever writes it. So half of the rows must agree
    # as far as the shorter of the two texts goes, as well.
    goes_on = enough and float(kept.continued.mean()) >= float(rules.equal_rows)
    values = traits.full_model_equal, None if isnan(grams) else grams, traits.full_model_prefix
    limits = rules.equal_rows, rules.shared_4grams, rules.full_model_prefix
    return {
        name: Measured(value, float(limit), counts)
        for name, value, limit, counts in zip(
            FULL_FIGURES, values, limits, (enough, enough, goes_on)
        )
    }


def _course_figures(class_: Gathered, place: int, known: Usual) -> dict[str, Measured]:
    traits, rules = class_.works[place].traits, class_.rules
    enough = _says_enough(class_.kept[place])
    near = round((traits.key_rows or 0.0) * traits.rows)
    # Twice what is usual, where answers are easy, but never more than the rule's share above it.
    least = float(rules.key_rows)
    rows = max(least, known.rows + min(known.rows, least))
    run = max(float(rules.key_run_words), BEYOND_USUAL * known.run)
    return {
        KEY_FIGURES[0]: Measured(traits.key_rows, rows, enough and near >= LEAST_NEAR_ROWS),
        KEY_FIGURES[1]: Measured(traits.key_run_words, run, enough),
        COPIED[0]: Measured(traits.source_8grams, float(rules.source_8grams)),
    }


def _says_enough(kept: Kept) -> bool:
    return int(np.count_nonzero(kept.texts)) >= LEAST_ROWS


def work_spreads(figures: Measures) -> tuple[Spread, ...]:
    """Where the students' works lie by each figure."""
    found = []
    for group in (FULL_FIGURES, KEY_FIGURES, COPIED):
        # A work that stands out by one figure says nothing of what is usual by the others.
        out = {
            place: any(each[name].stands_out for name in group) for place, each in figures.items()
        }
        for name in group:
            there = [place for place, each in figures.items() if each[name].value is not None]
            if there:
                values = np.array([figures[place][name].value for place in there], np.float64)
                flagged = np.array([out[place] for place in there], dtype=np.bool_)
                found.append(spread(name, values, flagged, figures[there[0]][name].threshold))
    return tuple(found)


def full_model_pairs(
    class_: Gathered, measured: Measures, spreads: tuple[Spread, ...]
) -> Iterator[tuple[Optional[Pair], Found]]:
    """Works with the released model's texts, each with the rows to read beside them."""
    full = class_.full
    around = tuple(each for each in spreads if each.figure in FULL_FIGURES)
    for place, figures in measured.items():
        work = class_.works[place]
        if not any(figures[name].stands_out for name in FULL_FIGURES):
            continue
        label = "" if full is None else pair_label(ABOUT, work.name, full.name)
        grams = figures[FULL_FIGURES[1]].value
        finding = telling.full_model(work.traits, label, grams, around, class_.rules)
        pair = None if full is None else _beside_full(class_, place, label, figures)
        yield pair, Found(work.name, finding, () if pair is None else (label,))


def near_key(class_: Gathered, measured: Measures, spreads: tuple[Spread, ...]) -> Iterator[Found]:
    """Works that lie nearer to the answers than models come."""
    around = tuple(each for each in spreads if each.figure in KEY_FIGURES)
    for place, figures in measured.items():
        work = class_.works[place]
        if any(figures[name].stands_out for name in KEY_FIGURES):
            limits = tuple(figures[name].threshold for name in KEY_FIGURES)
            near = telling.Near(class_.kept[place].near_key, limits[0], limits[1])
            yield Found(work.name, telling.near_key(work.traits, near, around))


def _beside_full(class_: Gathered, place: int, label: str, figures: Mapping[str, Measured]) -> Pair:
    assert class_.full is not None
    assert class_.full_kept is not None
    both = [(class_.works[place].name, class_.kept[place]), (class_.full.name, class_.full_kept)]
    by_name: Callable[[tuple[str, object]], str] = lambda each: each[0]  # noqa: E731
    (first, ours), (second, theirs) = sorted(both, key=by_name)
    numbers = [(name, figures[name]) for name in FULL_FIGURES if figures[name].value is not None]
    numbers.sort(key=lambda each: -(each[1].value or 0.0) / max(each[1].threshold, 1e-9))
    return Pair(
        ABOUT, first, second, label,
        tuple((name, round(each.value or 0.0, 4)) for name, each in numbers),
        headers=HEADERS, rows=shown_rows(ours, theirs),
    )  # fmt: skip
