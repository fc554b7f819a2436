"""What the grading commands answer as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from grader.grading.moves import Move, Moves, moves_between
from grader.grading.needs import Need, needs_of
from grader.grading.request import Graded
from grader.outcomes import Decision, Judged
from grader.runs import Run
from grader.showing.run import without_sandbox
from grader.showing.veiling import veiled, veiled_decisions
from grader.work_folder import BOARD

FORMAT = 1


def graded_json(graded: Graded, work: Path, anonymous: bool) -> str:
    """The whole answer of `grade SUBMISSIONS`."""
    run, in_force, before = graded.run, graded.in_force, graded.before
    decisions = graded.decisions
    if anonymous:
        decisions = veiled_decisions(decisions, run)
        run, in_force = veiled(run), veiled(in_force)
        before = None if before is None else veiled(before)
    assert run.state is not None
    place = os.fspath(work)
    return as_text(
        {
            "run": run.number,
            "in_force": in_force.number,
            "board": f"{place}/{BOARD}",
            "looked_at": graded.looked_at,
            "source": run.state.source,
            "ranked": run.state.ranked,
            "without_sandbox": without_sandbox(run.state),
            "entrants": [judged_json(each) for each in run.state.judged],
            "needs": needs_json(needs_of(run, in_force, place, decisions)),
            "moves": moves_json(moves_between(None if before is None else before.state, run.state)),
        }
    )


def as_text(answer: dict[str, Any]) -> str:
    """The answer with its format number, as JSON that any terminal can show."""
    return json.dumps({"format": FORMAT, **answer}, indent=2, ensure_ascii=True)


def judged_json(judged: Judged) -> dict[str, Any]:
    """One entrant with all that was found, decided and computed."""
    plain: dict[str, Any] = _judged().dump_python(judged, mode="json")
    case = plain.pop("case")
    entrant = case.pop("entrant")
    return {
        "entrant": entrant["student"]["id"],
        "pseudonym": entrant["pseudonym"],
        "name": entrant["student"]["name"],
        "team": None if entrant["team"] is None else entrant["team"]["name"],
        "submission": None if entrant["submission"] is None else entrant["submission"]["source"],
        "received": entrant["received"],
        "timing": entrant["timing"],
        **plain,
        "waits": list(judged.waits),
        **{**case, "quality": dict(judged.case.quality)},
    }


@cache
def _judged() -> TypeAdapter[Judged]:
    """What writes one entrant: making it takes longer than using it."""
    return TypeAdapter(Judged)


def needs_json(needs: Sequence[Need]) -> list[dict[str, str]]:
    """What waits, in its order."""
    return [asdict(need) for need in needs]


def moves_json(moves: Moves) -> dict[str, Any]:
    """What a state changes, against another."""
    return {
        "own": [_move(each) for each in moves.own],
        "shifted": [_move(each) for each in moves.shifted],
        "largest_shift": str(moves.largest_shift),
    }


def decisions_json(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """The journal, oldest first."""
    plain: list[dict[str, Any]] = TypeAdapter(tuple[Decision, ...]).dump_python(
        tuple(decisions), mode="json"
    )
    return list(plain)


def run_json(run: Run) -> dict[str, Any]:
    """A run without its state."""
    plain: dict[str, Any] = TypeAdapter(Run).dump_python(run, mode="json", exclude={"state"})
    del plain["plan"]["rules"]
    del plain["plan"]["planned"]
    return {**plain, "finished": run.state is not None}


def _move(move: Move) -> dict[str, Any]:
    return {
        "entrant": move.entrant,
        **{
            when: None
            if judged is None
            else {"verdict": judged.verdict, "rank": judged.rank, "mark": judged.total,
                  "reasons": list(judged.reasons)}
            for when, judged in (("before", move.before), ("after", move.after))
        },
        "shift": None if move.shift is None else str(move.shift),
    }  # fmt: skip
