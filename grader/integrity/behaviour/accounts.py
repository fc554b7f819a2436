"""Teams that look like a second account of one student, teams of nobody, and names that are near.

The matching asks whose a team is. Nothing is found of a team before that is answered; what is found
then is another question: whether the student had two accounts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Optional

from grader.integrity.behaviour.likeness import claimed, look, near, own_part
from grader.integrity.behaviour.records import Teams, certain_teams, name_of, of_nobody
from grader.integrity.labels import pair_label
from grader.integrity.records import Found, Inspection, Pair
from grader.records import Entrant, Team
from leaderboard.kaggle import Standing
from validators.display import quoted
from validators.findings import Finding, Place
from validators.integrity_codes.behaviour import SECOND_ACCOUNT
from validators.predictions.folding import counted
from validators.rules import Rules

LEAST_LETTERS = 4
"""Shorter names are the same by chance."""
SECOND = re.compile(
    r"[0-9]{1,4}|ii|iii|new|old|test|testing|alt|backup|bak|second|小號|小号|分身|測試|测试"
)
"""What a second account has behind the name of the first, by its look."""
_LISTED = 20
_HEADERS = ("team", "name", "accounts", "submissions", "last submission")


@dataclass(frozen=True)
class Alike:
    """An entrant's team and another one; whose that is (`other_name`), and why they are alike."""

    name: str
    own: Team
    other_name: str
    other: Team
    why: str

    @property
    def label(self) -> str:
        """The label of the pair, the same from both sides."""
        return pair_label("account", self.name, self.other_name)


