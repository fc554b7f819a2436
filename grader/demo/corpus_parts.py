"""The sections around what a bill does: some a summary tells in a few words, most it leaves out."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from grader.demo.corpus_kinds import OFFICE, Section
from grader.demo.corpus_words import (
    CONCERNS,
    DAYS,
    GROUPS,
    MILLIONS,
    OBJECTS,
    PERCENTS,
    STATES,
)

_DEFINED = (
    "The term ``{group}'' means such {group} as are located in {state}.",
    "The term ``covered facilities'' includes {thing}.",
    "The term ``State'' means each of the several States and the District of Columbia.",
    "The term ``eligible project'' means a project for {thing} that is located in {state}.",
    "The term ``small'' means having fewer than {days} employees.",
    "The term ``contractor'' means a person who works on {thing} for pay.",
    "The term ``local share'' means what is not paid by the United States.",
    "The term ``rural area'' means an area of {state} outside of a city.",
    "The term ``emergency'' means an event that damages {thing}.",
)
_FOUND = (
    "More than {percent} percent of {thing} {concern}.",
    "The {group} of {state} have asked for assistance.",
    "Many {thing} in {state} {concern}.",
    "In {year}, the Congress provided ${millions},000,000 for {thing}.",
    "The Nation's {thing} {concern}.",
    "Most {group} rely on {thing}.",
    "Since {year}, the cost of {thing} has grown by {percent} percent.",
    "It is in the national interest that {thing} be safe.",
)
_REQUIRED = (
    "be in writing, and be received within {days} days;",
    "describe the need for {thing} in {state};",
    "be approved by the Governor of {state};",
    "show that other {thing} {concern};",
    "name the {group} that will be served;",
    "state the cost, of which {percent} percent shall be paid in advance;",
    "include a map of all {thing} in the area;",
    "contain such other information as may be required;",
)
_HEADINGS = ("Applications", "Contracts", "Plans", "Agreements", "Petitions", "Permits")
_OTHER = (
    (
        "Rule of construction",
        "Nothing in this Act shall be construed to affect {thing} in {state}.",
    ),
    ("Effective date", "This Act takes effect {days} days after the date of its enactment."),
    (
        "Severability",
        "If any provision of this Act is held invalid, the remainder is not affected.",
    ),
    ("Consultation", "In carrying out this Act, {office} shall consult with {group} of {state}."),
    ("Technical assistance", "Upon request, {office} shall give technical advice to {group}."),
)


def authorization(source: random.Random, year: int) -> Section:
    """Money for what the bill does, in the years after its own."""
    last = year + source.randrange(2, 6)
    body = (
        f"There is authorized to be appropriated to carry out this Act ${source.choice(MILLIONS)}"
        f",000,000 for each of the fiscal years {year + 1} through {last}."
    )
    return Section("Authorization of appropriations", body, "Authorizes appropriations.")


def sunset(source: random.Random, year: int) -> Section:
    """The end of what the bill allows, some years after its own."""
    last = year + source.randrange(3, 10)
    body = f"The authority provided by this Act shall expire at the end of fiscal year {last}."
    return Section("Sunset", body, f"Terminates such authority after FY{last}.")


def reporting(source: random.Random, _year: int) -> Section:
    """A report that comes again and again."""
    often = source.choice(("annual", "biennial", "quarterly"))
    times = {"annual": "each year", "biennial": "every 2 years", "quarterly": "every 3 months"}
    body = (
        f"{OFFICE} shall, {times[often]}, submit to the committees of jurisdiction a description "
        f"of the activities carried out under this Act."
    )
    return Section("Reports", body, f"Requires {often} reports to Congress.")


def findings(source: random.Random, items: int, year: int) -> Section:
    """What Congress finds: it names things that the bill then says nothing about."""
    return Section("Findings", _listed(source, "The Congress finds that", _FOUND, items, year))


def definitions(source: random.Random, items: int, year: int) -> Section:
    """What some words of the bill mean."""
    return Section("Definitions", _listed(source, "In this Act", _DEFINED, items, year))


def requirements(source: random.Random, items: int, year: int) -> Section:
    """What must be in some paper: long, and in no summary."""
    kind = source.choice(_HEADINGS)
    opening = f"{kind} under this Act shall"
    return Section(kind, _listed(source, opening, _REQUIRED, items, year))


def other(source: random.Random, year: int) -> Section:
    """A section that stands in many bills and that no summary mentions."""
    heading, text = source.choice(_OTHER)
    return Section(heading, _filled(source, text, year))


EXTRAS: dict[str, Callable[[random.Random, int], Section]] = {
    "money": authorization,
    "end": sunset,
    "reports": reporting,
}
"""Sections that a summary tells in one short sentence, by what `KINDS` calls them."""


def _listed(
    source: random.Random, opening: str, texts: Sequence[str], items: int, year: int
) -> str:
    """A list with so many items, all of them of different form, as far as there are forms."""
    drawn = source.sample(texts, min(items, len(texts)))
    told = [f"({number}) {_filled(source, text, year)}" for number, text in enumerate(drawn, 1)]
    return "\n".join((f"{opening}:", *told))


def _filled(source: random.Random, text: str, year: int) -> str:
    return text.format(
        thing=source.choice(OBJECTS), group=source.choice(GROUPS), state=source.choice(STATES),
        concern=source.choice(CONCERNS), percent=source.choice(PERCENTS), office=OFFICE,
        year=year - source.randrange(1, 9), millions=source.choice(MILLIONS),
        days=source.choice(DAYS),
    )  # fmt: skip
