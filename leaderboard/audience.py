"""Who may see what: the one filter that stands between a board and everything that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

from leaderboard.board import Board, Entry, Fact, folded, mentions, private_words


class Audience(Enum):
    """For whom a view is made."""

    PUBLIC = "public"
    STUDENT = "student"
    TA = "ta"


class NoSuchEntrantError(ValueError):
    """The board has no entry of this entrant."""


@dataclass(frozen=True)
class Row:
    """One entry as its reader may see it; `entry` only where they may see all of it."""

    label: str
    rank: Optional[int]
    score: Optional[str]
    ratio: Optional[tuple[int, int]]
    mark: Optional[str]
    quality: tuple[Fact, ...]
    entry: Optional[Entry]


@dataclass(frozen=True)
class View:
    """A board as one audience may see it. Renderers get this and never the board."""

    audience: Audience
    competition: str
    published_at: str
    metric: str
    baseline: Optional[str]
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...]


def view_of(board: Board, audience: Audience, entrant: Optional[str] = None) -> View:
    """What the audience may see of the board; a student sees their own row whole."""
    if audience is Audience.STUDENT:
        known = {folded(entry.entrant) for entry in board.entries}
        if entrant is None or folded(entrant) not in known:
            raise NoSuchEntrantError(f'the board has no entrant "{entrant or ""}"')
    own = folded(entrant) if audience is Audience.STUDENT and entrant is not None else None
    private = private_words(board)
    rows = tuple(
        _whole(entry)
        if audience is Audience.TA or folded(entry.entrant) == own
        else _public(entry, board, private)
        for entry in sorted(board.entries, key=_order)
    )
    return View(
        audience,
        board.competition,
        board.published_at,
        board.metric,
        None if board.baseline is None else format(board.baseline, "f"),
        tuple(fact for fact in board.facts if not _tells(fact, private)),
        rows,
    )


def _order(entry: Entry) -> tuple[bool, int, str]:
    """Ranked ones by rank, then the unranked; by pseudonym among equals, which favours nobody."""
    return entry.rank is None, entry.rank or 0, entry.pseudonym


def _whole(entry: Entry) -> Row:
    return Row(
        entry.team_name or entry.display_name or entry.pseudonym,
        entry.rank,
        None if entry.score is None else format(entry.score, "f"),
        _deciding(entry),
        None if entry.mark is None else format(entry.mark.total, "f"),
        entry.quality,
        entry,
    )


def _public(entry: Entry, board: Board, private: frozenset[str]) -> Row:
    """Of the unranked only that they are there: why is between them and the teaching side."""
    label = entry.pseudonym
    if board.public.names == "display" and entry.display_name is not None:
        label = entry.pseudonym if mentions(entry.display_name, private) else entry.display_name
    if entry.rank is None or entry.score is None:
        return Row(label, None, None, None, None, (), None)
    shows = board.public.shows
    return Row(
        label,
        entry.rank,
        format(entry.score, "f"),
        _deciding(entry),
        format(entry.mark.total, "f") if entry.mark is not None and "mark" in shows else None,
        tuple(f for f in entry.quality if "quality" in shows and not _tells(f, private)),
        None,
    )


def _deciding(entry: Entry) -> Optional[tuple[int, int]]:
    return (entry.ratios[0].nonzero, entry.ratios[0].parameters) if entry.ratios else None


def _tells(fact: Fact, private: frozenset[str]) -> bool:
    return mentions(fact.name, private) or mentions(fact.value, private)
