"""`grade doctor`: what this machine can and can't do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from grader.given import competition_option, grading_option, json_option, load, work_option
from validators.console import DONE, OUR_FAULT

if TYPE_CHECKING:
    from grader.doctor import Probe


@click.command()
@competition_option
@grading_option
@work_option
@json_option
def doctor(competition: Optional[Path], grading: Optional[Path], work: Path, as_json: bool) -> int:
    """Try what grading rests on, and tell what this machine can't do and how to mend it.

    \b
    Example:
      grade doctor
    """
    from grader.doctor import probes

    rules, settings, home = load(competition, grading)
    found = list(probes(work, settings, rules, home))
    if as_json:
        from dataclasses import asdict

        from grader.showing.documents import as_text

        click.echo(as_text({"probes": [asdict(each) for each in found]}))
    else:
        from grader.showing.folding import folded, window_width

        click.echo("\n".join(folded(_lines(found), window_width())))
    return DONE if all(each.fine for each in found) else OUR_FAULT


def _lines(found: Sequence[Probe]) -> Iterator[str]:
    width = max(len(each.name) for each in found)
    for each in found:
        word = "ok  " if each.fine else "mend"
        yield f"{word}  {each.name:<{width}}  {each.found}"
        if each.remedy:
            yield f"      {'':<{width}}  → {each.remedy}"
