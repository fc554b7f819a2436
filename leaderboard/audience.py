"""Who may see what: the one filter that stands between a board and everything that shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Callable, Optional

from leaderboard.board import (
    Board,
    Entry,
    Fact,
    Part,
    folded,
    mentioned,
    mentions,
    participant_number,
    plain,
    private_words,
    short_participants,
)

LEFT_OUT = "(left out: it names somebody else)"
"""What a student reads where a text about them holds another student's id, address or name."""


class Audience(Enum):
    """For whom a view is made."""

    PUBLIC = "public"
    STUDENT = "student"
    TA = "ta"


class NoSuchEntrantError(ValueError):
    """The board has no entry of this entrant."""


@dataclass(frozen=True)
class Row:
    """One entry as its reader may see it; `entry` only where they may see all of it.

    `own` is the entry as its student may read it: the one that goes to them, by whatever way.
    """

    label: str
    rank: Optional[int]
    score: Optional[str]
    ratio: Optional[tuple[int, int]]
    mark: Optional[str]
    quality: tuple[Fact, ...]
    entry: Optional[Entry]
    own: Optional[Entry] = None


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
    max_mark: str
    higher_is_better: bool


def view_of(board: Board, audience: Audience, entrant: Optional[str] = None) -> View:
    """What the audience may see of the board; a student sees their own row whole."""
    if audience is Audience.STUDENT:
        known = {folded(entry.entrant) for entry in board.entries}
        if entrant is None or folded(entrant) not in known:
            raise NoSuchEntrantError(f'the board has no entrant "{entrant or ""}"')
    own = folded(entrant) if audience is Audience.STUDENT and entrant is not None else None
    private = private_words(board)
    telling = private | short_participants(board)
    told = _tellers(board)

    def row(entry: Entry) -> Row:
        if audience is Audience.TA:
            return _whole(entry, told(entry))
        if folded(entry.entrant) == own:
            return _whole(told(entry), told(entry))
        return _public(entry, board, private, telling)

    rows = tuple(map(row, sorted(board.entries, key=_order)))
    return View(
        audience,
        board.competition,
        board.published_at,
        board.metric,
        None if board.baseline is None else format(board.baseline, "f"),
        tuple(fact for fact in board.facts if not _tells(fact, private)),
        rows,
        plain(board.max_mark),
        board.higher_is_better,
    )


def only_ranked(view: View) -> View:
    """The view without the unranked, but for the row that is the reader's own."""
    rows = tuple(row for row in view.rows if row.rank is not None or row.entry is not None)
    return replace(view, rows=rows)


def _order(entry: Entry) -> tuple[bool, int, str]:
    """Ranked ones by rank, then the unranked; by pseudonym among equals, which favours nobody."""
    return entry.rank is None, entry.rank or 0, entry.pseudonym


def _tellers(board: Board) -> Callable[[Entry], Entry]:
    """A function from an entry to what its student may read: nothing in it names another."""
    names = (folded(entry.name) for entry in board.entries if entry.name)
    private = private_words(board) | frozenset(names)
    # Many students are told the same sentence; each is searched once.
    held = lru_cache(maxsize=None)(lambda text: mentioned(text, private))

    def told(entry: Entry) -> Entry:
        number = participant_number(entry.participant or "")
        about = (entry.entrant, entry.email, entry.name, entry.team_name, entry.display_name)
        mine = mentioned("\n".join(filter(None, (*about, number))), private)

        def said(text: str) -> str:
            return text if held(text) <= mine else LEFT_OUT

        def part(each: Part) -> Part:
            return each.model_copy(update={"name": said(each.name), "why": said(each.why)})

        def fact(each: Fact) -> Fact:
            return Fact(name=said(each.name), value=said(each.value))

        mark = entry.mark and entry.mark.model_copy(
            update={"parts": tuple(map(part, entry.mark.parts))}
        )
        notes, quality = tuple(map(said, entry.notes)), tuple(map(fact, entry.quality))
        # What is not decided yet is between nobody but the teaching side.
        own = {"mark": mark, "notes": notes, "quality": quality, "waits": ()}
        return entry.model_copy(update=own)

    return told


def _whole(entry: Entry, own: Entry) -> Row:
    return Row(
        entry.team_name or entry.display_name or entry.pseudonym,
        entry.rank,
        None if entry.score is None else format(entry.score, "f"),
        _deciding(entry),
        None if entry.mark is None else format(entry.mark.total, "f"),
        entry.quality,
        entry,
        own,
    )


def _public(entry: Entry, board: Board, private: frozenset[str], telling: frozenset[str]) -> Row:
    """Of the unranked only that they are there: why is between them and the teaching side."""
    label = entry.pseudonym
    if board.public.names == "display" and entry.display_name is not None:
        label = entry.pseudonym if mentions(entry.display_name, telling) else entry.display_name
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
