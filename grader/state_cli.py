"""`grade status`, `explain`, `diff`, `runs` and `journal`: what the store holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.given import anonymous_option, json_option, reading, work_option
from validators.console import DONE

if TYPE_CHECKING:
    from grader.outcomes import Decision
    from grader.runs import Run
    from grader.showing.status import Found
    from grader.store import Store

_FIRST = 12


@click.command()
@work_option
@click.option("--all", "everything", is_flag=True, help="List all that waits, not the first few.")
@anonymous_option
@json_option
def status(work: Path, everything: bool, anonymous: bool, as_json: bool) -> int:
    """Say what is done, what a fault of ours withholds, and what waits for you.

    \b
    Example:
      grade status
    """
    from grader.showing.folding import folded, window_width
    from grader.showing.status import status_json, status_lines

    with reading(work) as store:
        found = _newest(store, work, anonymous)
    if as_json:
        click.echo(status_json(found, work))
    else:
        lines = status_lines(found, work, None if everything else _FIRST)
        click.echo("\n".join(folded(lines, window_width())))
    return DONE


@click.command()
@click.argument("before", type=int, metavar="RUN")
@click.argument("after", type=int, metavar="RUN")
@work_option
@anonymous_option
@json_option
def diff(before: int, after: int, work: Path, anonymous: bool, as_json: bool) -> int:
    """Show what changed from one RUN to another: whose case, and whose rank in its wake.

    \b
    Example:
      grade diff 3 5
    """
    from grader.grading.moves import moves_between
    from grader.showing.veiling import veiled

    with reading(work) as store:
        runs = [run_numbered(store, number) for number in (before, after)]
    old, new = [veiled(run) for run in runs] if anonymous else runs
    assert new.state is not None
    moves = moves_between(old.state, new.state)
    if as_json:
        from grader.showing.documents import as_text, moves_json, run_json

        told = {"before": run_json(old), "after": run_json(new), "moves": moves_json(moves)}
        click.echo(as_text(told))
    else:
        from grader.showing.folding import window_width
        from grader.showing.moves import diff_lines

        click.echo("\n".join(diff_lines(old, new, moves, window_width())))
    return DONE


@click.command()
@work_option
@anonymous_option
@json_option
def runs(work: Path, anonymous: bool, as_json: bool) -> int:
    """List the runs, and which of them were put in force, by whom and why.

    \b
    Example:
      grade runs
    """
    from grader.showing.folding import window_width
    from grader.showing.runs import runs_json, runs_lines

    with reading(work) as store:
        found = store.runs()
        classes = _classes(store, store.decisions()) if anonymous else ()
    if anonymous:
        from grader.showing.veiling import veiled_summaries

        found = veiled_summaries(found, *classes)
    click.echo(runs_json(found) if as_json else "\n".join(runs_lines(found, window_width())))
    return DONE


@click.command()
@work_option
@anonymous_option
@json_option
def journal(work: Path, anonymous: bool, as_json: bool) -> int:
    """List every decision that was ever taken, after making sure that none was changed since.

    \b
    Example:
      grade journal
    """
    from grader.showing.documents import as_text, decisions_json
    from grader.showing.explain import decision_line
    from grader.showing.folding import folded, window_width

    with reading(work) as store:
        decisions = store.decisions()
        classes = _classes(store, decisions) if anonymous else ()
    if anonymous:
        from grader.showing.veiling import veiled_decisions

        decisions = veiled_decisions(decisions, *classes)
    if as_json:
        click.echo(as_text({"decisions": decisions_json(decisions)}))
        return DONE
    lines = (f"{each.entrant}  {decision_line(each)}" for each in decisions)
    for line in folded(lines, window_width()):
        click.echo(line)
    count = len(decisions)
    click.echo(f"{count} decision{'' if count == 1 else 's'}; the chain of the journal is whole")
    return DONE


def _newest(store: Store, work: Path, anonymous: bool) -> Found:
    from grader.grading.publish import published_run
    from grader.showing.status import Found
    from grader.showing.veiling import veiled, veiled_decisions

    newest, in_force = store.latest(), store.in_force()
    if newest is None:
        raise click.UsageError("no class was graded here yet. Run: grade SUBMISSIONS")
    done, decisions = len(store.done(newest.plan.planned)), store.decisions()
    if anonymous:
        decisions = veiled_decisions(decisions, newest)
        newest = veiled(newest)
        in_force = None if in_force is None else veiled(in_force)
    return Found(newest, in_force, done, published_run(work), decisions)


def _classes(store: Store, decisions: Sequence[Decision]) -> Sequence[Run]:
    """The run in force, and older ones as far as they know who was decided on and has left."""
    found: list[Run] = []
    unknown = {each.entrant for each in decisions}
    numbers = [each.number for each in reversed(store.runs()) if each.finished]
    for run in chain([store.in_force()], map(store.run, numbers)):
        if found and not unknown:
            break
        if run is None or run.state is None:
            continue
        found.append(run)
        unknown -= {each.case.entrant.student.id for each in run.state.judged}
    return found


def run_numbered(store: Store, number: int) -> Run:
    """The finished run of that number. Raises UsageError where there is none."""
    run = store.run(number)
    if run is None or run.state is None:
        finished = ", ".join(str(each.number) for each in store.runs() if each.finished)
        raise click.UsageError(f"there is no finished run {number}; there is {finished or 'none'}.")
    return run
