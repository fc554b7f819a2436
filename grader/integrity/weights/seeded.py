"""Likeness of changes beside the seeds that both works state: may one seed be the reason?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.integrity.records import Fact, Found, Inspection, Pair
from grader.integrity.weights.telling import SHOWS_NOTHING
from validators.integrity_codes.weights import ALIKE, DERIVED

Seeds = Mapping[str, tuple[str, ...]]
"""The seeds that works state, by source; a work without any may have any."""

_SAYS = "seeds that the code states"
_UNKNOWN = (
    "No seeds stated: of at least one of the two it isn't known which seed its training uses, so"
    " one seed may be the reason."
)
_SAME = "The same seed stated: both works state one, so it may be the reason."
_DIFFERENT = (
    "One seed is not the reason, but by itself this shows nothing: honest models with seeds of"
    " their own came to 0.90 where both trained on the same 120 rows, to 0.76 where both kept an"
    " unusual share of the weights, and to 0.97 where half of a small class used SparseGPT. Compare"
    " which rows, which method and which settings both used, then their code, if anything else"
    " points to these two."
)


def with_seeds(inspection: Inspection, seeds: Seeds) -> Inspection:
    """The inspection, each likeness of changes with what the seeds of both say of it."""
    pairs = {pair.label: pair for pair in inspection.pairs if pair.about == "weights"}
    found = tuple(_told(each, pairs, seeds) for each in inspection.found)
    named = sorted({each.name for each in inspection.found if each.finding.code == ALIKE.name})
    facts = (Fact(name, _SAYS, ", ".join(seeds[name])) for name in named if seeds.get(name))
    return replace(inspection, found=found, facts=(*inspection.facts, *facts))


def _told(found: Found, pairs: Mapping[str, Pair], seeds: Seeds) -> Found:
    finding = found.finding
    pair = pairs.get(found.labels[0]) if len(found.labels) == 1 else None
    if finding.code != ALIKE.name or pair is None:
        return found
    first, second = (frozenset(seeds.get(name, ())) for name in (pair.first, pair.second))
    if first and second and not first & second:
        message = finding.message.rstrip(".") + "; the two works state seeds, and none is the same."
        remedy = finding.remedy.replace(SHOWS_NOTHING, _DIFFERENT)
        told = DERIVED.at(finding.place, message, remedy)
        return replace(found, finding=replace(told, evidence=finding.evidence))
    why = _SAME if first & second else _UNKNOWN
    return replace(found, finding=replace(finding, remedy=f"{finding.remedy} {why}"))
