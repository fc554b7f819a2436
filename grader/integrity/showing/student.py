"""What may be shown to the one concerned: their own parts, and of the other side nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Callable

from grader.grading.veil import Veil
from grader.integrity.records import Fact, Found, Inspection, Pair, Passage, Traits
from grader.integrity.showing.evidence import Evidence, Person
from grader.integrity.showing.words import Side, side_of, sides_of
from grader.records import Entrant
from validators.findings import Finding, Plain

OTHER = "another submission"
"""What the other side of a pair is called."""
OUTSIDE = "a work from outside this class"
"""What it is called where it is nobody's of this class."""
SOMEBODY = "(somebody else)"
"""Stands where a sentence names another student."""

_HEARD = "No decision has been made on this. What you say about it is heard before one is made."
CLOSING: Mapping[str, str] = {
    "waits": _HEARD,
    "stale": _HEARD,
    "confirmed": "This was decided: it was confirmed. If you see it otherwise, appeal to whoever"
    " teaches the course and say why.",
    "appealed": "This was confirmed, and you have appealed. Whoever teaches the course answers.",
    "dismissed": "This was decided: it was dismissed, and it costs nothing.",
    "stands": "This counts by the rules, without a decision. If it is wrong, tell whoever teaches"
    " the course.",
}
"""What a student can do about a finding, by how a decision on it stands."""
NO_DECISION = "There is nothing to decide on this, and it costs nothing."
"""The same where no decision is asked for."""

# Columns that hold nothing of either work; those of weights are layers that both models have.
_NOBODYS = frozenset({"row", "tokens", "works that have it", "kind", "bytes", "sha-256"})
# By these the two sides are found in what is shown; they are no names and nothing of a work's.
_OTHER_NAME = "\0other"
_OUTSIDE_NAME = "\0outside"


def for_student(evidence: Evidence, key: str, entrants: Iterable[Entrant]) -> Evidence:
    """The evidence about one entrant without anything that tells of others.

    Everything else is not in it any more: neither names nor files nor texts of others, nor the
    pairs, clusters and notes of the class. Where the class lies stays.
    """
    class_ = tuple(entrants)
    said = _sayer(class_, key)
    names = frozenset(evidence.names_of(key))
    pairs = tuple(_own_side(each, names, evidence) for each in evidence.pairs_of(key))
    labels = frozenset(pair.label for pair in pairs)
    found = tuple(
        _said_found(each, said, labels, evidence.standing(each)) for each in evidence.found_of(key)
    )
    inspection = replace(
        _own_facts(evidence.inspection, names, said),
        found=found,
        pairs=tuple(_said_pair(pair, said) for pair in pairs),
        spreads=evidence.inspection.spreads,
    )
    people = {name: evidence.people[name] for name in evidence.people if name in names}
    people[_OTHER_NAME], people[_OUTSIDE_NAME] = Person(OTHER), Person(OUTSIDE)
    return replace(
        evidence,
        inspection=inspection,
        people=people,
        lines=lambda name: evidence.lines(name) if name in names else {},
        seen=lambda name: evidence.seen(name) if name in names else Traits(),
        for_whom="student",
        elsewhere=tuple(
            _said_elsewhere(each, said, evidence.standing(each))
            for each in evidence.elsewhere_of(key)
        ),
        kept=lambda name: "",
    )


def _own_facts(told: Inspection, names: frozenset[str], said: Callable[[str], str]) -> Inspection:
    """The facts and faults of these works, and nothing else."""
    return Inspection(
        facts=tuple(
            Fact(each.name, said(each.says), said(each.value))
            for each in told.facts
            if each.name in names
        ),
        faults=tuple(
            (name, replace(fault, place=said(fault.place), message=said(fault.message)))
            for name, fault in told.faults
            if name in names
        ),
    )


def _sayer(class_: Iterable[Entrant], key: str) -> Callable[[str], str]:
    """A function that puts SOMEBODY in place of every other student's name in a sentence.

    A word that is the reader's own, too, stays: it tells them nothing about others.
    """
    everybody = tuple(class_)
    own = Veil.of(each for each in everybody if each.student.id == key)
    others = Veil.of(each for each in everybody if each.student.id != key)

    def said(text: str) -> str:
        return others.pattern.sub(
            lambda found: found[0] if found[0].casefold() in own.names else SOMEBODY, text
        )

    return said


def _own_side(pair: Pair, names: frozenset[str], evidence: Evidence) -> Pair:
    """The pair with the reader's side first and the other side empty."""
    turned = pair.first not in names
    own, other = (pair.second, pair.first) if turned else (pair.first, pair.second)
    mine: Side = "second" if turned else "first"
    columns = tuple(_own_columns(pair, mine))
    return replace(
        pair,
        first=own,
        second=_OTHER_NAME if evidence.who(other).key else _OUTSIDE_NAME,
        figures=tuple(
            (_as_yours(name), value) for name, value in pair.figures if side_of(name) in ("", mine)
        ),
        passages=tuple(_own_passage(each, turned) for each in pair.passages),
        headers=tuple(_as_yours(pair.headers[place]) for place in columns),
        rows=tuple(
            tuple(row[place] for place in columns if place < len(row))
            for row in pair.rows
            if columns
        ),
    )


def _own_columns(pair: Pair, mine: Side) -> Iterator[int]:
    """The columns of a pair's rows that are the reader's, or known to be of nobody's work.

    Of another column nothing is known but that it may hold something of the other side.
    """
    for place, side in enumerate(sides_of(pair.headers)):
        shared = pair.about == "weights" or pair.headers[place] in _NOBODYS
        if side == mine or (not side and shared):
            yield place


def _as_yours(header: str) -> str:
    return " ".join("yours" if word in ("first", "second") else word
                    for word in header.replace("the first", "first").replace("the second", "second")
                    .split(" "))  # fmt: skip


def _own_passage(passage: Passage, turned: bool) -> Passage:
    file = passage.second_file if turned else passage.first_file
    lines = passage.second_lines if turned else passage.first_lines
    return Passage(file, lines, "", (0, 0), passage.size)


def _said_pair(pair: Pair, said: Callable[[str], str]) -> Pair:
    """The pair without names in what stands over its figures and rows, and in names of layers."""
    rows = pair.rows
    if pair.about == "weights":
        rows = tuple(tuple(map(said, row)) for row in rows)
    figures = tuple((said(name), value) for name, value in pair.figures)
    return replace(pair, rows=rows, headers=tuple(map(said, pair.headers)), figures=figures)


def _said_found(
    found: Found, said: Callable[[str], str], labels: frozenset[str], standing: str
) -> Found:
    shown = tuple(label for label in found.labels if label in labels)
    return Found(found.name, _said_finding(found.finding, said, standing), shown)


def _said_elsewhere(found: Found, said: Callable[[str], str], standing: str) -> Found:
    """What another stage found, without its facts: they tell how rows were hidden from code."""
    return Found(found.name, replace(_said_finding(found.finding, said, standing), evidence=()))


def _said_finding(finding: Finding, said: Callable[[str], str], standing: str) -> Finding:
    """The finding with what its student can do in place of what the TA is to do."""
    return replace(
        finding,
        message=said(finding.message),
        remedy=CLOSING.get(standing, NO_DECISION),
        evidence=tuple((name, _said(value, said)) for name, value in finding.evidence),
    )


def _said(value: Plain, said: Callable[[str], str]) -> Plain:
    if isinstance(value, tuple):
        return tuple(_said(each, said) for each in value)
    return said(value) if isinstance(value, str) else value
