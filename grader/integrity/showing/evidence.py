"""What all ways of showing are given: an inspection, and who stands behind each name in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isnan
from typing import Callable, Literal

from grader.integrity.records import (
    About,
    Fact,
    Found,
    Inspection,
    Observation,
    Pair,
    Spread,
    Traits,
)
from grader.outcomes import WAITING, Judged
from grader.records import Entrant
from grader.runs import Run
from grader.work_folder import WORK
from validators.catalogue import all_codes, integrity_codes
from validators.findings import Finding, Place
from validators.predictions.folding import counted
from validators.rules import rules_from_json

Lines = Callable[[str], Mapping[str, tuple[str, ...]]]
Seen = Callable[[str], Traits]
Kept = Callable[[str], str]
HandedOut = Callable[[], "frozenset[str]"]

ABOUTS: tuple[About, ...] = ("code", "weights", "predictions", "behaviour")
"""The parts in the order in which they are told."""


@dataclass(frozen=True)
class Person:
    """Whose a compared work is. `key` tells persons apart, `label` is what they are called.

    A work that is not of this class (an earlier year's, a known model) has no `key`. `standing`
    has what became of each code that was found: its name, and how a decision stands.
    """

    label: str
    key: str = ""
    name: str = ""
    team: str = ""
    package: str = ""
    digest: str = ""
    standing: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.label} {self.name}".strip()


@dataclass(frozen=True)
class Evidence:
    """An inspection with all that is needed to tell it; `for_whom` is who will read it.

    `people` has who stands behind each name in the inspection. `tool` is our version, `told_at`
    when this was told. `rules` are the thresholds: the name of each, and its value. The inspection
    is in a total order. `elsewhere` has what accuses and was found by other stages: the checks,
    and running code again. `kept` gives the path of a package on this machine, empty where that
    isn't known; `work` is the work folder, to be typed in commands. `handed_out` gives the digests
    of the code that everybody was given.
    """

    inspection: Inspection
    people: Mapping[str, Person]
    run: int
    inspected_at: str
    tool: str
    told_at: str
    rules: tuple[tuple[str, str], ...] = ()
    lines: Lines = field(default=lambda source: {}, compare=False)
    seen: Seen = field(default=lambda source: Traits(), compare=False)
    for_whom: Literal["ta", "student"] = "ta"
    texts_left_out: bool = False
    elsewhere: tuple[Found, ...] = ()
    kept: Kept = field(default=lambda source: "", compare=False)
    work: str = WORK
    handed_out: HandedOut = field(default=frozenset, compare=False)

    def who(self, name: str) -> Person:
        """Whose the work of that name is; one from outside the class has nothing but its name."""
        return self.people.get(name) or Person(name)

    def names_of(self, key: str) -> tuple[str, ...]:
        """All names under which this person's works stand in the inspection."""
        return self._names.get(key, ()) if key else ()

    def pairs_of(self, key: str) -> tuple[Pair, ...]:
        """The pairs that a person is part of, the nearest first."""
        names = frozenset(self.names_of(key))
        return tuple(p for p in self.inspection.pairs if {p.first, p.second} & names)

    def found_of(self, key: str) -> tuple[Found, ...]:
        """What was found about a person."""
        names = frozenset(self.names_of(key))
        return tuple(each for each in self.inspection.found if each.name in names)

    def elsewhere_of(self, key: str) -> tuple[Found, ...]:
        """What other stages found about a person."""
        names = frozenset(self.names_of(key))
        return tuple(each for each in self.elsewhere if each.name in names)

    def standing(self, found: Found) -> str:
        """How a decision on the finding stands; empty where there is nothing to decide."""
        return dict(self.who(found.name).standing).get(found.finding.code, "")

    def observations_of(self, name: str) -> tuple[tuple[Observation, ...], str]:
        """What code does by its place, without files as they were handed out; what was left out."""
        traits = self.seen(name)
        given = {each.path for each in traits.files if each.sha256 in self._given}
        own = [each for each in traits.observations if each.place.file not in given]
        own.sort(key=lambda one: (one.place.file, one.place.line or 0, one.what, one.name))
        left = len(traits.observations) - len(own)
        files = len(given & {each.place.file for each in traits.observations})
        told = (
            f"left out: {counted(left, 'observation', 'observations')} in "
            f"{counted(files, 'file that equals', 'files that equal')} what everybody was given"
        )
        more = "; --json has all" if self.for_whom == "ta" else ""
        return tuple(own), told + more if left else ""

    def found_by(self, label: str) -> tuple[Found, ...]:
        """What was found that rests on a pair."""
        return tuple(self._resting.get(label, ()))

    def spreads_of(self, about: About) -> tuple[Spread, ...]:
        """Where the class lies in one part."""
        return tuple(each for each in self.inspection.spreads if each.about == about)

    def pair(self, label: str) -> Pair:
        """The pair with that label. Raises KeyError."""
        return {each.label: each for each in self.inspection.pairs}[label]

    def person(self, key: str) -> Person:
        """Somebody of the class: by the work that counts, as it stands first."""
        return self.people[self.names_of(key)[0]]

    @cached_property
    def _given(self) -> frozenset[str]:
        return self.handed_out()

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, person in self.people.items():
            found[person.key] = (*found.get(person.key, ()), name)
        return found

    @cached_property
    def _resting(self) -> Mapping[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        for each in self.inspection.found:
            for label in each.labels:
                found.setdefault(label, []).append(each)
        return found


def evidence_of(run: Run, inspection: Inspection, tool: str, told_at: str) -> Evidence:
    """The evidence of a finished run, everybody under their id."""
    assert run.state is not None
    people = dict(item for judged in run.state.judged for item in _persons(judged))
    rules = tuple(_flat("", rules_from_json(run.plan.rules).model_dump(mode="json")["inspect"]))
    whole = _sorted(_with_cases(inspection, run.state.judged))
    others = (each for judged in run.state.judged for each in _elsewhere(judged))
    elsewhere = _waiting_first(others, people)
    return Evidence(
        whole, people, run.number, run.at, tool, told_at, rules, elsewhere=elsewhere
    )  # fmt: skip


def with_works(evidence: Evidence, lines: Lines, seen: Seen) -> Evidence:
    """The evidence with the texts and traits of the works."""
    return replace(evidence, lines=lines, seen=seen)


def in_order(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """The pairs by part, those with the highest deciding figure first."""
    return tuple(sorted(pairs, key=_order))


def _order(pair: Pair) -> tuple[int, float, str]:
    deciding = pair.figures[0][1] if pair.figures else 0.0
    return ABOUTS.index(pair.about), 0.0 if isnan(deciding) else -deciding, pair.label


def _persons(judged: Judged) -> Iterator[tuple[str, Person]]:
    """One entrant by each name that they can have: of a submission, or as an entrant."""
    entrant = judged.case.entrant
    person = Person(
        entrant.student.id,
        entrant.student.id,
        entrant.student.name,
        "" if entrant.team is None else entrant.team.name,
        standing=tuple((each.code, each.standing) for each in judged.rulings),
    )
    if entrant.submission is not None:
        own = entrant.submission
        yield own.source, replace(person, package=own.source, digest=own.digest)
    for other in entrant.others:
        package = f"{other.source} (doesn't count)"
        yield other.source, replace(person, package=package, digest=other.digest)
    yield f"entrant {entrant.student.id}", person


def _elsewhere(judged: Judged) -> Iterator[Found]:
    """What accuses an entrant and is no part of the inspection: found by the checks or a re-run."""
    ours = frozenset(code.name for code in integrity_codes())
    accusing = frozenset(code.name for code in all_codes() if code.accuses) - ours
    name = _name_of(judged.case.entrant)
    yield from (Found(name, each) for each in judged.case.findings if each.code in accusing)


def _waiting_first(found: Iterable[Found], people: Mapping[str, Person]) -> tuple[Found, ...]:
    def is_settled(each: Found) -> bool:
        return dict(people[each.name].standing).get(each.finding.code) not in WAITING

    return tuple(sorted(_in_order(found), key=is_settled))


def _in_order(found: Iterable[Found]) -> tuple[Found, ...]:
    return tuple(sorted(found, key=lambda each: (each.finding.sort_key(), each.name)))


def _with_cases(inspection: Inspection, judged: Iterable[Judged]) -> Inspection:
    """The inspection with what is found when a case is made: of data and models that code loads."""
    ours = frozenset(code.name for code in integrity_codes())
    known = {(each.name, *_told(each.finding)) for each in inspection.found}
    facts = {(each.name, each.says) for each in inspection.facts}
    found, more = list(inspection.found), list(inspection.facts)
    for case in (each.case for each in judged):
        name = _name_of(case.entrant)
        found += [
            Found(name, each)
            for each in case.findings
            if each.code in ours and (name, *_told(each)) not in known
        ]
        more += [
            Fact(name, says, value)
            for says, value in (*case.quality, *case.observed)
            if (name, says) not in facts
        ]
    return replace(inspection, found=tuple(found), facts=tuple(more))


def _sorted(told: Inspection) -> Inspection:
    """The inspection in a total order, whatever order its parts were put together in.

    A label of which there is no pair to be shown is left out.
    """
    labels = frozenset(each.label for each in told.pairs)
    found = (
        replace(each, labels=tuple(label for label in each.labels if label in labels))
        for each in told.found
    )
    return replace(
        told,
        found=_in_order(found),
        pairs=in_order(told.pairs),
        clusters=tuple(
            sorted(told.clusters, key=lambda e: (ABOUTS.index(e.about), -len(e.names), e.names))
        ),
        spreads=tuple(sorted(told.spreads, key=lambda e: (ABOUTS.index(e.about), e.figure))),
        facts=tuple(sorted(told.facts, key=lambda each: (each.name, each.says, each.value))),
        faults=tuple(sorted(told.faults, key=lambda each: (each[0], each[1].code, each[1].place))),
    )


def _told(finding: Finding) -> tuple[str, Place, str]:
    # Without its severity, which the course's rules may have changed in the case.
    return finding.code, finding.place, finding.message


def _name_of(entrant: Entrant) -> str:
    return (
        f"entrant {entrant.student.id}"
        if entrant.submission is None
        else (entrant.submission.source)
    )


def _flat(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Each value of a table of rules with its dotted name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}" if key else str(name), inner)
    elif isinstance(value, (list, tuple)):
        yield key, ", ".join(map(str, value))
    else:
        yield key, str(value)
