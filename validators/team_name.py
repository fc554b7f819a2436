"""The name that a team carries on Kaggle: `<student id>_<name>`, and whose id it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from validators.display import quoted
from validators.findings import Code, Finding, Place, Severity
from validators.name_patterns import NameMatch, example, ids_in, match_name
from validators.report import Section
from validators.rules.records import Rules
from validators.running import Check, run_checks

FORM = Code(
    "team.form",
    Severity.BLOCKS,
    "The Kaggle team name isn't the student id and a name in the form that the course asks for, "
    "so the result on Kaggle can't be matched to a student.",
    "Rename the team on Kaggle (Team tab).",
)
SPELLING = Code(
    "team.spelling",
    Severity.NOTES,
    "The team name is understood, but not spelt exactly in the course's form "
    "(full-width digits, spaces at its ends).",
    "Rename the team on Kaggle when convenient.",
)
UNKNOWN_ID = Code(
    "team.unknown-id",
    Severity.BLOCKS,
    "The id in the team name is not on the course's roster.",
    "Check the id against your student card and rename the team on Kaggle.",
)
OTHER_ID = Code(
    "team.other-id",
    Severity.BLOCKS,
    "The id in the team name is not the id in the name of the package.",
    "Make the team name on Kaggle and the name of the package carry the same id.",
)


@dataclass(frozen=True)
class TeamName:
    """A team name, what it is matched to, and the ids it is compared with."""

    text: str
    match: Optional[NameMatch]
    package_id: Optional[str] = None
    roster: Optional[frozenset[str]] = None

    @property
    def place(self) -> Place:
        """Team names have no file; they stand for themselves."""
        return Place(f"team {quoted(self.text)}")


def read_team_name(
    text: str,
    rules: Rules,
    package_id: Optional[str] = None,
    roster: Optional[frozenset[str]] = None,
) -> TeamName:
    """The team name, matched to the course's form."""
    match = match_name(text, rules.team.pattern, rules.team.id)
    return TeamName(text, match, package_id, roster)


def check_form(team: TeamName, rules: Rules) -> Iterator[Finding]:
    """The team name has the course's form."""
    pattern = rules.team.pattern[0]
    if team.match is None:
        ids = ids_in(team.text.replace("_", " "), rules.team.id)
        why = f'holds the id "{ids[0]}", but not in that form' if ids else "holds no student id"
        yield FORM.at(
            team.place,
            f"{why}; expected {example(pattern)}{_such_as(pattern, rules)}.",
            ids=ids,
            expected=example(pattern),
        )
    elif not team.match.exact:
        yield SPELLING.at(
            team.place,
            f"read as {quoted(team.match.canonical)}.",
            canonical=team.match.canonical,
        )


def _such_as(pattern: str, rules: Rules) -> str:
    """An example of the form, where the course's ids are such that ours is one of them."""
    shown = pattern.replace("{id}", "0240309").replace("{name}", "佐藤和真")
    match = match_name(shown, [pattern], rules.team.id)
    return f", such as {shown}" if match is not None and match.exact else ""


def check_roster(team: TeamName, rules: Rules) -> Iterator[Finding]:
    """The id is on the course's roster."""
    if team.match is None or team.roster is None or team.match.student_id in team.roster:
        return
    # A near id is evidence for the TA and not in the message: a student reads only their own.
    near = difflib.get_close_matches(team.match.student_id, sorted(team.roster), n=3, cutoff=0.8)
    yield UNKNOWN_ID.at(
        team.place,
        f'the id "{team.match.student_id}" is not among the {len(team.roster):,} of the roster.',
        near=tuple(near),
    )


def check_same_id(team: TeamName, rules: Rules) -> Iterator[Finding]:
    """The team name and the package carry the same id."""
    if team.match is None or team.package_id in (None, team.match.student_id):
        return
    yield OTHER_ID.at(
        team.place,
        f'the id is "{team.match.student_id}", in the name of the package "{team.package_id}".',
        package_id=team.package_id,
    )


def section(team: TeamName, rules: Rules) -> Section:
    """The findings about a team name; what it can't be compared with isn't claimed to agree."""
    # Without an id in its form there is nothing to compare.
    comparisons: list[Check[TeamName]] = []
    if team.roster is not None:
        comparisons.append(check_roster)
    if team.package_id is not None:
        comparisons.append(check_same_id)
    results, unchecked = run_checks(((check_form,), comparisons), team, rules)
    return Section("team", team.text, results, unchecked=unchecked)
