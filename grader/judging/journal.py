"""The journal as it bears on one entrant: which decision is in force, and what stays confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from grader.outcomes import Decision
from validators.rules import Rules

OFFENCE = "offence."
"""What the code of a decision on a breach that the TA found begins with; the kind follows."""
PART = "mark."
"""What the code of a decision on a part of the mark begins with; one of MARK_PARTS follows."""
MARK_PARTS = ("baseline", "rank", "penalties")
"""The parts of a mark that the TA may set."""


@dataclass(frozen=True)
class Journal:
    """All decisions on one entrant, in the order in which they were written."""

    decisions: tuple[Decision, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were ever decided on, sorted."""
        return tuple(sorted({each.code for each in self.decisions}))

    def on(self, code: str) -> tuple[Decision, ...]:
        """All decisions on this code."""
        return tuple(each for each in self.decisions if each.code == code)

    def in_force(self, code: str) -> Optional[Decision]:
        """The newest decision on the code; None when there is none or it was withdrawn."""
        newest = self.newest(code)
        return None if newest is None or newest.word == "withdraw" else newest

    def newest(self, code: str) -> Optional[Decision]:
        """The newest word of the TA on the code: an appeal is the student's and decides nothing."""
        decided = [each for each in self.on(code) if each.word != "appeal"]
        return decided[-1] if decided else None

    def appealed(self, code: str) -> bool:
        """Whether the student's word is the newest one on the code: the TA has not answered it."""
        return any(each.word == "appeal" for each in self.on(code)[-1:])

    def confirmed(self, code: str) -> tuple[Decision, ...]:
        """The confirmations of a finding's code that still stand, one for each matter.

        A confirmation or dismissal replaces those on the same matter. A withdrawal takes back the
        newest decision, and a dismissal without evidence (the finding has gone) the newest
        confirmation. A confirmation without evidence that answers an appeal adds none.
        """
        standing: tuple[Decision, ...] = ()
        for before, each in _with_before(self.on(code)):
            if each.word in ("set", "appeal"):
                continue  # points fit no finding, as the ruling says; an appeal decides nothing
            if _answers(before, each) and not each.evidence and _confirmations(standing):
                continue
            undone: tuple[Decision, ...] = (each,)
            if each.word == "withdraw":
                undone = standing[-1:]
            elif each.word == "dismiss" and not each.evidence:
                undone = _confirmations(standing)[-1:]
            standing = tuple(
                old for old in standing if not any(_same_matter(old, one) for one in undone)
            )
            if each.word != "withdraw":
                standing += (each,)
        return _confirmations(standing)

    def breaches(self, code: str) -> tuple[Decision, ...]:
        """The confirmations of an `offence.<kind>` that still stand: each adds one offence.

        One that answers an appeal says the newest of them again, and adds none.
        """
        standing: list[Decision] = []
        for before, each in _with_before(self.on(code)):
            if each.word == "confirm" and not (standing and _answers(before, each)):
                standing.append(each)
            elif each.word in ("dismiss", "withdraw"):
                del standing[-1:]
        return tuple(standing)


def journals(decisions: Iterable[Decision]) -> Mapping[str, Journal]:
    """The journal of each entrant who was ever decided on, whatever the order of what is given."""
    of: defaultdict[str, list[Decision]] = defaultdict(list)
    for each in sorted(decisions, key=lambda each: each.number):
        of[each.entrant].append(each)
    return {entrant: Journal(tuple(own)) for entrant, own in of.items()}


def offence_kinds(rules: Rules) -> tuple[str, ...]:
    """The kinds of offence that the rules put a price on, in their order."""
    return tuple(type(rules.penalties).model_fields)


def _with_before(
    decisions: Sequence[Decision],
) -> Iterator[tuple[Optional[Decision], Decision]]:
    """Each decision behind the one before it."""
    return zip((None, *decisions), decisions)


def _answers(before: Optional[Decision], decision: Decision) -> bool:
    """Whether the decision is the TA's answer to an appeal: confirmed all the same."""
    return decision.word == "confirm" and before is not None and before.word == "appeal"


def _confirmations(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(each for each in decisions if each.word == "confirm")


def _same_matter(one: Decision, other: Decision) -> bool:
    """Whether both are about one thing: the same facts, or the same code of one submission."""
    same_facts = bool(one.evidence) and one.evidence == other.evidence
    return same_facts or one.submission == other.submission
