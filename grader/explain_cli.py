"""`grade explain`: how one entrant's mark came about, and what running their code again showed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from grader.given import anonymous_option, json_option, reading, run_in_force, work_option
from grader.state_cli import run_numbered
from validators.console import DONE

if TYPE_CHECKING:
    from grader.grading.needs import Need
    from grader.outcomes import Decision, Judged
    from grader.records import Entrant
    from grader.rerun.records import Rerun
    from grader.runs import Run
    from grader.store import Store


@click.command()
@click.argument("entrant")
@click.option("--run", "number", type=int, metavar="RUN", help="As it was in this run.")
@click.option("--rerun", "in_full", is_flag=True, help="Also what running their code again showed.")
@work_option
@anonymous_option
@json_option
def explain(
    entrant: str, number: Optional[int], in_full: bool, work: Path, anonymous: bool, as_json: bool
) -> int:
    """Print how the mark of ENTRANT came about, line by line.

    \b
    Examples:
      grade explain 9900940
      grade explain 9900940 --run 3
      grade explain 9900940 --rerun
    """
    from grader.grading.entrants import found as found_entrant

    if in_full and anonymous:
        raise click.UsageError("--rerun shows what their code printed, which may name anybody.")
    with reading(work) as store:
        run = run_numbered(store, number) if number is not None else run_in_force(store)
        decisions = store.decisions()
        assert run.state is not None
        named = found_entrant(entrant, (each.case.entrant for each in run.state.judged))
        reran = _reran(store, run, named) if in_full else None
        pseudonym = named.pseudonym
    if anonymous:
        from grader.showing.veiling import veiled, veiled_decisions

        decisions = veiled_decisions(decisions, run)
        run = veiled(run)
    assert run.state is not None
    judged = next(each for each in run.state.judged if each.case.entrant.pseudonym == pseudonym)
    own = tuple(each for each in decisions if each.entrant == judged.case.entrant.student.id)
    if as_json:
        _tell_json(judged, run, own, reran)
    else:
        _tell(judged, run, own, reran, () if number is not None else _questions(judged, run, work))
    return DONE


def _reran(store: Store, run: Run, entrant: Entrant) -> Optional[Rerun]:
    """What running their code again showed. Raises UsageError where nothing is kept of it."""
    from grader.grading.reruns import reran_of

    source = "" if entrant.submission is None else entrant.submission.source
    reran = reran_of(store, run, source)
    if reran is None:
        raise click.UsageError(
            f"in run {run.number} no code of {entrant.student.id} was run again. "
            "Name assets in grading.toml and grade."
        )
    return reran


def _questions(judged: Judged, run: Run, work: Path) -> tuple[Need, ...]:
    """What must be answered before there is a verdict: of an older run there's nothing to do."""
    from grader.grading.needs import questions_of
    from validators.display import clean

    return questions_of(judged, run, clean(os.fspath(work)))


def _tell(
    judged: Judged, run: Run, decisions: tuple[Decision, ...], reran: Optional[Rerun],
    questions: tuple[Need, ...],
) -> None:  # fmt: skip
    from grader.showing.explain import explain_lines
    from grader.showing.folding import folded, window_width
    from grader.showing.rerun import rerun_lines
    from grader.showing.run import needs_lines

    lines = [*explain_lines(judged, run, decisions, window_width())]
    if questions:
        lines += ["", "waits for an answer", *needs_lines(questions, None)]
    if reran is not None:
        lines += rerun_lines(reran)
    click.echo("\n".join(folded(lines, window_width())))


def _tell_json(
    judged: Judged, run: Run, decisions: tuple[Decision, ...], reran: Optional[Rerun]
) -> None:
    from dataclasses import asdict

    from grader.showing.documents import as_text, decisions_json, judged_json

    told = {
        "run": run.number,
        "entrant": judged_json(judged),
        "decisions": decisions_json(decisions),
    }
    if reran is not None:
        told["rerun"] = asdict(reran)
    click.echo(as_text(told))
