"""A graded class as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Optional

from grader.grading.needs import Need
from grader.outcomes import Case, Judged, State
from leaderboard.terminal import blocks, cut, display_width, fits, laid_out, wrap
from validators.display import clean, listed
from validators.rerun_codes import UNSAFE

_HEADERS = ("rank", "entrant", "team", "verdict", "score", "ratio", "mark", "why")
# What is left out where nobody has one: a course may have no teams, or no model.
_OPTIONAL = ("team", "name", "ratio")
# In a narrow window names stand in place of teams.
_NARROW = ("rank", "entrant", "name", "verdict", "score", "ratio", "mark", "why")
# How much of a name and of a reason is shown; a reason that is folded may be longer.
_NAME, _WHY, _WHY_FOLDED = 24, 100, 300
# A column of reasons is at least so wide; else they stand below the line, under the entrant.
_WHY_LEAST, _BELOW = 30, " " * 6
_FIRST = 10


def class_table(state: State, width: Optional[int]) -> str:
    """One line per entrant, the ranked by rank, then the others by id.

    In a window that is too narrow for that, the name stands in place of the team, and what is
    said of why goes on below itself, or stands below the line where its column has little room.
    """
    headers, *rows = _columns(_HEADERS, map(_row, state.judged))
    text = laid_out(headers, rows, None)
    if width is None or fits(text, width):
        return text
    headers, *rows = _columns(_NARROW, map(_named_row, state.judged))
    bare = blocks(headers[:-1], [row[:-1] for row in rows], width)
    if width - max(map(display_width, bare[0].splitlines())) - 2 >= _WHY_LEAST:
        return laid_out(headers, rows, width, [("why", _WHY_LEAST)])
    return "\n".join([bare[0], *(_reasoned(*each, width) for each in zip(bare[1:], rows))])


def _columns(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """The headers and then the rows, without the columns in which nobody has anything."""
    columns = zip(headers, *rows)
    return list(zip(*(each for each in columns if each[0] not in _OPTIONAL or any(each[1:]))))


def _reasoned(line: str, row: Sequence[str], width: int) -> str:
    """The line of an entrant, and below it what is said of why."""
    why = wrap(row[-1], max(1, width - len(_BELOW))) if row[-1] else []
    return "\n".join([line, *(_BELOW + each for each in why)])


def summary_lines(
    state: State, needs: Sequence[Need], shown: Optional[int] = _FIRST
) -> Iterator[str]:
    """`113 done, 7 need you`, and for each of the first of them what it is and what to type."""
    verdicts = [each.verdict for each in state.judged]
    counts = ", ".join(
        f"{verdicts.count(verdict)} {verdict}"
        for verdict in ("accepted", "rejected", "withheld")
        if verdict in verdicts
    )
    waiting = {each.entrant for each in needs if each.entrant}
    waiting |= {
        each.case.entrant.student.id
        for each in state.judged
        if each.waits or each.verdict == "withheld"
    }
    done = sum(each.case.entrant.student.id not in waiting for each in state.judged)
    yield f"{done} done, {len(waiting)} need you ({counts}; {state.ranked} ranked)"
    unwalled = without_sandbox(state)
    if unwalled:
        yield (
            f"{UNSAFE.name}  code ran without a sandbox, so nothing that it did was held back: "
            f"{listed(unwalled, len(unwalled), _FIRST)}"
        )
    yield from needs_lines(needs, shown)


def without_sandbox(state: State) -> tuple[str, ...]:
    """The ids of those whose code ran without a sandbox."""
    return tuple(
        sorted(
            clean(each.case.entrant.student.id)
            for each in state.judged
            if any(finding.code == UNSAFE.name for finding in each.case.findings)
        )
    )


def needs_lines(needs: Sequence[Need], shown: Optional[int]) -> Iterator[str]:
    """What waits, each with the next thing to type; None shows all."""
    shown = len(needs) if shown is None else shown
    for need in needs[:shown]:
        who = f"{need.entrant}: " if need.entrant else ""
        yield f"  {need.about}  {clean(who + need.says)}"
        yield f"      → {clean(need.next)}"
    if len(needs) > shown:
        yield f"  and {len(needs) - shown:,} more: grade status --all"


def ratio_of(case: Case) -> str:
    """The ratio that decides, with three decimals; exact figures stand in the finding."""
    if not case.counted:
        return ""
    first = case.counted[0]
    return f"{float(Fraction(first.nonzero, first.parameters or 1)):.3f}"


def _row(judged: Judged) -> tuple[str, ...]:
    case = judged.case
    team = case.entrant.team
    return (
        "" if judged.rank is None else str(judged.rank),
        clean(case.entrant.student.id),
        cut(clean("" if team is None else _beside(team.name, case.entrant.student.id)), _NAME),
        judged.verdict,
        "" if case.figure is None else case.figure.value[:9],
        ratio_of(case),
        judged.total or "",
        cut(clean(_why(judged)), _WHY),
    )


def _named_row(judged: Judged) -> tuple[str, ...]:
    """The row with the name that the roster has, where it has one, in place of the team."""
    name = judged.case.entrant.student.name
    rank, entrant, team, *rest, _ = _row(judged)
    who = cut(clean(name), _NAME) if name else team
    return (rank, entrant, who, *rest, cut(clean(_why(judged)), _WHY_FOLDED))


def _beside(team: str, student: str) -> str:
    """The team's name without the id that stands beside it in the table."""
    rest = team[len(student) :].lstrip("_- ") if team.startswith(student) else ""
    return f"…{rest}" if rest else team


def _why(judged: Judged) -> str:
    waits = [f"waits: {each}" for each in judged.waits]
    costs = [f"{each.kind} ({each.penalty})" for each in judged.offences if each.penalty != "none"]
    if judged.verdict == "accepted":
        short = [part.why for part in judged.parts[:1] if judged.rank is None]
        return "; ".join((*waits, *costs, *short))
    # What an open question is about stands in what waits.
    return "; ".join((*waits, *(each for each in judged.reasons if each[:9] != "question:")))
