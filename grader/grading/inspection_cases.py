"""What of an inspection becomes part of a case: findings, facts beside the score, faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Optional

from grader.integrity.behaviour.records import name_of
from grader.integrity.data.judge import data_findings
from grader.integrity.records import InspectedClass, Inspection, Traits
from grader.records import Entrant
from grader.rerun.records import Rerun
from validators.findings import Finding
from validators.integrity_codes.predictions import ALIKE, FULL_MODEL, MADE_AGAIN, NEAR_KEY
from validators.report import Fault
from validators.rerun_codes import PROVED
from validators.rules import Rules

_OF_TEXTS = frozenset({ALIKE.name, FULL_MODEL.name, NEAR_KEY.name})


class Inspections:
    """The inspection of a class, asked entrant by entrant."""

    def __init__(self, inspected: Optional[InspectedClass], rules: Rules) -> None:
        self._inspected, self._rules = inspected, rules

    def findings(self, entrant: Entrant, reran: Optional[Rerun]) -> Iterator[Finding]:
        """What stands out about the entrant, as far as running again doesn't explain it."""
        if self._inspected is not None:
            name = name_of(entrant)
            both = (self._inspected.inspection, self._of_data(name, reran))
            found = (each.finding for one in both for each in one.found if each.name == name)
            proved = reran is not None and any(each.code == PROVED.name for each in reran.findings)
            yield from (_made_again(each) if proved else each for each in found)

    def facts(self, entrant: Entrant, reran: Optional[Rerun]) -> Iterator[tuple[str, str]]:
        """What the TA sees beside the entrant's score, and is nobody's offence."""
        if self._inspected is not None:
            name = name_of(entrant)
            both = (self._inspected.inspection, self._of_data(name, reran))
            facts = (each for one in both for each in one.facts if each.name == name)
            yield from ((each.says, each.value) for each in facts)

    def faults(self, entrant: Entrant) -> Iterator[Fault]:
        """What broke on our side; what broke for the class did so for everybody in it."""
        if self._inspected is None or entrant.submission is None:
            return
        source = entrant.submission.source
        yield from self._traits(source).faults
        yield from self._inspected.faults
        yield from (fault for name, fault in self._inspected.inspection.faults if name == source)

    def lacks(self, entrant: Entrant) -> bool:
        """Whether the entrant's submission has still to be read."""
        if self._inspected is None or entrant.submission is None:
            return False
        return entrant.submission.source not in self._inspected.traits

    def _traits(self, source: str) -> Traits:
        assert self._inspected is not None
        return self._inspected.traits.get(source, Traits())

    def _of_data(self, name: str, reran: Optional[Rerun]) -> Inspection:
        """What code loads, as it was read and as running it has shown."""
        if "data" not in self._rules.inspect.parts:
            return Inspection()
        seen = self._traits(name).observations
        return data_findings(name, seen, reran, self._rules.inspect.data)


def _made_again(finding: Finding) -> Finding:
    """A note in place of a suspicion about texts which the weights handed in are known to make."""
    if finding.code not in _OF_TEXTS:
        return finding
    note = MADE_AGAIN.at(finding.place, f"{finding.code}: {finding.message}")
    return replace(note, evidence=finding.evidence)
