"""`grade offences`: the ledger of the course so far."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from grader.given import anonymous_option, json_option, reading, run_in_force, work_option
from validators.console import DONE


@click.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write them as a CSV for the course's next competition.",
)
@work_option
@anonymous_option
@json_option
def offences(output: Optional[Path], work: Path, anonymous: bool, as_json: bool) -> int:
    """List the offences of the course so far, those of earlier competitions included.

    Name the CSV as earlier_offences in the next competition's grading.toml: what is a first
    offence there depends on it. The CSV has the ids even with --anonymous.

    \b
    Examples:
      grade offences
      grade offences --output offences.csv
    """
    from grader.offences import COLUMNS, ledger_file, ledger_rows
    from leaderboard.written import write
    from validators.rules import rules_from_json

    with reading(work) as store:
        run = run_in_force(store)
        assert run.state is not None
        rows = list(ledger_rows(run.state, run.plan.earlier, rules_from_json(run.plan.rules)))
        if output is not None:
            write(output, ledger_file(iter(rows)))
    if anonymous:
        from grader.showing.veiling import veiled_offences

        rows = list(veiled_offences(rows, run))
    if as_json:
        from grader.showing.documents import as_text

        click.echo(as_text({"offences": [dict(zip(COLUMNS, row)) for row in rows]}))
    else:
        _show(rows, output)
    open_cases = sum(each.verdict == "withheld" for each in run.state.judged)
    if open_cases:
        they, are = ("this one", "it is") if open_cases == 1 else ("they", "they are")
        click.echo(f"{open_cases} withheld: what {they} did shows when {are} judged", err=True)
    return DONE


def _show(rows: list[tuple[str, str, str, str]], output: Optional[Path]) -> None:
    from grader.offences import COLUMNS
    from grader.showing.folding import table_lines, window_width
    from validators.display import clean

    shown = [tuple(map(clean, row)) for row in rows]
    gives = ((COLUMNS[2], 20), (COLUMNS[3], 24))
    click.echo("\n".join(table_lines(COLUMNS, shown, window_width(), gives)))
    if output is not None:
        click.echo(f"wrote {output}")