class Accounts:
    """The teams of a class beside each other."""

    def __init__(self, given: Teams, rules: Rules) -> None:
        self._given, self._rules = given, rules
        self._certain = {team.id: (each, team) for each, team in certain_teams(given)}
        known = {team.id: team for team in given.teams}
        known.update((number, team) for number, (_, team) in self._certain.items())
        self._teams = {number: known[number] for number in sorted(known)}
        self._claims = {number: claimed(each.name, rules) for number, each in known.items()}

    def inspection(self) -> Inspection:
        """The second accounts, and what there is to say about the other teams."""
        alike = self._alike
        found = tuple(Found(each.name, self._finding(each), (each.label,)) for each in alike)
        pairs = {each.label: self._pair(each) for each in alike}
        notes = (*self._of_nobody(), *self._near())
        return Inspection(found, tuple(pairs[label] for label in sorted(pairs)), notes=notes)

    @cached_property
    def _alike(self) -> tuple[Alike, ...]:
        asked = set(self._given.asked)
        nobodys = [each for each in of_nobody(self._given) if each.id not in asked]
        found: list[Alike] = []
        for entrant, own in self._certain.values():
            if entrant.team is None or own.id != entrant.team.id:
                continue  # told of the team that counts
            for other in (*nobodys, *entrant.other_teams):
                why = self._why(entrant, own, other)
                if other.id not in asked and why:
                    found.append(Alike(name_of(entrant), own, f"team {other.id}", other, why))
            found += self._with_others(entrant, own)
        return tuple(sorted(found, key=lambda each: (each.name, each.own.id, each.other.id)))

    def _why(self, entrant: Entrant, own: Team, other: Team) -> str:
        """Why a team of nobody, or a further one of the entrant, looks like a second account."""
        ids = set(self._claims[own.id]) & set(self._claims.get(other.id, ()))
        members = self._together.get(frozenset((own.id, other.id)))
        if ids:
            return f'carries the id "{min(ids)}" as well'
        if members:
            return f"has the Kaggle account {quoted(members)} in it as well"
        if other in entrant.other_teams:
            return "is matched to the same student"
        if set(self._claims.get(other.id, ())) - {entrant.student.id}:
            return ""  # it says whose it is
        return self._name_alike(own, other)

    def _name_alike(self, own: Team, other: Team) -> str:
        """How the names are alike; one that several students have points to none of them."""
        one, another = (own_part(each.name, self._rules) for each in (own, other))
        shorter, longer = sorted((one, another), key=lambda each: (len(each), each))
        behind = longer[len(shorter) :]
        if len(shorter) < LEAST_LETTERS or self._names[one] > 1 or not longer.startswith(shorter):
            return ""
        if not behind:
            return "has the same name"
        if SECOND.fullmatch(behind) is None:
            return ""
        return f"has the same name {'with' if longer == another else 'without'} {quoted(behind)}"

    @cached_property
    def _names(self) -> Counter[str]:
        """How many students' teams have each name, by its look."""
        return Counter(own_part(team.name, self._rules) for _, team in self._certain.values())

    def _with_others(self, entrant: Entrant, own: Team) -> Iterator[Alike]:
        """The teams of other students that have an account in common with this one."""
        for pair, member in self._together.items():
            for other_id in pair - {own.id} if own.id in pair else ():
                whose, other = self._certain.get(other_id, (entrant, own))
                if whose is not entrant:
                    why = f"has the Kaggle account {quoted(member)} in it as well"
                    yield Alike(name_of(entrant), own, name_of(whose), other, why)

    @cached_property
    def _together(self) -> Mapping[frozenset[str], str]:
        """An account that two teams have both at one time, by the ids of each two teams."""
        found: dict[frozenset[str], str] = {}
        boards = [*(b.standings for b in self._given.boards)]
        boards += [each.standings for each in self._given.snapshots]
        for rows in boards:
            for member, teams in _teams_by_member(rows).items():
                for pair in combinations(sorted(teams), 2):
                    key = frozenset(pair)
                    found[key] = min(member, found.get(key, member))
        return {key: found[key] for key in sorted(found, key=sorted)}

    def _finding(self, alike: Alike) -> Finding:
        own, other = (self._row(team.id) for team in (alike.own, alike.other))
        counts = " and ".join(
            "an unknown number" if row is None or row.submissions is None else str(row.submissions)
            for row in (own, other)
        )
        return SECOND_ACCOUNT.at(
            Place(f"team {quoted(alike.own.name)}"),
            f"another team on Kaggle (pair {alike.label}) {alike.why}; expected one team for each "
            "student.",
            f"There are {len(self._teams):,} teams; pairs of them that look like this: "
            f"{len({each.label for each in self._alike}):,}. The two have {counts} submissions. "
            "Innocent: a team given up after its name was mistyped, a classmate who typed a wrong "
            "id, a common nickname. Next: look at both teams on Kaggle, and at their dates, and "
            "ask whose the other one is.",
            pair=alike.label, why=alike.why,
        )  # fmt: skip

    def _pair(self, alike: Alike) -> Pair:
        first, second = sorted(
            ((alike.name, alike.own), (alike.other_name, alike.other)), key=lambda side: side[0]
        )
        known = [row for side in (first, second) if (row := self._row(side[1].id)) is not None]
        submissions = float(sum(row.submissions or 0 for row in known))
        return Pair(
            "behaviour", first[0], second[0], alike.label,
            (("submissions of both teams", submissions),),
            headers=_HEADERS, rows=(self._cells(first[1]), self._cells(second[1])),
        )  # fmt: skip

    def _cells(self, team: Team) -> tuple[str, ...]:
        row = self._row(team.id)
        count = "" if row is None or row.submissions is None else str(row.submissions)
        last = "" if row is None else row.submitted
        return team.id, team.name, ", ".join(team.members), count, last

    def _row(self, team: str) -> Optional[Standing]:
        return self._rows.get(team)

    @cached_property
    def _rows(self) -> Mapping[str, Standing]:
        """The row of each team with the most submissions on the leaderboards."""
        rows = [row for board in self._given.boards for row in board.standings]
        return {row.team_id: row for row in sorted(rows, key=_by_count)}

    def _of_nobody(self) -> Iterator[str]:
        left = of_nobody(self._given)
        if left:
            asked = sum(each.id in set(self._given.asked) for each in left)
            are = "is" if len(left) == 1 else "are"
            yield (
                f"{len(left)} of the {len(self._given.teams)} teams on Kaggle {are} of nobody in "
                f"the class: {_some(each.id for each in left)}."
                + (f" matches.csv asks about {asked} of them." if asked else "")
            )

    def _near(self) -> Iterator[str]:
        """Names that differ by a letter, where not each is told by its own student's id."""
        looks = {number: look(each.name) for number, each in self._teams.items()}
        found = [pair for pair in near(looks) if not self._is_told(*pair)]
        for one, other in found[:_LISTED]:
            same = looks[one] == looks[other]
            how = "look the same" if same else "differ by one letter or digit"
            yield f"The names of the teams {one} and {other} on Kaggle {how}."
        if len(found) > _LISTED:
            more = counted(len(found) - _LISTED, "more pair", "more pairs")
            yield f"So it is with {more} of teams."

    def _is_told(self, one: str, other: str) -> bool:
        if set(self._claims[one]) & set(self._claims[other]):
            return True
        if self._is_told_by_id(one) and self._is_told_by_id(other):
            return True
        return any({each.own.id, each.other.id} == {one, other} for each in self._alike)

    def _is_told_by_id(self, team: str) -> bool:
        """Whether it is the team of a student whose id it carries: ids in a row are alike."""
        whose = self._certain.get(team)
        return whose is not None and whose[0].student.id in self._claims[team]


def _teams_by_member(rows: Iterable[Standing]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        for member in row.members:
            found.setdefault(member.casefold(), set()).add(row.team_id)
    return {member: teams for member, teams in found.items() if len(teams) > 1}


def _by_count(row: Standing) -> tuple[str, int, str]:
    return row.team_id, -1 if row.submissions is None else row.submissions, row.submitted


def _some(numbers: Iterable[str]) -> str:
    ordered = sorted(numbers)
    more = f" and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    return ", ".join(ordered[:_LISTED]) + more
