"""Coincidences that accuse nobody: two who did the same by the same means get the same.

Who only prunes the released model by the same rule gets the same weights. So does who runs the
code that everybody was given with the same settings, seed included. What follows from that, equal
predictions and equal files of both, is told as a note.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from grader.integrity.records import Found, Inspection, Pair, Traits
from grader.integrity.weights.telling import only_pruned
from validators.integrity_codes.weights import COINCIDE
from validators.rules import Rules

_MADE = frozenset({"weights", "predictions"})
_EXPECTED = (
    "Expected: both only prune the released model, or hand in the code that everybody was given, "
    "unchanged and with the same settings. Nothing to do; if it matters, ask both to run it."
)


@dataclass(frozen=True)
class Coincidences:
    """Whose weights are to be expected: pruned only, or by given code, with its settings."""

    pruned: frozenset[str]
    recipes: Mapping[str, str]

    def expected(self, first: str, second: str) -> bool:
        """Whether the same weights, and what follows from them, are no surprise in these two."""
        if first in self.pruned and second in self.pruned:
            return True
        recipe = self.recipes.get(first)
        return recipe is not None and recipe == self.recipes.get(second)


def coincidences_of(
    weights: Inspection, traits: Mapping[str, Traits], handed_out: Collection[str], rules: Rules
) -> Coincidences:
    """What is to be expected of whom, by what the weights part has shown and by their code."""
    recipes = {
        name: each.settings
        for name, each in traits.items()
        if each.settings and _is_given_code(each, handed_out, rules)
    }
    return Coincidences(only_pruned(weights.facts), recipes)


def without_coincidences(inspection: Inspection, coincidences: Coincidences) -> Inspection:
    """The inspection with a note in place of each accusation that rests on these alone."""
    expected = {
        pair.label
        for pair in inspection.pairs
        if _follows(pair) and coincidences.expected(pair.first, pair.second)
    }
    found = tuple(_softened(each, expected) for each in inspection.found)
    return replace(inspection, found=tuple(dict.fromkeys(found)))


def _softened(found: Found, expected: Collection[str]) -> Found:
    if not found.labels or not all(label in expected for label in found.labels):
        return found
    finding = found.finding
    seen = finding.message.partition("; expected ")[0].rstrip(".")  # here something else is
    note = COINCIDE.at(finding.place, f"{seen}.", _EXPECTED)
    return replace(found, finding=replace(note, evidence=finding.evidence))


def _follows(pair: Pair) -> bool:
    """Whether what the pair has in common follows from the weights."""
    if pair.about == "behaviour":
        kinds = {row[0] for row in pair.rows}
        return bool(kinds) and kinds <= _MADE
    return pair.about in _MADE


def _is_given_code(traits: Traits, handed_out: Collection[str], rules: Rules) -> bool:
    """Whether all code in the package is what everybody was given, to the byte."""
    suffixes = rules.package.code_suffixes
    code = [each.sha256 for each in traits.files if each.path.lower().endswith(suffixes)]
    return bool(code) and all(digest in handed_out for digest in code)
