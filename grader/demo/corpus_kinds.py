"""What bills do: each function draws one operative section and what a summary says of it.

`{office}` stands for the office that the bill gives its work to: the bill and its summary name it
in full once, and by a short name from then on. A term that a summary tells stands in the section,
in other words or at another place, so that a model can learn where to look for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from grader.demo.corpus_words import (
    ACRES,
    ACTIONS,
    ACTS,
    DAYS,
    DUTIES,
    FIRST_NAMES,
    GROUPS,
    LAST_NAMES,
    LIMITS,
    OBJECTS,
    OWNERS,
    PERCENTS,
    PLACES,
    STATES,
    USES,
)

OFFICE = "{office}"


@dataclass(frozen=True)
class Section:
    """One section of a bill; `told` is what the summary says of it, nothing for most sections."""

    heading: str
    body: str
    told: str = ""


def conveyance(source: random.Random) -> Section:
    """A piece of land that the United States gives away."""
    place, state, use = source.choice(PLACES), source.choice(STATES), source.choice(USES)
    acres = source.choice(ACRES)
    body = (
        f"Subject to valid existing rights, {OFFICE} shall convey, without consideration, all "
        f"right, title, and interest of the United States in and to approximately {acres} acres "
        f"of Federal land in {place} County, {state}. The land shall be used as {use}. If it is "
        f"not so used, it shall revert to the United States."
    )
    told = (
        f"Directs {OFFICE} to convey certain Federal land in {place} County, {state}, "
        f"for use as {use}."
    )
    return Section("Land conveyance", body, told)


def grants(source: random.Random) -> Section:
    """Money for those who do something."""
    group, thing = source.choice(GROUPS), source.choice(OBJECTS)
    action, share = source.choice(ACTIONS), source.choice(PERCENTS)
    verb, modal = source.choice((("Directs", "shall"), ("Authorizes", "may")))
    body = (
        f"{OFFICE} {modal} make grants to eligible entities under this section. An entity is "
        f"eligible if it is one of the {group} that apply, and agrees to {action} {thing}. "
        f"The Federal share of the cost shall not exceed {share} percent."
    )
    told = (
        f"{verb} {OFFICE} to award grants to {group} to {action} {thing}. "
        f"Limits the Federal share to {share}%."
    )
    return Section("Grant program", body, told)


def tax_credit(source: random.Random) -> Section:
    """A credit against the income tax."""
    group, thing, share = source.choice(GROUPS), source.choice(OBJECTS), source.choice(PERCENTS)
    number = source.randrange(30, 54)
    body = (
        f"Subchapter A of chapter 1 of the Internal Revenue Code of 1986 is amended by inserting "
        f"after section {number} the following: ``In the case of {group}, there shall be allowed "
        f"as a credit against the tax an amount equal to {share} percent of the expenses for "
        f"{thing} paid during the taxable year.''."
    )
    told = (
        f"Amends the Internal Revenue Code to allow {group} a tax credit for {share}% of their "
        f"expenses for {thing}."
    )
    return Section("Credit allowed", body, told)


def amendment(source: random.Random) -> Section:
    """Another term in an act that is in force."""
    act, title = source.choice(ACTS)
    limit = source.choice(LIMITS)
    old, new = source.sample(DAYS, 2)
    verb = "extend" if new > old else "shorten"
    body = (
        f"Section {source.randrange(101, 420)} of the {act} ({title} U.S.C. "
        f"{source.randrange(200, 9000)}) is amended, in the matter relating to {limit}, by "
        f"striking ``{old} days'' and inserting ``{new} days''."
    )
    told = f"Amends the {act} to {verb} the deadline for {limit} from {old} to {new} days."
    return Section("Amendment", body, told)


def study(source: random.Random) -> Section:
    """Something that is to be looked into."""
    thing, other = source.sample(OBJECTS, 2)
    state = source.choice(STATES)
    body = (
        f"{OFFICE} shall conduct a study of {thing} in {state}, including the effects on {other}. "
        f"Not later than {source.choice(DAYS)} days after the date of the enactment of this Act, "
        f"the results shall be submitted to the Congress."
    )
    told = (
        f"Requires {OFFICE} to study, and report to Congress on, the effects of {thing} in "
        f"{state} on {other}."
    )
    return Section("Study and report", body, told)


def naming(source: random.Random) -> Section:
    """A building that gets somebody's name."""
    kind = source.choice(("Post Office", "Federal Building", "Courthouse", "Visitor Center"))
    name = f"{source.choice(FIRST_NAMES)} {source.choice(LAST_NAMES)}"
    place, state = source.choice(PLACES), source.choice(STATES)
    body = (
        f"The facility of the United States located at {source.randrange(100, 999)} Main Street "
        f"in {place}, {state}, shall be known and designated as the ``{name} {kind}''. Any "
        f"reference in a law, map, or record to the facility is a reference to that name."
    )
    told = f"Designates a facility of the United States in {place}, {state}, as the {name} {kind}."
    return Section("Designation", body, told)


