"""Records without identities: every name of a student replaced by their stable pseudonym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from itertools import groupby
from typing import Any, Literal, TypeVar, get_origin, get_type_hints

from grader.outcomes import (
    Case,
    Counted,
    Decision,
    EarlierOffence,
    Figure,
    Judged,
    MarkPart,
    Offence,
    Ruling,
)
from grader.records import Entrant, Submission
from grader.runs import Basis, Plan, Planned, Publication, Run
from grader.store import RunSummary
from validators.display import clean
from validators.findings import Finding
from validators.report import Fault

Record = TypeVar("Record")
# Shorter words stand in too many others; a name of one letter is told by its id beside it.
_SHORTEST = 2
# Words of so few letters count only where they stand alone: "An" is no part of "stands".
_ALONE = 4
_BESIDE = r"[0-9A-Za-z\u00aa-\u058f]"
# Where `quoted` cuts a long text; what is left of a name there is told by the name's beginning.
_CUTS = (40, 60, 80)
# What is ours in each record: no name of a student, even if somebody is called "accepted" or "80".
_OURS: Mapping[type, frozenset[str]] = {
    Submission: frozenset({"digest"}),
    Entrant: frozenset({"pseudonym", "submission_by", "team_by"}),
    Counted: frozenset({"counting"}),
    Figure: frozenset({"value", "signature"}),
    Finding: frozenset({"code"}),
    Fault: frozenset({"code"}),
    Case: frozenset({"quality", "questions", "unfinished"}),
    Decision: frozenset({"at", "who", "code", "evidence", "submission"}),
    EarlierOffence: frozenset({"kind", "competition"}),
    Ruling: frozenset({"code", "evidence"}),
    Offence: frozenset({"kind", "penalty", "cites"}),
    MarkPart: frozenset({"name", "cites"}),
    Judged: frozenset({"total"}),
    Basis: frozenset({"rules", "answers", "stages"}),
    Planned: frozenset({"stage", "key"}),
    Plan: frozenset({"submissions", "rules", "board", "options"}),
    Publication: frozenset({"at", "who"}),
    Run: frozenset({"at"}),
    RunSummary: frozenset({"at"}),
}


@dataclass(frozen=True)
class Veil:
    """Replaces every word that tells who somebody is, longer words before those inside of them."""

    names: dict[str, str]
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        short = sorted(filter(_counts_alone, self.names))
        long = sorted(set(self.names).difference(short))
        branches = [_any_of(long)] if long else []
        branches += [f"(?<!{_BESIDE})(?:{_any_of(short)})(?!{_BESIDE})"] if short else []
        source = "|".join(branches) or r"(?!)"
        object.__setattr__(self, "pattern", re.compile(source, re.IGNORECASE))
        folded = {word.casefold(): name for word, name in self.names.items()}
        object.__setattr__(self, "names", folded)

    @classmethod
    def of(cls, entrants: Iterable[Entrant], unmatched: Iterable[Submission] = ()) -> Veil:
        """The veil over a class, and over submissions that are nobody's yet."""
        names: dict[str, str] = {}
        for submission in unmatched:
            label = f"submission-{submission.digest[:8] or 'unread'}"
            names.update(dict.fromkeys(_of_submission(submission), label))
        for entrant in entrants:
            names.update(dict.fromkeys(_of_entrant(entrant), entrant.pseudonym))
        shown = {text: name for word, name in names.items() for text in _shown(word)}
        return cls({word: name for word, name in {**names, **shown}.items() if word.strip()})

    def text(self, text: str) -> str:
        """The text with pseudonyms in place of names."""
        return self.pattern.sub(lambda found: self.names.get(found[0].casefold(), "?"), text)

    def over(self, record: Record) -> Record:
        """The record with every text in it veiled that could tell who somebody is."""
        veiled: Record = self._plain(record)
        return veiled

    def _plain(self, value: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Enum):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(map(self._plain, value))
        if is_dataclass(value) and not isinstance(value, type):
            told = _told(type(value))
            return replace(value, **{name: self._plain(getattr(value, name)) for name in told})
        return value


@cache
def _told(record: type) -> tuple[str, ...]:
    """The fields of a record in which a student may be named; fixed words name nobody."""
    hints, ours = get_type_hints(record), _OURS.get(record, frozenset())
    return tuple(
        each.name
        for each in fields(record)
        if each.init and each.name not in ours and get_origin(hints[each.name]) is not Literal
    )


def _counts_alone(word: str) -> bool:
    """Whether it is a short word of a script that puts something between its words."""
    return len(word) <= _ALONE and all(letter <= "\u058f" for letter in word)


def _shown(word: str) -> Iterator[str]:
    """The word as a message shows it: made fit to print, and cut where it is long."""
    yield clean(word)
    yield from (clean(f"{word[: limit - 1]}…") for limit in _CUTS if len(word) >= limit)


def _any_of(words: list[str]) -> str:
    """A pattern of all the words (sorted, not empty), sharing what they begin with.

    A plain list of alternatives would be tried word by word at each letter of each text.
    """
    start = _common_start(words[0], words[-1])
    rest = [word[len(start) :] for word in words]
    branches = [_any_of(list(group)) for _, group in groupby(filter(None, rest), lambda r: r[0])]
    if not branches:
        return re.escape(start)
    end = "?" if "" in rest else ""  # the longer word first: it is more of somebody's name
    return f"{re.escape(start)}(?:{'|'.join(branches)}){end}"


def _common_start(first: str, last: str) -> str:
    """What the first and the last of sorted words begin with, and so all between them."""
    pairs = zip(first, last)
    length = next((place for place, (one, other) in enumerate(pairs) if one != other), None)
    return first[: min(len(first), len(last)) if length is None else length]


def _of_entrant(entrant: Entrant) -> Iterable[str]:
    student = entrant.student
    teams = (*((entrant.team,) if entrant.team else ()), *entrant.other_teams)
    own = (*((entrant.submission,) if entrant.submission else ()), *entrant.others)
    words = [student.id, student.email, student.name, *student.other_names]
    words += [text for team in teams for text in (team.name, *team.members)]
    words += [text for submission in own for text in _of_submission(submission)]
    return [word for word in words if len(word) >= _SHORTEST]


def _of_submission(submission: Submission) -> Iterable[str]:
    """The path and its pieces that were named by, or after, whoever handed it in."""
    source = submission.source
    stem = submission.name.rpartition(".")[0]
    return [source, submission.name, stem, source.partition("/")[0], submission.owner.name]
