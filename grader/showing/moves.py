"""What a state moves, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Optional

from grader.grading.moves import Move, Moves
from grader.outcomes import Judged
from grader.runs import Run
from grader.showing.folding import table_lines
from leaderboard.terminal import cut
from validators.display import clean

_FIRST, _WHY = 40, 160
# How the table gives way in a narrow window, in turn.
_GIVES = (("why", 32), ("mark", 14), ("verdict", 10), ("why", 16))


def moves_lines(moves: Moves, width: Optional[int] = None) -> Iterator[str]:
    """Before and after of everyone whose own case changes, and how the others shift.

    `width` is the window's, or None for a file or a pipe.
    """
    if not moves.any:
        yield "no verdict, rank or mark moves"
        return
    if moves.own:
        headers = ("entrant", "verdict", "rank", "mark", "why")
        rows = [_row(move) for move in moves.own[:_FIRST]]
        yield from table_lines(headers, rows, width, _GIVES)
        if len(moves.own) > _FIRST:
            yield f"and {len(moves.own) - _FIRST:,} more (--json shows all)"
        yield ""
    yield moves_summary(moves)


def diff_lines(before: Run, after: Run, moves: Moves, width: Optional[int] = None) -> Iterator[str]:
    """What changed from one run to the other, and on what basis each of them stood."""
    yield f"run {before.number} ({before.at}) → run {after.number} ({after.at})"
    old, new = before.plan.basis, after.plan.basis
    for name, was, now in (
        ("rules", old.rules, new.rules), ("answer key", old.answers, new.answers),
        ("source of scores", old.source, new.source), ("code of stages", old.stages, new.stages),
    ):  # fmt: skip
        if was != now:
            told = f"{_short(was)} → {_short(now)}" if isinstance(was, str) else "another"
            yield f"  {name}: {told}"
    yield ""
    yield from moves_lines(moves, width)


def _short(digest: object) -> str:
    return str(digest)[:12] or "none"


def moves_summary(moves: Moves) -> str:
    """The changes in one line: `2 entrants change, 37 others shift by up to 0.40`."""
    count = len(moves.own)
    told = f"{count} entrant{'' if count == 1 else 's'} change{'s' if count == 1 else ''}"
    if not moves.shifted:
        return told
    others = len(moves.shifted)
    verb = "shifts" if others == 1 else "shift"
    most = moves.largest_shift
    by = f"by up to {most}" if most else "in rank alone"
    return f"{told}, {others} other{'' if others == 1 else 's'} {verb} {by}"


def _row(move: Move) -> tuple[str, ...]:
    before, after = move.before, move.after
    return (
        clean(move.entrant),
        _changed(*(each.verdict if each else "—" for each in (before, after))),
        _changed(*(_rank(each) for each in (before, after))),
        _changed(*(_mark(each) for each in (before, after))) + _signed(move.shift),
        cut(clean(_why(move)), _WHY),
    )


def _why(move: Move) -> str:
    before, after = move.before, move.after
    if after is None:
        return "no longer in the class"
    if before is not None and _shown(before) == _shown(after) and move.changes:
        return "; ".join(move.changes)
    reasons = after.reasons or tuple(part.why for part in after.parts)[:1]
    return "; ".join((*_scores(before, after), *reasons))


def _shown(judged: Judged) -> object:
    return judged.verdict, judged.rank, judged.total


def _scores(before: Optional[Judged], after: Judged) -> Iterator[str]:
    """The scores before and after, where another one is what moved the mark."""
    old = None if before is None else before.case.figure
    new = after.case.figure
    if old is not None and new is not None and Decimal(old.value) != Decimal(new.value):
        yield f"score {old.value} → {new.value}"


def _changed(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _rank(judged: Optional[Judged]) -> str:
    return "—" if judged is None or judged.rank is None else str(judged.rank)


def _mark(judged: Optional[Judged]) -> str:
    return "—" if judged is None or judged.total is None else judged.total


def _signed(shift: Optional[Decimal]) -> str:
    return f" ({shift:+f})" if shift else ""
