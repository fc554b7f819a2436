"""Evidence as JSON: the same as on the other ways, for a program to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

from grader.integrity.records import Found, Pair
from grader.integrity.showing.aligned import ordered
from grader.integrity.showing.elsewhere import command, where_to_look
from grader.integrity.showing.evidence import Evidence, Person
from grader.integrity.showing.words import (
    NO_VERDICT,
    compared_works,
    digests,
    explanations,
)


def class_json(evidence: Evidence) -> dict[str, Any]:
    """The whole class."""
    told = evidence.inspection
    return _numbers(
        {
            **_head(evidence),
            "works": dict(compared_works(evidence)),
            "spreads": [asdict(each) for each in told.spreads],
            "pairs": [_pair(evidence, each) for each in told.pairs],
            "clusters": [
                {"about": each.about, "who": [_who(evidence, name) for name in each.names]}
                for each in told.clusters
            ],
            "found": _found(evidence, told.found),
            "elsewhere": _elsewhere(evidence, evidence.elsewhere),
            "facts": [
                {**_who(evidence, each.name), "says": each.says, "value": each.value}
                for each in told.facts
            ],
            "notes": list(told.notes),
            "faults": [{**_who(evidence, name), **asdict(fault)} for name, fault in told.faults],
        }
    )


def person_json(evidence: Evidence, key: str) -> dict[str, Any]:
    """Everything about one person."""
    names = evidence.names_of(key)
    own = frozenset(names)
    told = evidence.inspection
    works = []
    for name in names:
        traits = evidence.seen(name)
        if evidence.who(name).package:
            works.append(
                {
                    **_who(evidence, name),
                    "files": [asdict(each) for each in traits.files],
                    "observations": [asdict(each) for each in traits.observations],
                }
            )
    pair = _whole_pair if evidence.for_whom == "student" else _pair
    return _numbers(
        {
            **_head(evidence),
            "entrant": evidence.person(key).label,
            "works": works,
            "found": _found(evidence, evidence.found_of(key)),
            "elsewhere": _elsewhere(evidence, evidence.elsewhere_of(key)),
            "pairs": [pair(evidence, each) for each in evidence.pairs_of(key)],
            "spreads": [asdict(each) for each in told.spreads],
            "facts": [
                {"says": each.says, "value": each.value} for each in told.facts if each.name in own
            ],
            "faults": [asdict(fault) for name, fault in told.faults if name in own],
        }
    )


def pair_json(evidence: Evidence, label: str) -> dict[str, Any]:
    """One pair with the texts of both."""
    pair = evidence.pair(label)
    return _numbers(
        {
            **_head(evidence),
            **_whole_pair(evidence, pair),
            "spreads": [asdict(each) for each in evidence.spreads_of(pair.about)],
            "found": _found(evidence, evidence.found_by(label)),
        }
    )


def _head(evidence: Evidence) -> dict[str, Any]:
    return {
        "run": evidence.run,
        "inspected_at": evidence.inspected_at,
        "told_at": evidence.told_at,
        "tool": evidence.tool,
        "for": evidence.for_whom,
        "reads_as": NO_VERDICT,
        "rules": dict(evidence.rules),
    }


def _who(evidence: Evidence, name: str) -> dict[str, Any]:
    person: Person = evidence.who(name)
    return {
        "entrant": person.label,
        "name": person.name,
        "package": person.package,
        "sha256": person.digest,
        "of_this_class": bool(person.key),
    }


def _pair(evidence: Evidence, pair: Pair) -> dict[str, Any]:
    return {
        "label": pair.label,
        "about": pair.about,
        "first": _who(evidence, pair.first),
        "second": _who(evidence, pair.second),
        "figures": dict(pair.figures),
    }


def _whole_pair(evidence: Evidence, pair: Pair) -> dict[str, Any]:
    first, second = evidence.lines(pair.first), evidence.lines(pair.second)
    return {
        **_pair(evidence, pair),
        "explanations": list(explanations(evidence, pair)),
        "files": {
            side: dict(sorted(digests(evidence, name, pair)))
            for side, name in (("first", pair.first), ("second", pair.second))
        },
        "passages": [
            {
                "size": each.size,
                "first": _part(each.first_file, each.first_lines, first),
                "second": _part(each.second_file, each.second_lines, second),
            }
            for each in ordered(pair)
        ],
        "headers": list(pair.headers),
        "rows": [list(row) for row in pair.rows],
    }


def _part(file: str, lines: tuple[int, int], files: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    start, end = lines
    return {
        "file": file,
        "lines": [start, end],
        "text": list(files.get(file, ())[max(0, start - 1) : max(0, end)]),
    }


def _found(evidence: Evidence, found: Iterable[Found]) -> list[dict[str, Any]]:
    return [
        {
            **_who(evidence, each.name),
            "standing": evidence.standing(each),
            "pairs": list(each.labels),
            **asdict(each.finding),
            "evidence": dict(each.finding.evidence),
        }
        for each in found
    ]


def _elsewhere(evidence: Evidence, found: Sequence[Found]) -> list[dict[str, Any]]:
    """What other stages found: as `found`, with what to type next and where to look."""
    ta = evidence.for_whom == "ta"
    return [
        {
            **told,
            "next": command(evidence, each) if ta else "",
            "look": dict(where_to_look(evidence, each)),
        }
        for told, each in zip(_found(evidence, found), found)
    ]


def _numbers(document: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in document.items()}


def _plain(value: Any) -> Any:
    """The value with null in place of what JSON has no number for."""
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
