"""One entrant on a terminal: what was found, which pairs, what their code does with data."""

from __future__ import annotations

from collections.abc import Iterator

from grader.integrity.records import Found, Observation
from grader.integrity.showing.aligned import fit
from grader.integrity.showing.drawing import code_lines, heading, prose
from grader.integrity.showing.evidence import ABOUTS, Evidence
from grader.integrity.showing.terminal_elsewhere import elsewhere_of_person
from grader.integrity.showing.terminal_pair import pair_body
from grader.integrity.showing.words import (
    deciding,
    said_evidence,
    spread_sentence,
    traits_files,
)
from leaderboard.terminal import laid_out
from validators.display import clean


def person_body(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    """Everything about one person; a student gets their own side of each pair with it."""
    yield from _who(evidence, key, width)
    yield from _found(evidence, key, width)
    yield from elsewhere_of_person(evidence, key, width)
    yield from _pairs(evidence, key, width)
    yield from _class(evidence, width)
    yield from _facts(evidence, key, width)
    yield from _seen(evidence, key, width)


def _who(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    person = evidence.person(key)
    team = f" (team {person.team})" if person.team else ""
    yield from heading(f"{person}{team}")
    for name in evidence.names_of(key):
        own = evidence.who(name)
        if own.package:
            yield from prose(f"{own.package}  sha-256 {own.digest}", width)


def _found(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    found = evidence.found_of(key)
    yield from heading(f"Observations: {len(found):,}")
    if not found:
        yield "nothing stands out"
    for each in found:
        yield from _one(evidence, each, width)


def _one(evidence: Evidence, found: Found, width: int) -> Iterator[str]:
    finding = found.finding
    standing = evidence.standing(found)
    rests = f" pair {', '.join(found.labels)}" if found.labels else ""
    yield ""
    yield clean(f"{finding.code}  {finding.place}{rests}" + (f"  [{standing}]" if standing else ""))
    yield from prose(finding.message, width - 4, "    ")
    yield from prose(finding.remedy, width - 4, "    ")
    for name, value in said_evidence(finding):
        yield from prose(f"{name}: {value}", width - 4, "      ")
    digest = traits_files(evidence.seen(found.name)).get(finding.place.file)
    if digest:
        yield clean(f"      sha-256 of {finding.place.file}: {digest}")


def _pairs(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    pairs = evidence.pairs_of(key)
    if evidence.for_whom == "student":
        for pair in pairs:
            yield from pair_body(evidence, pair, width)
        return
    if pairs:
        yield from heading(f"Pairs: {len(pairs):,}")
        names = frozenset(evidence.names_of(key))
        rows = [
            (
                pair.label, pair.about,
                clean(str(evidence.who(pair.second if pair.first in names else pair.first))),
                clean(deciding(pair)),
            )
            for pair in pairs
        ]  # fmt: skip
        headers = ("pair", "part", "with", "deciding figure")
        gives = (("deciding figure", 20), ("with", 16))
        yield from laid_out(headers, rows, width, gives).splitlines()


def _class(evidence: Evidence, width: int) -> Iterator[str]:
    if evidence.for_whom == "student" and evidence.inspection.pairs:
        return  # each of their pairs has said so already
    if evidence.inspection.spreads:
        yield from heading("Where this class lies")
    for about in ABOUTS:
        for spread in evidence.spreads_of(about):
            yield from prose(f"{about}: {spread_sentence(spread)}", width)


def _facts(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    names = frozenset(evidence.names_of(key))
    facts = [each for each in evidence.inspection.facts if each.name in names]
    faults = [fault for name, fault in evidence.inspection.faults if name in names]
    if facts or faults:
        yield from heading("Facts beside the score; none of them is anybody's offence")
    for fact in facts:
        yield from prose(f"{fact.says}: {fact.value}", width)
    for fault in faults:
        yield from prose(f"ours: {fault.code}  {fault.place}: {fault.message}", width)


def _seen(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    for name in evidence.names_of(key):
        observations, left_out = evidence.observations_of(name)
        if observations or left_out:
            yield from heading("What the code does with data and models, read without running it")
        if left_out:
            yield from prose(left_out, width)
        digests = traits_files(evidence.seen(name))
        for seen in observations:
            yield ""
            yield from prose(f"{seen.what}  {seen.name}  {seen.place}  {seen.says}", width)
            yield from code_lines(fit_lines(seen), seen.place.line, width)
        files = sorted({seen.place.file for seen in observations} & set(digests))
        yield from (clean(f"sha-256 of {path}: {digests[path]}") for path in files)


def fit_lines(seen: Observation) -> list[tuple[int, str]]:
    """The lines around an observation, fit to be shown."""
    return [(number, fit(text)) for number, text in seen.lines]