def regulation(source: random.Random) -> Section:
    """A duty that an office is to put into rules."""
    owner, thing, duty = source.choice(OWNERS), source.choice(OBJECTS), source.choice(DUTIES)
    days = source.choice(DAYS)
    body = (
        f"Not later than {days} days after the date of the enactment of this Act, {OFFICE} shall "
        f"prescribe final rules for {thing}. Under the rules, each of the {owner} shall {duty}. "
        f"Whoever violates them is liable for a civil penalty."
    )
    told = f"Directs {OFFICE} to issue regulations that require {owner} of {thing} to {duty}."
    return Section("Rulemaking", body, told)


def prohibition(source: random.Random) -> Section:
    """Something that Federal money may not be spent on."""
    action, thing, group = source.choice(ACTIONS), source.choice(OBJECTS), source.choice(GROUPS)
    body = (
        f"Notwithstanding any other provision of law, none of the funds made available to {OFFICE} "
        f"may be obligated or expended to {action} {thing}. This section does not apply to funds "
        f"for {group}."
    )
    told = f"Prohibits the use of Federal funds to {action} {thing}, except for {group}."
    return Section("Limitation on funds", body, told)


def medal(source: random.Random) -> Section:
    """A medal for somebody's merits."""
    name = f"{source.choice(FIRST_NAMES)} {source.choice(LAST_NAMES)}"
    action, thing = source.choice(ACTIONS), source.choice(OBJECTS)
    body = (
        f"The Speaker of the House of Representatives and the President pro tempore of the Senate "
        f"shall make arrangements for the presentation, on behalf of the Congress, of a gold medal "
        f"to {name}, whose work helped to {action} {thing}."
    )
    told = (
        f"Authorizes the award of a congressional gold medal to {name} for work to "
        f"{action} {thing}."
    )
    return Section("Congressional gold medal", body, told)


def commission(source: random.Random) -> Section:
    """A body that gives advice."""
    thing, group = source.choice(OBJECTS), source.choice(GROUPS)
    action, members = source.choice(ACTIONS), source.choice((7, 9, 11, 13, 15))
    body = (
        f"There is established an advisory commission. {OFFICE} shall appoint its {members} "
        f"members from among representatives of {group}. It shall recommend how best to {action} "
        f"{thing}. Members shall serve without pay."
    )
    told = (
        f"Establishes a commission of {members} representatives of {group} to advise on how to "
        f"{action} {thing}."
    )
    return Section("Advisory commission", body, told)


Kind = Callable[[random.Random], Section]

KINDS: dict[Kind, tuple[str, ...]] = {
    conveyance: ("reports",),
    grants: ("money", "end", "reports"),
    tax_credit: ("end",),
    amendment: (),
    study: ("money",),
    naming: (),
    regulation: ("money", "end", "reports"),
    prohibition: ("end", "reports"),
    medal: ("money",),
    commission: ("money", "end", "reports"),
}
"""Every kind of operative section, and the extras that make sense beside it."""
