"""Evidence with pseudonyms in place of everybody's names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.grading.veil import Veil
from grader.integrity.records import Inspection, Pair, Traits
from grader.integrity.showing.evidence import Evidence, Person
from grader.integrity.showing.words import LEFT_OUT, sides_of
from grader.records import Entrant
from validators.findings import Finding

# A note may name a team that is nobody's of the class, for which there is no pseudonym.
_NOTES = "{} notes are left out: they may name somebody who is not in the class."
# Of teams and files, what names no team, no account and no file.
_NUMBERED = frozenset({"kind", "bytes", "sha-256", "submissions", "last submission"})
_NUMBERS = (bool, int, float)


def anonymous(evidence: Evidence, entrants: Iterable[Entrant]) -> Evidence:
    """The evidence with pseudonyms; what students wrote is left out, for it may name anybody.

    Line numbers, figures and file names stay, the latter with pseudonyms in them.
    """
    class_ = tuple(entrants)
    veil = Veil.of(class_)
    pseudonyms = {each.student.id: each.pseudonym for each in class_}
    people = {
        name: replace(
            person,
            label=pseudonyms[person.key],
            name="",
            team="",
            package=veil.text(person.package),
        )
        for name, person in evidence.people.items()
    }
    outside = {name for pair in evidence.inspection.pairs for name in (pair.first, pair.second)}
    outside |= {name for each in evidence.inspection.clusters for name in each.names}
    outside |= {each.name for each in (*evidence.inspection.found, *evidence.elsewhere)}
    outside |= {each.name for each in evidence.inspection.facts}
    outside |= {name for name, _ in evidence.inspection.faults}
    outside.difference_update(people)
    # Of an earlier year nobody's name is known, so nothing could stand for it.
    strangers = enumerate(sorted(outside), 1)
    people.update({name: Person(f"outside {place}") for place, name in strangers})
    return replace(
        evidence,
        inspection=_veiled(evidence.inspection, veil, frozenset(outside)),
        people=people,
        lines=lambda source: {},
        seen=lambda source: _veiled_traits(evidence.seen(source), veil),
        elsewhere=tuple(
            replace(e, finding=_veiled_finding(e.finding, veil)) for e in evidence.elsewhere
        ),
        kept=lambda source: "",
        texts_left_out=True,
    )


def _veiled(inspection: Inspection, veil: Veil, outside: frozenset[str]) -> Inspection:
    """All texts veiled, but not the names that people are looked up by, nor the labels."""
    return replace(
        inspection,
        found=tuple(replace(e, finding=_veiled_finding(e.finding, veil)) for e in inspection.found),
        pairs=tuple(_veiled_pair(each, veil, outside) for each in inspection.pairs),
        facts=tuple(
            replace(e, says=veil.text(e.says), value=veil.text(e.value)) for e in inspection.facts
        ),
        notes=(_NOTES.format(len(inspection.notes)),) if inspection.notes else (),
        faults=tuple((name, veil.over(fault)) for name, fault in inspection.faults),
    )


def _veiled_finding(finding: Finding, veil: Veil) -> Finding:
    """The finding without the texts among its facts, which may be lines that a student wrote."""
    facts = tuple((name, value) for name, value in finding.evidence if isinstance(value, _NUMBERS))
    return replace(veil.over(finding), evidence=facts)


def _veiled_pair(pair: Pair, veil: Veil, outside: frozenset[str]) -> Pair:
    def path(name: str, file: str) -> str:
        return LEFT_OUT if name in outside else veil.text(file)

    passages = (
        replace(
            each,
            first_file=path(pair.first, each.first_file),
            second_file=path(pair.second, each.second_file),
        )
        for each in pair.passages
    )
    if pair.about == "predictions":  # only the rows' IDs are left
        rows = tuple((*row[:1], LEFT_OUT) for row in pair.rows)
        return replace(pair, passages=tuple(passages), headers=(*pair.headers[:1], ""), rows=rows)
    kept = tuple(_is_kept(pair, place, outside) for place in range(len(pair.headers)))
    rows = tuple(
        tuple(veil.text(cell) if told else LEFT_OUT for cell, told in zip(row, kept))
        for row in pair.rows
    )
    return replace(pair, passages=tuple(passages), rows=rows)


def _is_kept(pair: Pair, place: int, outside: frozenset[str]) -> bool:
    """Whether the cells of a column name nobody for whom there is no pseudonym."""
    if pair.about == "behaviour":
        return pair.headers[place] in _NUMBERED
    names = {"first": pair.first, "second": pair.second, "": ""}
    return names[sides_of(pair.headers)[place]] not in outside


def _veiled_traits(traits: Traits, veil: Veil) -> Traits:
    """What is shown of the traits, paths veiled; digests are nobody's name and stay whole."""
    said, own = veil.text, traits.predictions
    predictions = None if own is None else replace(own, file=said(own.file))
    code = replace(
        traits.code,
        files=tuple(map(said, traits.code.files)),
        unread=tuple((said(path), said(why)) for path, why in traits.code.unread),
    )
    seen = (replace(veil.over(each), what=each.what, lines=()) for each in traits.observations)
    return replace(
        traits,
        files=tuple(replace(each, path=said(each.path)) for each in traits.files),
        code=code,
        weights=replace(traits.weights, files=tuple(map(said, traits.weights.files))),
        predictions=predictions,
        observations=tuple(seen),
    )
