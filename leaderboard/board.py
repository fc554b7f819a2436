"""What `board.json` holds: a class's standing as whoever wrote it decided it."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Annotated, Any, Literal, Optional

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

# A shorter student id counts as mentioned only as a word of its own: "7" is in many a name.
_SHORT = 4
_NUMBER = r"^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?$"
_POINTS = r"^-?[0-9]{1,20}(\.[0-9]{1,20}|/[1-9][0-9]{0,20})?$"


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return value  # made by a program; a file's numbers come as text
    if isinstance(value, str) and re.match(_NUMBER, value) and not value.endswith("\n"):
        return Decimal(value)
    raise ValueError('must be a decimal number written as text, such as "0.3123"')


def plain(number: Decimal) -> str:
    """The number in digits, never with an exponent."""
    return format(number, "f")


Number = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    PlainSerializer(plain),
    WithJsonSchema({"type": "string", "pattern": _NUMBER}),
]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Points = Annotated[str, Field(pattern=_POINTS)]


class Record(BaseModel):
    """A frozen part of the board without unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


class Fact(Record):
    """Something worth knowing, in words fit to print."""

    name: Text
    value: Text


class Ratio(Record):
    """Non-zero parameters of the released model's, by one way of counting."""

    counting: Text
    """How was counted, such as `handout` or `strict`."""
    nonzero: Annotated[int, Field(ge=0)]
    parameters: Annotated[int, Field(ge=1)]


class Part(Record):
    """One part of a mark."""

    name: Text
    points: Points
    """Exact: a decimal (`80`) or a fraction (`40/3`)."""
    why: Text
    most: Optional[Points] = None
    """The most points that this part can give, where the writer knows it."""


class Mark(Record):
    """A mark and the parts that it is the sum of."""

    total: Number
    """Rounded once, by the writer's rule."""
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> Mark:
        exact = sum((Fraction(part.points) for part in self.parts), Fraction(0))
        exponent = int(self.total.as_tuple().exponent)
        if abs(exact - Fraction(self.total)) >= Fraction(10) ** exponent:
            raise ValueError(f"the parts add up to {exact}, the total is {plain(self.total)}")
        return self


