"""`check-submission`: what blocks, where, and the one thing to do about it."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

import click

from validators import __version__
from validators.console import BLOCKED, DONE, OUR_FAULT, USAGE, run_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.checks import Options
    from validators.digests import FileDigest
    from validators.report_json import Answer
    from validators.rules import Rules

PARTS = ("package", "csv", "model", "team")
BAR_FROM_BYTES = 200_000_000

_PATH = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def _parts(context: click.Context, option: click.Parameter, value: Optional[str]) -> Any:
    if value is None:
        return None
    chosen = tuple(part.strip() for part in value.split(","))
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        raise click.BadParameter(f'there is no part "{unknown[0]}"; choose from {",".join(PARTS)}')
    return chosen


@click.command("check-submission", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", metavar="PATH [PATH…]", nargs=-1, required=True, type=_PATH)
@click.option("--team", metavar="NAME", help="Your team's name on Kaggle, to check it too.")
@click.option(
    "--only",
    metavar="PARTS",
    callback=_parts,
    help="Check only these parts, separated by commas: package, csv, model, team.",
)
@click.option("--ids", type=_FILE, help="The competition's sample submission: take its IDs.")
@click.option(
    "--competition",
    type=_FILE,
    envvar="COMPETITION_TOML",
    show_envvar=True,
    help="The course's competition.toml; homework 4 when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (docs/check-report.md).")
@click.option("--receipt", type=_NEW_FILE, help="Write the answer with all digests to this file.")
@click.option("--quiet", is_flag=True, help="Show only what blocks, and the last line.")
@click.version_option(__version__, message="check-submission %(version)s")
def check(
    paths: tuple[Path, ...],
    team: Optional[str],
    only: Optional[tuple[Any, ...]],
    ids: Optional[Path],
    competition: Optional[Path],
    as_json: bool,
    receipt: Optional[Path],
    quiet: bool,
) -> int:
    """Check what you are about to hand in: a zip, a folder, a CSV, a model folder, a report.

    Each PATH is checked on its own; nothing in it is run or loaded. The last line says "safe to
    submit" or what blocks. Exit code: 0 safe, 3 something blocks, 2 wrong usage, 1 our failure.

    \b
    Examples:
      check-submission HW4_9900940_name.zip HW4_9900940_name.pdf
      check-submission submission.csv --ids sample_submission.csv
      check-submission pruned_model/
      check-submission HW4_9900940_name.zip --team 9900940_name --receipt receipt.json
    """
    _refuse_single_weights(paths)
    _refuse_receipt(receipt)
    rules = _rules(competition, ids)
    options = _options(paths, rules, only, team)
    silent = as_json
    answers = tuple(
        _answer(path, each, silent, quiet, digested=as_json or receipt is not None)
        for path, each in zip(paths, options)
    )
    return _concluded(answers, rules, as_json, receipt)


def _options(
    paths: tuple[Path, ...], rules: Rules, only: Optional[tuple[Any, ...]], team: Optional[str]
) -> tuple[Options, ...]:
    """How each path is checked; a path of which nothing was asked for is wrong usage."""
    from validators.checks import Options, parts_of
    from validators.opening import kind_of, name_of

    parts = only or rules.competition.parts
    kinds = [kind_of(path, rules) for path in paths]
    for path, kind in zip(paths, kinds):
        if not set(parts) & set(parts_of(kind, team)):
            hint = " Give the name with --team." if parts == ("team",) else ""
            asked = ", ".join(parts)
            raise click.UsageError(f"{name_of(path)} ({kind}) has nothing of: {asked}.{hint}")
    # The team is one and told once, with the zip whose id it is compared with.
    with_team = kinds.index("zip") if "zip" in kinds else 0
    reports = tuple(name_of(path) for path, kind in zip(paths, kinds) if kind == "report")
    return tuple(
        Options(rules, parts, team if number == with_team else None, beside=reports)
        for number in range(len(paths))
    )


def _refuse_single_weights(paths: tuple[Path, ...]) -> None:
    from validators.package.workspace import WEIGHT_SUFFIXES

    for path in paths:
        if path.suffix.lower() in WEIGHT_SUFFIXES and path.is_file():
            raise click.UsageError(
                f"{path.name} is one file of a model; give the folder that it lies in, because "
                "its config.json and the other weights there count as well."
            )


def _refuse_receipt(receipt: Optional[Path]) -> None:
    """Refuse to write a receipt where none can be, or over a file that is no receipt."""
    if receipt is None:
        return
    if not receipt.parent.is_dir():
        raise click.UsageError(f"--receipt: there is no folder {receipt.parent} to write it into.")
    if not os.access(receipt.parent, os.W_OK):
        raise click.UsageError(f"--receipt: the folder {receipt.parent} can't be written to.")
    if receipt.is_file() and receipt.stat().st_size:
        with receipt.open("rb") as stream:
            stream.seek(max(0, receipt.stat().st_size - 200))
            if b'"tool": "check-submission"' not in stream.read():
                raise click.UsageError(
                    f"--receipt: {receipt} is there already and is no receipt; it would be lost."
                )


def _rules(competition: Optional[Path], ids: Optional[Path]) -> Rules:
    from validators.checks import with_ids
    from validators.predictions import read_ids
    from validators.rules import RulesError, load_rules

    try:
        rules = load_rules(competition)
        return rules if ids is None else with_ids(rules, read_ids(ids, ids.name, rules))
    except RulesError as error:
        raise click.UsageError(str(error)) from error


def _answer(path: Path, options: Options, silent: bool, quiet: bool, digested: bool) -> Answer:
    """The report on one path, shown section by section as it grows."""
    from dataclasses import replace

    from validators.checks import report_of, sections
    from validators.faults import fault_of
    from validators.opening import digests_of, opened
    from validators.rendering import section_lines
    from validators.report import Section

    found = []
    with ExitStack() as stack:
        unpacking, counting = (
            stack.enter_context(_bar(label, silent)) for label in ("unpacking", "counting")
        )
        subject = stack.enter_context(opened(path, options.rules, unpacking))
        for section in sections(subject, replace(options, progress=counting)):
            found.append(section)
            if not silent:
                _show("\n".join(section_lines(section, quiet)))
        digests: tuple[FileDigest, ...] = ()
        try:
            digests = digests_of(subject, options.rules) if digested else ()
        except OSError as error:  # a file that went away meanwhile, say
            broken = Section("package", subject.name, fault=fault_of("digest", error))
            found.append(broken)
            if not silent:
                _show("\n".join(section_lines(broken, quiet)))
    return report_of(subject, options, tuple(found)), digests


def _concluded(
    answers: tuple[Answer, ...], rules: Rules, as_json: bool, receipt: Optional[Path]
) -> int:
    import json

    from validators.rendering import last_line
    from validators.report import Outcome
    from validators.report_json import document

    answer = document(answers, rules)
    text = json.dumps(answer, ensure_ascii=False, indent=2, sort_keys=True)
    trouble = None if receipt is None else _write(receipt, text + "\n")
    if as_json:
        click.echo(text)
    else:
        if receipt is not None and trouble is None:
            click.echo(f"receipt written to {receipt}")
        _show(last_line(tuple(report for report, _ in answers)))
    if trouble is not None:
        raise click.ClickException(f"no receipt in {receipt}: {trouble}.")
    codes = {Outcome.SAFE.value: DONE, Outcome.FAULT.value: OUR_FAULT}
    return codes.get(answer["outcome"], BLOCKED)


def _write(path: Path, text: str) -> Optional[str]:
    """Write the text; the reason when that is not possible."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return error.strerror or "it can't be written"
    return None


def _show(text: str) -> None:
    if text:
        click.echo(text, color=False if os.environ.get("NO_COLOR") else None)


@contextmanager
def _bar(label: str, silent: bool) -> Iterator[Callable[[int, int], None]]:
    """A callback that draws a progress bar on stderr, for large files on a terminal only."""
    with ExitStack() as stack:
        bars: list[Any] = []

        def move(done: int, total: int) -> None:
            if silent or total < BAR_FROM_BYTES or not sys.stderr.isatty():
                return
            if not bars:
                bar = click.progressbar(length=total, label=label, file=sys.stderr)
                bars.append(stack.enter_context(bar))
            bars[0].update(done - bars[0].pos)
            if done >= total:
                stack.close()
                bars.clear()

        yield move


def main() -> None:
    """Run `check-submission`."""
    import validators

    if "check_submission" not in getattr(validators, "__all__", ()):
        click.echo(
            "check-submission: another package called validators lies over ours. "
            "Install the toolkit in an environment of its own: see docs/decisions/.",
            err=True,
        )
        sys.exit(USAGE)
    run_command(check)
