"""How the answer reaches a student: section by section, as a receipt, and in the last line."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

import click

from validators.console import BLOCKED, DONE, OUR_FAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validators.checks import Options
    from validators.digests import FileDigest
    from validators.report import Report, Section
    from validators.report_json import Answer
    from validators.rules import Rules

BAR_FROM_BYTES = 200_000_000
"""From this size on a progress bar is drawn."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

competition_option = click.option(
    "--competition",
    type=_FILE,
    envvar="COMPETITION_TOML",
    show_envvar=True,
    help="The course's competition.toml; homework 4 when left out.",
)
"""The option that says whose rules hold."""

OTHER_RULES = "by these rules, which look wrong: name yours by --competition"
"""What the last line adds where the submission looks like one of another course."""


def rules_given(competition: Optional[Path], ids: Optional[Path] = None) -> Rules:
    """The rules of the course, with the IDs of its sample submission if that is given."""
    from validators.checks import with_ids
    from validators.predictions import read_ids
    from validators.rules import RulesError, load_rules

    try:
        rules = load_rules(competition)
        return rules if ids is None else with_ids(rules, read_ids(ids, ids.name, rules))
    except RulesError as error:
        raise click.UsageError(str(error)) from error


def checked_by(rules: Rules) -> str:
    """The line that says by whose rules the command that runs has checked."""
    from validators.display import clean
    from validators.rendering import folded

    context = click.get_current_context()
    competition: Optional[Path] = context.params["competition"]
    source = "built in" if competition is None else competition.name
    if context.get_parameter_source("competition") is click.core.ParameterSource.ENVIRONMENT:
        source += ", by COMPETITION_TOML"
    return folded(f"checked by: {clean(rules.competition.name)} ({clean(source)})")


def refuse_receipt(receipt: Optional[Path]) -> None:
    """Refuse to write a receipt where none can be, or over a file that is no receipt."""
    if receipt is None:
        return
    if not receipt.parent.is_dir():
        raise click.UsageError(f"--receipt: there is no folder {receipt.parent} to write it into.")
    if not os.access(receipt.parent, os.W_OK):
        raise click.UsageError(f"--receipt: the folder {receipt.parent} can't be written to.")
    if receipt.is_file() and receipt.stat().st_size and not is_receipt(receipt):
        raise click.UsageError(
            f"--receipt: {receipt} is there already and is no receipt; it would be lost."
        )


def is_receipt(path: Path) -> bool:
    """Whether the file ends as a receipt does."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 200))
        return b'"tool": "check-submission"' in stream.read()


def answer(path: Path, options: Options, silent: bool, quiet: bool, digested: bool) -> Answer:
    """The report on one path, shown section by section as it grows."""
    from dataclasses import replace

    from validators.checks import report_of, sections
    from validators.faults import fault_of
    from validators.opening import digests_of, opened
    from validators.report import Section

    found = []
    with ExitStack() as stack:
        unpacking, counting = (
            stack.enter_context(bar(label, silent)) for label in ("unpacking", "counting")
        )
        subject = stack.enter_context(opened(path, options.rules, unpacking))
        for section in sections(subject, replace(options, progress=counting)):
            found.append(section)
            if not silent:
                show_section(section, quiet)
        digests: tuple[FileDigest, ...] = ()
        try:
            digests = digests_of(subject, options.rules) if digested else ()
        except OSError as error:  # a file that went away meanwhile, say
            broken = Section("package", subject.name, fault=fault_of("digest", error))
            found.append(broken)
            if not silent:
                show_section(broken, quiet)
    return report_of(subject, options, tuple(found)), digests


def answer_team(options: Options, silent: bool, quiet: bool) -> Answer:
    """The report on a team's name that is compared with no package, shown."""
    from validators.checks import report_of, sections
    from validators.opening import Opened

    subject = Opened(Path(), "team", options.team or "")
    found = tuple(sections(subject, options))
    if not silent:
        for section in found:
            show_section(section, quiet)
    return report_of(subject, options, found), ()


def json_text(document: Mapping[str, Any]) -> str:
    """The document as it is printed and kept: the same bytes for the same answer."""
    import json

    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)


def conclude(
    document: Mapping[str, Any],
    reports: tuple[Report, ...],
    receipt: Optional[Path],
    printed: Optional[str],
) -> int:
    """Keep the document as receipt, say the last line or what is `printed`; the exit code."""
    from validators.model.codes import OTHER_SIZES
    from validators.rendering import last_line
    from validators.report import Outcome

    trouble = None if receipt is None else _write(receipt, json_text(document) + "\n")
    if printed is not None:
        click.echo(printed)
    else:
        if receipt is not None and trouble is None:
            click.echo(f"receipt written to {receipt}")
        found = {finding.code for report in reports for finding in report.findings}
        show(last_line(reports, OTHER_RULES if OTHER_SIZES.name in found else ""))
    if trouble is not None:
        raise click.ClickException(f"no receipt in {receipt}: {trouble}.")
    codes = {Outcome.SAFE.value: DONE, Outcome.FAULT.value: OUR_FAULT}
    return codes.get(document["outcome"], BLOCKED)


def show_section(section: Section, quiet: bool) -> None:
    """Print the section, or only what blocks in it."""
    from validators.rendering import section_lines

    show("\n".join(section_lines(section, quiet)))


def show(text: str) -> None:
    """Print the text, if there is any, in colour only where that is wanted."""
    if text:
        click.echo(text, color=False if os.environ.get("NO_COLOR") else None)


@contextmanager
def bar(label: str, silent: bool) -> Iterator[Callable[[int, int], None]]:
    """A callback that draws a progress bar on stderr, for large files on a terminal only."""
    with ExitStack() as stack:
        bars: list[Any] = []

        def move(done: int, total: int) -> None:
            if silent or total < BAR_FROM_BYTES or not sys.stderr.isatty():
                return
            if not bars:
                drawn = click.progressbar(length=total, label=label, file=sys.stderr)
                bars.append(stack.enter_context(drawn))
            bars[0].update(done - bars[0].pos)
            if done >= total:
                stack.close()
                bars.clear()

        yield move


def _write(path: Path, text: str) -> Optional[str]:
    """Write the text; the reason when that is not possible."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return error.strerror or "it can't be written"
    return None
