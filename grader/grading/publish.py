"""A state as the board that the leaderboard reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Optional
from zoneinfo import ZoneInfo

from grader.grading.board_notes import notes_of
from grader.judging import rounded
from grader.outcomes import Counted, Decision, Judged, MarkPart, State
from grader.runs import Publication
from grader.settings import BoardSettings
from grader.work_folder import BOARD
from leaderboard.board import Board, Entry, Fact, Mark, Part, Public, Ratio
from leaderboard.board_file import BoardError, read_board, write_board
from validators.display import clean
from validators.name_patterns import match_name
from validators.rules import Rules

_LONGEST = 2_000
# How `leaderboard.written` calls a file until it is whole.
_BEGUN = ".leaderboard-*"
_SOURCES = {
    "private": "Kaggle's private leaderboard",
    "public": "Kaggle's public leaderboard",
    "own": "our scoring of the predictions handed in",
    "none": "none yet",
}


def publish_board(
    state: State, publication: Publication, rules: Rules, settings: BoardSettings, work: Path,
    decisions: Sequence[Decision] = (),
) -> Path:  # fmt: skip
    """Write the state into the work folder's `board.json` and give its path."""
    path = work / BOARD
    write_board(board_of(state, publication, rules, settings, decisions), path)
    # What a run that was killed had begun to write. The work folder is ours alone meanwhile.
    for left in sorted(work.glob(_BEGUN)):
        left.unlink(missing_ok=True)
    return path


def published_run(work: Path) -> Optional[int]:
    """The run whose board lies in the work folder; None where there is none that can be read."""
    try:
        facts = {fact.name: fact.value for fact in read_board(work / BOARD).facts}
    except BoardError:
        return None
    return int(facts["run"]) if facts.get("run", "").isdecimal() else None


def board_of(
    state: State, publication: Publication, rules: Rules, settings: BoardSettings,
    decisions: Sequence[Decision] = (),
) -> Board:  # fmt: skip
    """The board of a state: everything that any audience may see of it.

    `decisions` are the journal: with it a student reads why what costs them was confirmed.
    """
    marks = rules.marks
    return Board(
        format=1,
        competition=clean(rules.competition.name),
        published_at=_moment(publication.at, rules),
        metric=_metric(rules),
        higher_is_better=True,
        baseline=rules.metric.baseline,
        max_mark=rounded(Fraction(marks.baseline_points) + Fraction(marks.rank_points), marks),
        facts=tuple(_facts(state, publication, rules)),
        public=Public(names=settings.names, shows=settings.shows),
        entries=tuple(_entry(judged, rules, decisions) for judged in state.judged),
    )


def _moment(at: str, rules: Rules) -> str:
    """The moment as the course's clocks show it, with the zone: `2024-06-01 10:00 (Asia/Taipei)`.

    A text that names no moment stays as it is.
    """
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    if moment.tzinfo is None:
        return at
    zone = rules.competition.time_zone
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _metric(rules: Rules) -> str:
    metric = rules.metric
    if metric.dialect == "handout":
        return "ROUGE-Lsum, recall as the handout computes it"
    return f"{metric.name} F-measure{', stemmed' if metric.stemmer else ''}"


def _facts(state: State, publication: Publication, rules: Rules) -> Iterator[Fact]:
    yield Fact(name="run", value=str(publication.run))
    yield Fact(name="scores", value=_SOURCES[state.source])
    yield Fact(name="ranked", value=f"{state.ranked} of {len(state.judged)}")
    if rules.model is not None and "model" in rules.competition.parts:
        limit = f"at most {rules.model.max_ratio} by the counting {rules.model.counting!r}"
        yield Fact(name="ratio", value=limit)


def _entry(judged: Judged, rules: Rules, decisions: Sequence[Decision]) -> Entry:
    case = judged.case
    entrant, figure = case.entrant, case.figure
    student, team = entrant.student, entrant.team
    return Entry(
        entrant=_text(student.id) or "?",
        pseudonym=entrant.pseudonym,
        name=_text(student.name),
        email=_text(student.email),
        participant=_text(entrant.participant),
        waits=tuple(filter(None, map(_text, judged.waits))),
        team_name=None if team is None else _text(team.name),
        display_name=None if team is None else _nickname(team.name, rules),
        verdict=judged.verdict,
        rank=judged.rank,
        score=None if figure is None else Decimal(figure.value),
        signature=None if figure is None else _text(figure.signature),
        ratios=tuple(_ratio(each) for each in case.counted),
        mark=_mark(judged, rules),
        quality=tuple(Fact(name=name, value=value) for name, value in case.quality),
        notes=tuple(filter(None, map(_text, notes_of(judged, decisions)))),
    )


def _mark(judged: Judged, rules: Rules) -> Optional[Mark]:
    if judged.total is None:
        return None
    parts = tuple(_part(each, rules) for each in judged.parts)
    return Mark(total=Decimal(judged.total), parts=parts)


def _part(part: MarkPart, rules: Rules) -> Part:
    marks = rules.marks
    most = {"baseline": marks.baseline_points, "rank": marks.rank_points}.get(part.name)
    return Part(
        name=part.name,
        points=str(part.points),
        why=_text(part.why) or part.name,
        most=None if most is None else format(most, "f"),
    )


def _ratio(counted: Counted) -> Ratio:
    return Ratio(counting=counted.counting, nonzero=counted.nonzero, parameters=counted.parameters)


def _nickname(team: str, rules: Rules) -> Optional[str]:
    match = match_name(team, rules.team.pattern, rules.team.id)
    return None if match is None else _text(match.name or "")


def _text(text: str) -> Optional[str]:
    """The text as the board takes it: fit to print, and not endless."""
    return clean(text)[:_LONGEST] or None
