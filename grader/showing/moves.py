"""What a state moves, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Optional

from tabulate import tabulate

from grader.grading.moves import Move, Moves
from grader.outcomes import Judged
from grader.runs import Run
from validators.display import clean

_FIRST = 40


def moves_lines(moves: Moves) -> Iterator[str]:
    """Before and after of everyone whose own case changes, and how the others shift."""
    if not moves.any:
        yield "no verdict, rank or mark moves"
        return
    if moves.own:
        headers = ("entrant", "verdict", "rank", "mark", "why")
        rows = [_row(move) for move in moves.own[:_FIRST]]
        yield from tabulate(rows, headers, disable_numparse=True).splitlines()
        if len(moves.own) > _FIRST:
            yield f"and {len(moves.own) - _FIRST:,} more (--json shows all)"
        yield ""
    yield moves_summary(moves)


def diff_lines(before: Run, after: Run, moves: Moves) -> Iterator[str]:
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
    yield from moves_lines(moves)


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
        clean(_why(after))[:60],
    )


def _why(after: Optional[Judged]) -> str:
    if after is None:
        return "no longer in the class"
    return "; ".join(after.reasons) or next((part.why for part in after.parts), "")


def _changed(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _rank(judged: Optional[Judged]) -> str:
    return "—" if judged is None or judged.rank is None else str(judged.rank)


def _mark(judged: Optional[Judged]) -> str:
    return "—" if judged is None or judged.total is None else judged.total


def _signed(shift: Optional[Decimal]) -> str:
    return f" ({shift:+f})" if shift else ""
