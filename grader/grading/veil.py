"""Records without identities: every name of a student replaced by their stable pseudonym."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from pydantic import TypeAdapter

from grader.records import Entrant, Submission
from validators.display import clean

Record = TypeVar("Record")
# Shorter words stand in too many others; a name of one letter is told by its id beside it.
_SHORTEST = 2


@dataclass(frozen=True)
class Veil:
    """Replaces every word that tells who somebody is, longer words before those inside of them."""

    names: dict[str, str]
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        source = _any_of(sorted(self.names)) if self.names else r"(?!)"
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
        shown = {clean(word): name for word, name in names.items()}
        return cls({word: name for word, name in (names | shown).items() if word.strip()})

    def text(self, text: str) -> str:
        """The text with pseudonyms in place of names."""
        return self.pattern.sub(lambda found: self.names.get(found[0].casefold(), "?"), text)

    def over(self, record: Record, type_: type[Record]) -> Record:
        """The record with every text in it veiled."""
        adapter = TypeAdapter(type_)
        veiled = self._plain(adapter.dump_python(record, mode="json"))
        return adapter.validate_python(veiled)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        if isinstance(value, dict):
            return {key: self._plain(each) for key, each in value.items()}
        return value


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
