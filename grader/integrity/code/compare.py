"""Comparing the code of a class: which works share so much of their own that it stands out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from grader.integrity.code.fingerprints import Counts, Mask
from grader.integrity.code.index import shared_tokens
from grader.integrity.code.notes import facts_of, notes_of
from grader.integrity.code.own import Owned, class_of
from grader.integrity.code.passages import Alike, alike
from grader.integrity.code.telling import Context, Seen, found_of, pair_of
from grader.integrity.records import Cluster, CodeTraits, Found, Inspection, Spread, Work
from validators.rules.inspecting import CodeRules

# How much of what two works share their fingerprints show at least; it was 0.76 where least.
_LEAST_SEEN = Fraction(1, 2)
_Figures = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Rule:
    least_tokens: int
    least_coverage: Fraction

    def holds(self, shared: int, of_own: int) -> bool:
        """Whether so many shared tokens, of so many own ones, are enough of both."""
        return shared >= self.least_tokens and shared >= self.least_coverage * of_own


def compare_code(
    works: Sequence[Work[CodeTraits]], base: Sequence[Work[CodeTraits]], rules: CodeRules
) -> Inspection:
    """The pairs of works that share much of what is their own, with findings for their students.

    `base` is what everybody was given. Of a work that is a reference nothing is found.
    """
    rule = _Rule(rules.least_tokens, Fraction(rules.least_coverage))
    klass = class_of(works, base, Fraction(rules.common_share))
    enough = [work for work in klass.works if work.own_tokens >= rule.least_tokens]
    spread, flagged = _looked_at(enough, rule)
    clusters = _clusters(flagged)
    seen = [Seen.of(pair, klass, clusters) for pair in flagged]
    found = _ordered(each for one in seen for each in found_of(one, Context(spread, rules)))
    standing_out = len({each.name for each in found})
    return Inspection(
        found=tuple(found),
        pairs=tuple(pair_of(each) for each in seen),
        clusters=clusters,
        spreads=(spread,) if spread.compared else (),
        facts=tuple(facts_of(klass, rules)),
        notes=tuple(notes_of(works, klass, standing_out, rules)),
    )


def _looked_at(works: Sequence[Owned], rule: _Rule) -> tuple[Spread, list[Alike]]:
    """The pairs that stand out, and where the others lie."""
    one_way, smaller = shared_tokens(works), _of_smaller(works)
    shared = np.minimum(one_way, one_way.T)
    compared = _compared(works)
    figures = _figures(shared, smaller, rule)
    flagged: list[Alike] = []
    for first, second in np.argwhere(compared & _near(shared, smaller, rule)).tolist():
        pair = alike(works[first], works[second])
        if _stands_out(pair, rule):
            flagged.append(pair)
            compared[first, second] = False
        else:
            counted = np.array([pair.rare]), np.array([_smaller(pair)])
            figures[first, second] = _figures(*counted, rule)[0]
    return _spread(figures[compared], len(flagged), rule), flagged


def _smaller(pair: Alike) -> int:
    return min(pair.first.rare_tokens, pair.second.rare_tokens)


def _stands_out(pair: Alike, rule: _Rule) -> bool:
    own = min(pair.first.own_tokens, pair.second.own_tokens)
    # Both: the first is what can be told whatever the class does, the second leaves its habits out.
    return rule.holds(pair.own, own) and rule.holds(pair.rare, _smaller(pair))


def _compared(works: Sequence[Owned]) -> Mask:
    """Which pairs are compared, each once: all but those of two references."""
    reference = np.array([work.reference for work in works], bool)
    pairs: Mask = np.triu(~(reference[:, None] & reference[None, :]), 1)
    return pairs


def _of_smaller(works: Sequence[Owned]) -> Counts:
    rare = np.array([work.rare_tokens for work in works], np.int64)
    return np.minimum(rare[:, None], rare[None, :])


def _near(shared: Counts, smaller: Counts, rule: _Rule) -> Mask:
    """Which pairs may reach the thresholds once their tokens are counted one by one."""
    enough = shared >= float(rule.least_tokens * _LEAST_SEEN)
    near: Mask = enough & (shared >= float(rule.least_coverage * _LEAST_SEEN) * smaller)
    return near


def _figures(shared: Counts, smaller: Counts, rule: _Rule) -> _Figures:
    """The share of the smaller work; below the least tokens no more than what leads up to it."""
    coverage = shared / np.maximum(1, smaller)
    led_up_to = shared * (float(rule.least_coverage) / rule.least_tokens)
    found: _Figures = np.where(
        shared >= rule.least_tokens, coverage, np.minimum(coverage, led_up_to)
    )
    return found


def _spread(figures: _Figures, flagged: int, rule: _Rule) -> Spread:
    """Where the pairs lie that don't stand out."""
    ordered = np.sort(figures) if len(figures) else np.zeros(1)
    at_95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return Spread(
        "code", "coverage", len(figures) + flagged, flagged,
        round(float(np.median(ordered)), 3), round(float(at_95), 3),
        round(float(ordered[-1]), 3), float(rule.least_coverage),
    )  # fmt: skip


def _clusters(flagged: Sequence[Alike]) -> tuple[Cluster, ...]:
    """The works that hang together by pairs, the largest groups first."""
    group: dict[str, set[str]] = {}
    for pair in flagged:
        names = {pair.first.name, pair.second.name}
        joined = names.union(*(group.get(name, set()) for name in names))
        group.update(dict.fromkeys(joined, joined))
    found = {tuple(sorted(each)) for each in group.values()}
    return tuple(
        Cluster("code", names) for names in sorted(found, key=lambda names: (-len(names), names))
    )


def _ordered(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda each: (each.name, each.finding.sort_key(), each.labels))