class Entry(Record):
    """One entrant's verdict as a leaderboard sees it."""

    entrant: Text
    """The student id; only the student and the teaching side ever see it."""
    pseudonym: Text
    """A name that tells nothing, the same in every output."""
    name: Optional[Text] = None
    """The name on the roster; private."""
    email: Optional[Text] = None
    """Private."""
    team_name: Optional[Text] = None
    """As on Kaggle; private, because it may hold the student id."""
    display_name: Optional[Text] = None
    """What the public may read in place of the pseudonym."""
    verdict: Literal["accepted", "rejected", "withheld"]
    rank: Optional[Annotated[int, Field(ge=1)]] = None
    score: Optional[Number] = None
    signature: Optional[Text] = None
    """What was measured, with version and settings."""
    ratios: tuple[Ratio, ...] = ()
    """The counting that decides comes first."""
    mark: Optional[Mark] = None
    quality: tuple[Fact, ...] = ()
    """Facts beside the score, such as the mean length of a prediction."""
    notes: tuple[Text, ...] = ()
    """For the student and the teaching side."""
    participant: Optional[Text] = None
    """Moodle's number of the entrant in its anonymous worksheets; private."""
    waits: tuple[Text, ...] = ()
    """What waits for the teaching side: codes to decide on, open questions; for it alone."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Entry:
        if self.rank is not None and (self.verdict != "accepted" or self.score is None):
            raise ValueError("only an accepted entry with a score has a rank")
        if self.verdict == "withheld" and self.mark is not None:
            raise ValueError("a withheld verdict has no mark yet")
        return self


class Public(Record):
    """What the writer lets everybody see beyond rank, score and ratio."""

    names: Literal["pseudonym", "display"] = "pseudonym"
    shows: tuple[Literal["mark", "quality"], ...] = ()


class Board(Record):
    """A class's standing."""

    format: Literal[1]
    competition: Text
    published_at: Text
    """When the writer published it, as readers shall see it."""
    metric: Text
    higher_is_better: bool
    baseline: Optional[Number] = None
    max_mark: Number
    facts: tuple[Fact, ...] = ()
    """How was counted, which limits held: shown to everybody."""
    public: Public = Public()
    entries: tuple[Entry, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> Board:
        _refuse_repeats("entrant", [entry.entrant for entry in self.entries])
        _refuse_repeats("pseudonym", [entry.pseudonym for entry in self.entries])
        private = private_words(self)
        # All at once first: to look for each word in each pseudonym takes long in a large class.
        some = mentions("|".join(entry.pseudonym for entry in self.entries), private)
        for entry in self.entries:
            if some and mentions(entry.pseudonym, private):
                raise ValueError(f'the pseudonym of "{entry.entrant}" gives away a student')
            if entry.mark is not None and not 0 <= entry.mark.total <= self.max_mark:
                raise ValueError(f'the mark of "{entry.entrant}" is outside 0 to max_mark')
        _refuse_wrong_ranks(self)
        return self


def folded(text: str) -> str:
    """The text as names are compared: whatever its case, width and composition."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def private_words(board: Board) -> frozenset[str]:
    """All student ids, e-mail addresses and participant numbers of the board, folded.

    A participant number of up to three digits is left out: alone it tells nobody, and it would
    hide every "5 a day". `short_participants` has those, for names.
    """
    words = [word for entry in board.entries for word in (entry.entrant, entry.email) if word]
    numbers = {number for number in _participants(board) if len(number) >= _SHORT}
    return frozenset(map(folded, words)) | numbers


def short_participants(board: Board) -> frozenset[str]:
    """The participant numbers of up to three digits, which only a name may not hold."""
    return frozenset(number for number in _participants(board) if len(number) < _SHORT)


def participant_number(text: str) -> Optional[str]:
    """The number at the end of Moodle's identifier (`Participant 123`), in ASCII digits."""
    found = re.search(r"(\d{1,20})\s*\Z", text)
    return str(int(found[1])) if found else None


def mentions(text: str, words: frozenset[str]) -> bool:
    """Whether the text holds one of the folded words, even with unseen characters inside."""
    return bool(mentioned(text, words))


def mentioned(text: str, words: frozenset[str]) -> frozenset[str]:
    """Those of the folded words that the text holds, even with unseen characters inside."""
    seen = "".join(c for c in folded(text) if unicodedata.category(c) not in ("Cf", "Cc"))
    alone = frozenset(re.findall(r"\w+", seen))
    # Chinese and Japanese are written without spaces: there no word stands alone.
    return frozenset(
        word
        for word in words
        if (word in seen if len(word) >= _SHORT or not word.isascii() else word in alone)
    )


def _participants(board: Board) -> frozenset[str]:
    found = (participant_number(entry.participant or "") for entry in board.entries)
    return frozenset(number for number in found if number)


def _refuse_repeats(field: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if folded(value) in seen:
            raise ValueError(f'two entries have the {field} "{value}"')
        seen.add(folded(value))


def _refuse_wrong_ranks(board: Board) -> None:
    """Refuse ranks that the scores don't bear out; equal scores share the best of their ranks."""
    sign = -1 if board.higher_is_better else 1
    ranked = [
        (sign * entry.score, entry)
        for entry in board.entries
        if entry.rank is not None and entry.score is not None
    ]
    ranked.sort(key=lambda pair: pair[0])
    position = 1
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        tied = [entry for _, entry in group]
        for entry in tied:
            if entry.rank != position:
                raise ValueError(
                    f'"{entry.entrant}" has rank {entry.rank}; by the scores it is {position}'
                )
        position += len(tied)
