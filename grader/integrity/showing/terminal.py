"""Evidence on a terminal: the class, one entrant, or one pair side by side."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Optional

from grader.integrity.records import About
from grader.integrity.showing.drawing import heading, prose, room
from grader.integrity.showing.evidence import ABOUTS, Evidence, Person
from grader.integrity.showing.terminal_elsewhere import elsewhere_of_class
from grader.integrity.showing.terminal_pair import pair_body
from grader.integrity.showing.terminal_person import person_body
from grader.integrity.showing.words import (
    COLUMNS,
    FOR_STUDENT,
    NO_VERDICT,
    compared_works,
    deciding,
    legend,
    spread_cells,
)
from grader.work_folder import WORK
from leaderboard.terminal import cut, fits, laid_out
from validators.display import clean

_FIRST = 40
_OPEN = ("waits", "stale", "appealed")
_NAME, _WHERE = 24, 40
# How the table of pairs gives way in a narrow window, in turn.
_GIVES = (("deciding figure", 20), ("first", 16), ("second", 16))


def class_lines(evidence: Evidence, width: Optional[int], work: str) -> Iterator[str]:
    """The class: what was compared, where it lies, what stands out, and what to type next."""
    yield from _head(evidence, room(width))
    yield from _parts(evidence, width)
    yield from _pairs(evidence, width)
    yield from _clusters(evidence, room(width))
    yield from _singles(evidence, width)
    yield from elsewhere_of_class(evidence, room(width))
    yield from _notes(evidence, room(width))
    yield ""
    some = _first_to_see(evidence)
    yield from (f"next: {_typed(work, word)}" for word in some)
    yield f"as pages: {_typed(work, '--html', 'evidence')}"


def person_lines(evidence: Evidence, key: str, width: Optional[int], work: str) -> Iterator[str]:
    """Everything about one entrant: observations, pairs, and what their code does."""
    yield from _head(evidence, room(width))
    yield from person_body(evidence, key, room(width))
    if evidence.for_whom == "ta":
        person = evidence.person(key)
        yield ""
        for pair in evidence.pairs_of(key)[:_FIRST]:
            yield f"next: {_typed(work, pair.label)}"
        for code in _waiting(person):
            yield f"next: {_decide(work, person, code)}"
        yield f"for them: {_typed(work, '--for-student', person.label)}"


def pair_lines(evidence: Evidence, label: str, width: Optional[int], work: str) -> Iterator[str]:
    """One pair, its matching parts side by side."""
    yield from _head(evidence, room(width))
    pair = evidence.pair(label)
    yield from pair_body(evidence, pair, room(width))
    yield ""
    codes = {each.finding.code for each in evidence.found_by(label)}
    for name in (pair.first, pair.second):
        person = evidence.who(name)
        if person.key:
            yield f"next: {_typed(work, person.label)}"
        for code in (each for each in _waiting(person) if each in codes):
            yield f"next: {_decide(work, person, code)}"


def _head(evidence: Evidence, width: int) -> Iterator[str]:
    yield clean(
        f"evidence of run {evidence.run} ({evidence.inspected_at}), "
        f"told {evidence.told_at} by grade {evidence.tool}"
    )
    yield from prose(NO_VERDICT, width)
    if evidence.for_whom == "student":
        yield from prose(FOR_STUDENT, width)


def _parts(evidence: Evidence, width: Optional[int]) -> Iterator[str]:
    yield from heading("What was compared")
    works = compared_works(evidence)
    rows = [
        (about, f"{works[about]:,}", *spread_cells(spread))
        for about in ABOUTS
        for spread in evidence.spreads_of(about) or ()
    ]
    for about in ABOUTS:
        if not evidence.spreads_of(about):
            stand_out = sum(each.about == about for each in evidence.inspection.pairs)
            blanks = [""] * len(COLUMNS)
            blanks[2] = f"{stand_out:,}"
            rows.append((about, f"{works[about]:,}", *blanks))
    rows.sort(key=lambda row: [*ABOUTS].index(_about(row[0])))
    yield from _spreads(("part", "works", *COLUMNS), [tuple(map(clean, r)) for r in rows], width)
    yield from (line for each in legend(evidence) for line in prose(each, room(width)))


def _spreads(
    headers: tuple[str, ...], rows: Sequence[tuple[str, ...]], width: Optional[int]
) -> Iterator[str]:
    """The table; in a narrow window part and figure are one, and the works stand below it."""
    text = laid_out(headers, rows, None)
    if width is None or fits(text, width):
        yield from text.splitlines()
        return
    short = [(f"{part}: {figure}" if figure else part, *rest) for part, _, figure, *rest in rows]
    least = [("stand out", len("stand")), (headers[2], 28)]
    yield from laid_out(headers[2:], short, width, least).splitlines()
    works = {part: count for part, count, *_ in rows}
    yield from prose("works: " + ", ".join(" ".join(each) for each in works.items()), room(width))


def _about(text: str) -> About:
    return next(each for each in ABOUTS if each == text)


def _pairs(evidence: Evidence, width: Optional[int]) -> Iterator[str]:
    pairs = evidence.inspection.pairs
    yield from heading(f"Pairs that stand out: {len(pairs):,}")
    if not pairs:
        yield "none"
        return
    rows = [
        (
            pair.label, pair.about, _name(evidence.who(pair.first)),
            _name(evidence.who(pair.second)), clean(deciding(pair)),
        )
        for pair in pairs[:_FIRST]
    ]  # fmt: skip
    headers = ("pair", "part", "first", "second", "deciding figure")
    yield from laid_out(headers, rows, width, _GIVES).splitlines()
    yield from _more(len(pairs))


def _clusters(evidence: Evidence, width: int) -> Iterator[str]:
    clusters = evidence.inspection.clusters
    if not clusters:
        return
    yield from heading(f"Works that hang together: {len(clusters):,}")
    for cluster in clusters[:_FIRST]:
        names = ", ".join(str(evidence.who(name)) for name in cluster.names)
        yield from prose(f"{cluster.about}, {len(cluster.names):,} works: {names}", width)
    yield from _more(len(clusters))


def _singles(evidence: Evidence, width: Optional[int]) -> Iterator[str]:
    """What was found about one work alone."""
    found = sorted(
        (each for each in evidence.inspection.found if not each.labels),
        key=lambda each: (*each.finding.sort_key()[:1], each.finding.code, each.name,
                          *each.finding.sort_key()[1:]),
    )  # fmt: skip
    if not found:
        return
    yield from heading(f"Observations about one work alone: {len(found):,}")
    rows = [
        (
            _name(evidence.who(each.name)),
            each.finding.code,
            dict(evidence.who(each.name).standing).get(each.finding.code, ""),
            cut(str(each.finding.place), _WHERE),
        )
        for each in found[:_FIRST]
    ]
    headers = ("entrant", "code", "decision", "place")
    yield from laid_out(headers, rows, width, [("place", 16)]).splitlines()
    yield from _more(len(found))


def _notes(evidence: Evidence, width: int) -> Iterator[str]:
    if evidence.inspection.notes or evidence.inspection.faults:
        yield from heading("What could not be compared, and other notes")
    for note in evidence.inspection.notes:
        yield from prose(note, width)
    for name, fault in evidence.inspection.faults:
        who = evidence.who(name)
        yield from prose(f"ours: {who}: {fault.code}  {fault.place}: {fault.message}", width)


def _more(count: int) -> Iterator[str]:
    if count > _FIRST:
        yield f"and {count - _FIRST:,} more: --json or --html shows all"


def _name(person: Person) -> str:
    return cut(clean(str(person)), _NAME)


def _first_to_see(evidence: Evidence) -> Sequence[str]:
    pairs = evidence.inspection.pairs
    alone = [each for each in evidence.inspection.found if not each.labels]
    some = [pairs[0].label] if pairs else []
    labels = sorted(evidence.who(e.name).label for e in alone if evidence.who(e.name).key)
    return [*some, *labels[:1]]


def _waiting(person: Person) -> Sequence[str]:
    return [code for code, standing in person.standing if standing in _OPEN]


def _typed(work: str, *words: str) -> str:
    where = () if work == WORK else ("--work", work)
    return clean(shlex.join(["grade", "evidence", *words, *where]))


def _decide(work: str, person: Person, code: str) -> str:
    where = "" if work == WORK else f" --work {shlex.quote(work)}"
    who = shlex.quote(person.label)
    return clean(f'grade decide {who} {code} --confirm (or --dismiss) --why "…"{where}')
