"""The pairs of a class that stand out, with their rows and a finding for each side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isnan

from grader.integrity.labels import pair_label
from grader.integrity.predictions import telling
from grader.integrity.predictions.evidence import InCommon, in_common, shown_rows
from grader.integrity.predictions.gathered import Gathered
from grader.integrity.predictions.likeness import Likeness
from grader.integrity.predictions.standing_out import PAIR_FIGURES, Outstanding, thresholds
from grader.integrity.records import About, Cluster, Found, Pair, Spread

ABOUT: About = "predictions"
"""The part of the inspection that all of this is."""

HEADERS = ("row", "first", "second")


def told_pairs(
    class_: Gathered,
    found: Likeness,
    pairs: Outstanding,
    groups: Sequence[Cluster],
    spreads: Sequence[Spread],
) -> Iterator[tuple[Pair, tuple[Found, ...]]]:
    """Each pair that is told one by one, and what is found of its students."""
    sizes = {name: len(group.names) for group in groups for name in group.names}
    told = Counter(place for pair in pairs.told for place in pair)
    limits = thresholds(class_.rules, found.beside_full)
    for first, second in pairs.told:
        one, two = class_.works[first], class_.works[second]
        label = pair_label(ABOUT, one.name, two.name)
        common = in_common(class_.kept[first], class_.kept[second], class_.full_kept)
        same_file = one.traits.sha256 == two.traits.sha256 != ""
        rows = int(found.rows[first, second])
        reached = {
            name
            for name, values, limit in zip(PAIR_FIGURES, found.figures, limits)
            if values[first, second] >= limit
        }
        seen_by = tuple(each for each in spreads if each.figure in reached)
        findings = []
        for work, other, place in ((one, two, first), (two, one, second)):
            if work.reference:
                continue
            more = pairs.partners(place) - told[place]
            around = telling.Around(seen_by, rows, found.few, sizes[work.name], more)
            seen = telling.Seen(label, other.reference, same_file, common, limits)
            finding = telling.alike(work.traits, seen, around)
            findings.append(Found(work.name, finding, (label,)))
        yield _pair(class_, (first, second), label, common), tuple(findings)


def _pair(class_: Gathered, places: tuple[int, int], label: str, common: InCommon) -> Pair:
    first, second = (class_.kept[place] for place in places)
    rows = max(common.rows, 1)
    figures = [("equal rows", round(common.equal / rows, 4))]
    if not isnan(common.grams):
        figures.append(("shared 4-grams", round(common.grams, 4)))
    if common.starts is not None:
        figures.append(("shared deviation", round(common.starts / rows, 4)))
    limits = dict(zip(PAIR_FIGURES, thresholds(class_.rules, class_.full is not None)))
    # The deciding figure, the one farthest over its threshold, comes first.
    figures.sort(key=lambda each: -each[1] / max(limits[each[0]], 1e-9))
    names = [class_.works[place].name for place in places]
    return Pair(
        ABOUT, names[0], names[1], label, (*figures, ("rows", float(common.rows))),
        headers=HEADERS, rows=shown_rows(first, second),
    )  # fmt: skip
