"""What each entrant is ranked by, and whether what they zipped is what they sent to Kaggle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Optional

from grader.outcomes import Figure, OwnScore, ScoreSource
from grader.records import Entrant
from leaderboard.kaggle import read_kaggle
from validators.class_codes import OTHER_PREDICTIONS
from validators.digests import digest_file
from validators.findings import Finding, Place
from validators.rules import Rules

# Kaggle shows five decimals, and drops zeros at their end.
_DECIMALS = 5
_STEP = Decimal("0.00001")


@dataclass(frozen=True)
class Standings:
    """The scores of Kaggle's leaderboards by team id, and which source the class is ranked by."""

    source: ScoreSource
    public: Mapping[str, Decimal]
    private: Mapping[str, Decimal]
    signature: str
    decimals: int = _DECIMALS
    """The decimals that our own scores are rounded to; never fewer than the baseline has."""


def read_standings(
    public: Optional[Path], private: Optional[Path], answers: bool, rules: Rules
) -> Standings:
    """The leaderboards that there are; the first source of the rules that the class has counts."""
    files = {"public": public, "private": private}
    there = {"public": public is not None, "private": private is not None, "own": answers}
    source: ScoreSource = "none"
    for each in rules.marks.score_from:
        if source == "none" and there[each]:
            source = each
    file = files.get(source)
    signature = ""
    if file is not None:
        signature = f"kaggle|board:{source}|sha256:{digest_file(file, file.name).sha256[:12]}"
    # Who reached a baseline with more decimals must not fall below it by our rounding.
    exponent = rules.metric.baseline.as_tuple().exponent
    decimals = max(_DECIMALS, -exponent if isinstance(exponent, int) else 0)
    return Standings(source, _best(public), _best(private), signature, decimals)


def figure_of(entrant: Entrant, own: Sequence[OwnScore], standings: Standings) -> Optional[Figure]:
    """The score that the entrant is ranked by; None where the source has none of theirs.

    Our own scores are rounded as Kaggle's are: else the last bit of a float would break a tie.
    """
    if standings.source == "own":
        if not own:
            return None
        return Figure(f"{own[0].value:.{standings.decimals}f}", "own", own[0].signature)
    board = {"public": standings.public, "private": standings.private}.get(standings.source)
    if board is None or entrant.team is None or entrant.team.id not in board:
        return None
    return Figure(format(board[entrant.team.id], "f"), standings.source, standings.signature)


def compared(entrant: Entrant, own: Sequence[OwnScore], standings: Standings) -> Iterator[Finding]:
    """A finding when no predictions file of the package scores as Kaggle shows for the team."""
    team = entrant.team
    if team is None or not own:
        return
    shown = {
        name: board[team.id]
        for name, board in (("public", standings.public), ("private", standings.private))
        if team.id in board
    }
    if not shown or any(_agrees(score, shown) for score in own):
        return
    first = own[0]
    found = ", ".join(_told(first, shown))
    expected = ", ".join(f"{value} ({name})" for name, value in shown.items())
    yield OTHER_PREDICTIONS.at(
        Place(first.file),
        f"scores {found}; expected what Kaggle shows: {expected}.",
        sha256=first.sha256,
        files=tuple(score.file for score in own),
    )


def _agrees(score: OwnScore, shown: Mapping[str, Decimal]) -> bool:
    """Whether the file may be the one behind a figure: the boards may show two different ones."""
    parts = {"public": score.public, "private": score.private}
    known = {name: value for name, value in parts.items() if value is not None}
    if known:
        comparable = [name for name in shown if name in known]
        return not comparable or any(
            abs(Decimal(repr(known[name])) - shown[name]) <= _STEP for name in comparable
        )
    # Which rows are whose is not known. The whole lies between its parts, or is the only one.
    whole = Decimal(repr(score.value))
    return min(shown.values()) - _STEP <= whole <= max(shown.values()) + _STEP


def _told(score: OwnScore, boards: Iterable[str]) -> Iterator[str]:
    """The figures that stand beside Kaggle's; the whole where the rows of a part aren't known."""
    parts = {"public": score.public, "private": score.private}
    told = {name: value for name in boards if (value := parts[name]) is not None}
    yield from (f"{value:.5f} on the {name} rows" for name, value in told.items())
    if not told:
        yield f"{score.value:.5f} on all rows"


def _best(path: Optional[Path]) -> Mapping[str, Decimal]:
    """The best score of each team: older exports have a row for each improvement."""
    best: dict[str, Decimal] = {}
    for row in () if path is None else read_kaggle(path):
        best[row.team_id] = max(row.score, best.get(row.team_id, row.score))
    return best
