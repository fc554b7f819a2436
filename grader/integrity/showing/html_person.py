"""One entrant as a page: what was found, in which pairs they are, what their code does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.integrity.records import Found, Observation
from grader.integrity.showing.aligned import fit
from grader.integrity.showing.elsewhere import command, title, where_to_look
from grader.integrity.showing.evidence import ABOUTS, Evidence
from grader.integrity.showing.html_frame import bare, link, path, table, text, who
from grader.integrity.showing.html_pair import Pages, pair_html
from grader.integrity.showing.words import (
    PARTS,
    figures,
    said_evidence,
    spread_sentence,
    traits_files,
)


def person_html(evidence: Evidence, key: str, pages: Pages) -> Iterator[str]:
    """Everything about one person; a student gets their own side of each pair with it."""
    own = {evidence.who(name) for name in evidence.names_of(key)}
    packages = sorted((each.package, each.digest) for each in own if each.package)
    rows = [(path(name), f"<span class=digest>{bare(digest)}</span>") for name, digest in packages]
    yield table("What was handed in", ("package", "sha-256"), rows)
    yield from _found(evidence, key)
    yield from _elsewhere(evidence, key)
    yield from _pairs(evidence, key, pages)
    yield "<h2>Where this class lies</h2>\n"
    for about in ABOUTS:
        for spread in evidence.spreads_of(about):
            yield f"<p>{text(PARTS[about])}: {text(spread_sentence(spread))}</p>\n"
    yield from _facts(evidence, key)
    yield from _seen(evidence, key)


def _found(evidence: Evidence, key: str) -> Iterator[str]:
    found = evidence.found_of(key)
    yield f"<h2>Observations: {len(found):,}</h2>\n"
    if not found:
        yield "<p>Nothing stands out.</p>\n"
    for each in found:
        yield from _one(evidence, each)


def _one(evidence: Evidence, found: Found) -> Iterator[str]:
    finding = found.finding
    yield from _told(evidence, found)
    facts = [*said_evidence(finding)]
    digest = traits_files(evidence.seen(found.name)).get(finding.place.file)
    if digest:
        facts.append((f"sha-256 of {finding.place.file}", digest))
    if found.labels:
        facts.append(("pairs", ", ".join(found.labels)))
    yield from _listed(facts)


def _told(evidence: Evidence, found: Found) -> Iterator[str]:
    finding, standing = found.finding, evidence.standing(found)
    yield f"<h3>{text(finding.code)}{f' [{bare(standing)}]' if standing else ''}</h3>\n"
    yield f"<p><code>{path(finding.place)}</code></p>\n"
    yield f"<p>{text(finding.message)}</p>\n<p>{text(finding.remedy)}</p>\n"


def _listed(facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    if facts:
        told = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in facts)
        yield f"<dl>{told}</dl>\n"


def _elsewhere(evidence: Evidence, key: str) -> Iterator[str]:
    found = evidence.elsewhere_of(key)
    if found:
        yield f"<h2>{text(title(evidence))}: {len(found):,}</h2>\n"
    for each in found:
        yield from _told(evidence, each)
        yield from _listed([*where_to_look(evidence, each)])
        if evidence.for_whom == "ta":
            yield f"<p>Next: <code>{bare(command(evidence, each))}</code></p>\n"


def _pairs(evidence: Evidence, key: str, pages: Pages) -> Iterator[str]:
    pairs = evidence.pairs_of(key)
    if not pairs:
        return
    if evidence.for_whom == "student":
        for pair in pairs:
            yield f"<h2>{text(PARTS[pair.about])}: pair {bare(pair.label)}</h2>\n"
            yield from pair_html(evidence, pair, pages, level=3)
        return
    names = frozenset(evidence.names_of(key))
    others = (evidence.who(pair.second if pair.first in names else pair.first) for pair in pairs)
    rows = [
        (
            link(f"{pair.label}.html", pair.label),
            text(pair.about),
            who(other, pages.get(other.key, "")),
            text(figures(pair)),
        )
        for pair, other in zip(pairs, others)
    ]
    yield f"<h2>Pairs: {len(pairs):,}</h2>\n"
    yield table("Pairs that this entrant is part of", ("pair", "part", "with", "figures"), rows)


def _facts(evidence: Evidence, key: str) -> Iterator[str]:
    names = frozenset(evidence.names_of(key))
    facts = [(e.says, e.value) for e in evidence.inspection.facts if e.name in names]
    if facts:
        yield "<h2>Facts beside the score</h2>\n"
        rows = [(text(says), text(value)) for says, value in facts]
        yield table("None of them is anybody's offence", ("fact", "value"), rows)
    for name, fault in evidence.inspection.faults:
        if name in names:
            told = f"ours: {fault.code}  {fault.place}: {fault.message}"
            yield f"<p>{text(told)}</p>\n"


def _seen(evidence: Evidence, key: str) -> Iterator[str]:
    for name in evidence.names_of(key):
        seen, left_out = evidence.observations_of(name)
        if seen or left_out:
            yield "<h2>What the code does with data and models</h2>\n"
            yield '<p class="soft">Read without running it.</p>\n'
        if left_out:
            yield f'<p class="soft">{text(left_out)}.</p>\n'
        digests = traits_files(evidence.seen(name))
        for each in seen:
            yield _observation(each, digests.get(each.place.file, ""))


def _observation(seen: Observation, digest: str) -> str:
    lines = "".join(
        f'<div class="line{" hit" if number == seen.place.line else ""}">'
        f'<span class="at">{number}</span>'
        f"<span>{'&gt;' if number == seen.place.line else ''}</span>"
        f'<span class="code">{bare(fit(line))}</span></div>\n'
        for number, line in seen.lines
    )
    told = f"<p class=digest>sha-256 {bare(digest)}</p>\n" if digest else ""
    says = f" {text(seen.says)}" if seen.says else ""
    title = f"{text(seen.what)} {text(seen.name)}: <code>{path(seen.place)}</code>"
    return f"<h3>{title}</h3>\n{told}<p>{says}</p>\n{lines}" if says else (
        f"<h3>{title}</h3>\n{told}{lines}"
    )  # fmt: skip
