"""Evidence as a folder of pages: an overview, one page per pair, one per entrant concerned."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Callable

from grader.integrity.records import Pair
from grader.integrity.showing.elsewhere import command, title
from grader.integrity.showing.evidence import ABOUTS, Evidence
from grader.integrity.showing.html_frame import bare, link, page, path, table, text, who
from grader.integrity.showing.html_pair import Pages, pair_html
from grader.integrity.showing.html_person import person_html
from grader.integrity.showing.words import (
    COLUMNS,
    PARTS,
    compared_works,
    figures,
    legend,
    spread_cells,
)

Files = tuple[tuple[str, bytes], ...]
Watch = Callable[[int, int], None]
INDEX = "index.html"
"""The page to open first."""


def class_pages(evidence: Evidence, watch: Watch = lambda done, total: None) -> Files:
    """The overview, a page for each pair, and one for everybody who is in one or was observed."""
    keys = _concerned(evidence)
    pages = {key: f"entrant-{_slug(evidence.person(key).label)}.html" for key in keys}
    pairs = evidence.inspection.pairs
    total = 1 + len(pairs) + len(keys)
    files = [(INDEX, page(evidence, f"Evidence of run {evidence.run}", _class(evidence, pages)))]
    for pair in pairs:
        files.append(_pair_page(evidence, pair, pages))
        watch(len(files), total)
    for key in keys:
        files.append((pages[key], _person_page(evidence, key, pages, INDEX)))
        watch(len(files), total)
    return tuple(files)


def person_pages(evidence: Evidence, key: str) -> Files:
    """One entrant as the first page, and their pairs; to a student all of it on one page."""
    files = [(INDEX, _person_page(evidence, key, {}, ""))]
    if evidence.for_whom == "ta":
        files += [_pair_page(evidence, each, {}) for each in evidence.pairs_of(key)]
    return tuple(files)


def pair_pages(evidence: Evidence, label: str) -> Files:
    """One pair as the only page."""
    pair = evidence.pair(label)
    title = f"{PARTS[pair.about]}: pair {label}"
    return ((INDEX, page(evidence, title, pair_html(evidence, pair, {}))),)


def _pair_page(evidence: Evidence, pair: Pair, pages: Pages) -> tuple[str, bytes]:
    title = f"{PARTS[pair.about]}: pair {pair.label}"
    return f"{pair.label}.html", page(evidence, title, pair_html(evidence, pair, pages), INDEX)


def _person_page(evidence: Evidence, key: str, pages: Pages, up: str) -> bytes:
    title = f"Evidence about {evidence.person(key)}"
    return page(evidence, title, person_html(evidence, key, pages), up)


def _concerned(evidence: Evidence) -> tuple[str, ...]:
    """The keys of all who have something to show."""
    told = evidence.inspection
    names = {name for pair in told.pairs for name in (pair.first, pair.second)}
    names |= {each.name for each in (*told.found, *evidence.elsewhere)}
    names |= {name for name, _ in told.faults}
    keys = {evidence.who(name).key for name in names}
    return tuple(sorted(key for key in keys if key))


def _slug(label: str) -> str:
    """The label as a file's name on any system; one that had to change gets a digest."""
    plain = re.sub(r"[^a-z0-9-]", "-", label.casefold())[:40]
    if plain == label:
        return plain
    return f"{plain}-{hashlib.sha256(label.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"


def _class(evidence: Evidence, pages: Pages) -> Iterator[str]:
    works = compared_works(evidence)
    rows = [
        (text(PARTS[about]), f"{works[about]:,}", *map(text, spread_cells(spread)))
        for about in ABOUTS
        for spread in evidence.spreads_of(about)
    ]
    yield "<h2>What was compared</h2>\n"
    if rows:
        caption, *more = legend(evidence)
        yield table(caption, ("part", "works", *COLUMNS), rows)
        yield from (f'<p class="soft">{text(each)}.</p>\n' for each in more)
    else:
        yield "<p>Nothing was compared.</p>\n"
    yield from _pairs(evidence, pages)
    yield from _clusters(evidence, pages)
    yield from _alone(evidence, pages)
    yield from _elsewhere(evidence, pages)
    if evidence.inspection.notes:
        yield "<h2>What could not be compared, and other notes</h2>\n<ul>\n"
        yield from (f"<li>{text(note)}</li>\n" for note in evidence.inspection.notes)
        yield "</ul>\n"


def _pairs(evidence: Evidence, pages: Pages) -> Iterator[str]:
    pairs = evidence.inspection.pairs
    yield f"<h2>Pairs that stand out: {len(pairs):,}</h2>\n"
    if not pairs:
        yield "<p>None.</p>\n"
        return
    rows = [
        (
            link(f"{each.label}.html", each.label),
            text(each.about),
            _linked(evidence, each.first, pages),
            _linked(evidence, each.second, pages),
            text(figures(each)),
        )
        for each in pairs
    ]
    yield table("The nearest first", ("pair", "part", "first", "second", "figures"), rows)


def _clusters(evidence: Evidence, pages: Pages) -> Iterator[str]:
    clusters = evidence.inspection.clusters
    if clusters:
        yield "<h2>Works that hang together</h2>\n<ul>\n"
        for each in clusters:
            names = ", ".join(_linked(evidence, name, pages) for name in each.names)
            yield f"<li>{text(PARTS[each.about])}, {len(each.names):,} works: {names}</li>\n"
        yield "</ul>\n"


def _alone(evidence: Evidence, pages: Pages) -> Iterator[str]:
    found = [each for each in evidence.inspection.found if not each.labels]
    if found:
        yield "<h2>Observations about one work alone</h2>\n"
        rows = [
            (
                _linked(evidence, each.name, pages),
                text(each.finding.code),
                path(each.finding.place),
                text(each.finding.message),
            )
            for each in sorted(found, key=lambda e: (e.finding.code, e.name, e.finding.sort_key()))
        ]
        yield table("By kind", ("entrant", "code", "place", "what was seen"), rows)


def _elsewhere(evidence: Evidence, pages: Pages) -> Iterator[str]:
    if evidence.elsewhere:
        yield f"<h2>{text(title(evidence))}</h2>\n"
        rows = [
            (
                _linked(evidence, each.name, pages),
                text(each.finding.code),
                text(evidence.standing(each)),
                path(each.finding.place),
                text(each.finding.message),
                f"<code>{bare(command(evidence, each))}</code>",
            )
            for each in evidence.elsewhere
        ]
        headers = ("entrant", "code", "decision", "place", "what was seen", "next")
        yield table("The checks, and running the code again", headers, rows)


def _linked(evidence: Evidence, name: str, pages: Pages) -> str:
    person = evidence.who(name)
    return who(person, pages.get(person.key, ""))
