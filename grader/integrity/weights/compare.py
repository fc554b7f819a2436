"""The class's models beside the released one, known ones, and each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from grader.integrity.records import Found, Inspection, Spread, WeightTraits, Work
from grader.integrity.weights import telling
from grader.integrity.weights.classmates import Mate, compared, spread_of
from grader.integrity.weights.lineage import (
    LEAST_SURVIVORS,
    Lineage,
    Values,
    lineage_of,
    same_model,
    values_of,
)
from grader.integrity.weights.pairing import Model, released_share
from grader.integrity.weights.samples import Samples
from validators.display import quoted
from validators.faults import fault_of
from validators.findings import Place
from validators.integrity_codes.weights import OTHER_MODEL
from validators.report import Fault
from validators.rules.inspecting import WeightRules

_MEND = "Verdict withheld, not the student's fault."
_HALF = 0.5


def compare_weights(
    works: Sequence[Work[WeightTraits]],
    released: Optional[Work[WeightTraits]],
    known: Sequence[Work[WeightTraits]],
    rules: WeightRules,
) -> Inspection:
    """Where each model comes from, and which of them share trained weights."""
    comparing = _Comparing(rules)
    ordered = sorted(works, key=lambda work: (work.name, work.reference))
    opened = [each for each in map(comparing.open, ordered) if each is not None]
    base = None if released is None else comparing.open(released)
    if base is None:
        comparing.notes.append(
            "There is no released model that can be read (released_model in grading.toml), so"
            " neither the lineage of weights nor who shares them is told."
        )
        return comparing.result()
    origins = comparing.origins(known, base)
    fitting = [each for each in opened if comparing.fits(each, base)]
    keys = sorted(base.samples.keys)
    start = values_of(base.samples, keys)
    traced = [comparing.trace(each, start, origins) for each in fitting]
    comparing.tell_lineage(traced, base)
    mates = [
        Mate(each.work.name, each.work.reference, place_of(each.work), Model(each.samples, line))
        for each, line in traced
        if _own_training(line)
    ]
    pruned_only = sum(1 for each, line in traced if not line.trained and not each.work.reference)
    if pruned_only:
        comparing.notes.append(
            f"Models that are pruned only coincide by themselves and were not compared with each"
            f" other: {pruned_only:,}."
        )
    return comparing.result(compared(mates, base.samples, rules))


def _own_training(line: Lineage) -> bool:
    """Whether there is training that two could share, and not just another model, pruned."""
    pruned_other = line.nearest is not None and line.nearest.clear and line.nearest.same
    return line.trained and line.survivors >= LEAST_SURVIVORS and not pruned_other


def place_of(work: Work[WeightTraits]) -> Place:
    """The file that stands for the model."""
    return Place(work.traits.files[0] if work.traits.files else "model")


@dataclass(frozen=True)
class _Opened:
    """A work with its samples, ready to be read."""

    work: Work[WeightTraits]
    samples: Samples


_Traced = tuple[_Opened, Lineage]


class _Comparing:
    """One comparison while it is made: what is told so far."""

    def __init__(self, rules: WeightRules) -> None:
        self.notes: list[str] = []
        self._rules = rules
        self._faults: list[tuple[str, Fault]] = []
        self._part = Inspection()

    def result(self, more: Inspection = Inspection()) -> Inspection:  # noqa: B008 (frozen)
        """All that was told, with what the pairs have shown."""
        part = self._part
        return replace(
            more, found=(*part.found, *more.found), spreads=(*part.spreads, *more.spreads),
            facts=part.facts, notes=(*self.notes, *more.notes), faults=tuple(self._faults),
        )  # fmt: skip

    def open(self, work: Work[WeightTraits]) -> Optional[_Opened]:
        """The work's samples; a note or a fault where there are none."""
        trouble = work.traits.trouble
        if trouble:
            self.notes.append(f"{quoted(work.name, 80)}: {trouble}.")
        if not work.arrays:
            if not trouble:
                self.notes.append(f"{quoted(work.name, 80)}: nothing is known of its weights.")
            return None
        try:
            samples = Samples(work.arrays)
            samples.check()
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            fault = replace(fault_of("inspect", error), place=work.name, remedy=_MEND)
            self._faults.append((work.name, fault))
            return None
        return _Opened(work, samples)

    def origins(
        self, known: Sequence[Work[WeightTraits]], base: _Opened
    ) -> tuple[tuple[str, Values], ...]:
        """The known models that can be told from the released one."""
        keys = sorted(base.samples.keys)
        released = values_of(base.samples, keys)
        found = []
        for work in sorted(known, key=lambda work: work.name):
            opened = self.open(work)
            if opened is None:
                continue
            values = values_of(opened.samples, keys)
            if not values:
                self.notes.append(f"The known model {quoted(work.name)} has no layer in common.")
            elif same_model(values, released):
                self.notes.append(f"The known model {quoted(work.name)} is the released one.")
            else:
                found.append((work.name, values))
        return tuple(found)

    def fits(self, opened: _Opened, base: _Opened) -> bool:
        """Whether there are layers of the released model's form; a note where not."""
        if opened.samples.keys & base.samples.keys:
            return True
        name = quoted(opened.work.name, 80)
        self.notes.append(f"{name}: no layer has the form of the released model's.")
        return False

    def trace(
        self, opened: _Opened, released: Values, origins: Sequence[tuple[str, Values]]
    ) -> _Traced:
        """The work with its descent; a note where too little of it survives."""
        line = lineage_of(values_of(opened.samples, sorted(released)), released, origins)
        if line.survivors < LEAST_SURVIVORS:
            name = quoted(opened.work.name, 80)
            self.notes.append(
                f"{name}: only {line.survivors:,} sampled weights are non-zero; at least"
                f" {LEAST_SURVIVORS:,} are needed."
            )
        return opened, line

    def tell_lineage(self, traced: Sequence[_Traced], base: _Opened) -> None:
        """Facts and findings about the descent of each work that is not a reference."""
        own = [
            (each, line)
            for each, line in traced
            if not each.work.reference and line.survivors >= LEAST_SURVIVORS
        ]
        spread = self._spread([line for _, line in own])
        said = telling.in_class(spread) if spread is not None else ""
        found = []
        for each, line in own:
            for finding in telling.lineage_findings(place_of(each.work), line, self._rules, said):
                if finding.evidence and self._only_in_another_order(each, line, base, finding.code):
                    self.notes.append(
                        f"{quoted(each.work.name, 80)}: most values are the released model's, at"
                        f" other places; its channels are in another order."
                    )
                else:
                    found.append(Found(each.work.name, finding))
        told = tuple(fact for each, line in own for fact in telling.facts(each.work.name, line))
        spreads = () if spread is None else (spread,)
        self._part = Inspection(found=tuple(found), facts=told, spreads=spreads)

    def _only_in_another_order(
        self, each: _Opened, line: Lineage, base: _Opened, code: str
    ) -> bool:
        """Whether a likeness is low only because channels lie elsewhere."""
        nearest = line.nearest
        if code != OTHER_MODEL.name or (nearest is not None and nearest.clear):
            return False
        return released_share(each.samples, base.samples) > _HALF

    def _spread(self, lines: Sequence[Lineage]) -> Optional[Spread]:
        if not lines:
            return None
        bar = float(self._rules.least_release_cosine)
        usual = [1 - line.cosine for line in lines if line.cosine >= bar]
        flagged = len(lines) - len(usual)
        return spread_of(telling.UNLIKENESS, np.array(usual), len(lines), flagged, 1 - bar)
