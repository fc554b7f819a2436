"""`python -m grader.sandbox`: aim a program at the sandbox and see what comes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.sandbox.records import Limits, Program, Result
from grader.sandbox.trouble import SandboxFault

if TYPE_CHECKING:
    from grader.sandbox.isolation import Isolation

DONE, OUR_FAULT = 0, 1
"""Exit codes: whatever the program did, and when the sandbox itself failed."""

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_ONE = click.IntRange(min=1)
_USUAL = Limits()
_OPTIONS = (
    click.option(
        "--input",
        "source",
        required=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The folder that the program starts in; it can't write there.",
    ),
    click.option("--output", required=True, type=_FOLDER, help="A new or empty folder."),
    click.option("--result", "record", required=True, type=_FILE, help="Where the record goes."),
    click.option(
        "--wall-seconds",
        type=click.FloatRange(min=0, min_open=True),
        default=_USUAL.wall_seconds,
        show_default=True,
    ),
    click.option("--memory-mb", type=_ONE, default=_USUAL.memory_mb, show_default=True),
    click.option("--processes", type=_ONE, default=_USUAL.processes, show_default=True),
    click.option("--disk-mb", type=_ONE, default=_USUAL.disk_mb, show_default=True),
    click.option("--files", type=_ONE, default=_USUAL.files, show_default=True),
    click.option(
        "--accept",
        "accepts",
        multiple=True,
        metavar="NAME",
        help="What may come back of $OUTPUT_DIR; * and **/ are understood. Usually every file.",
    ),
    click.option("--copied", is_flag=True, help="Start in a private copy, $OUTPUT_DIR/work."),
    click.option("--python", type=_FILE, help="The interpreter; usually the one of this command."),
    click.option("--gpu", is_flag=True, help="Let it use the graphics cards."),
    click.option("--unsafe-no-sandbox", "unsafe", is_flag=True, help="Run it without any wall."),
)


def _given(command: _Command) -> _Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def sandbox() -> None:
    """Run a program that nobody trusts, shut in.

    \b
    Example:
      python -m grader.sandbox run --input DIR --output OUT --result FILE -- python main.py
    """


@sandbox.command("run")
@_given
@click.argument("command", nargs=-1, required=True)
def run_command(command: tuple[str, ...], **given: Any) -> int:
    """Run COMMAND in the input folder; write the record as JSON."""
    return _run(_program(command, given), given)


@sandbox.command("run-notebook")
@_given
@click.argument("notebook")
def run_notebook(notebook: str, **given: Any) -> int:
    """Run the NOTEBOOK, a path in the input folder; write the record as JSON."""
    from grader.sandbox.notebooks import notebook_program

    return _run(notebook_program(_program(("python",), given), notebook), given)


@sandbox.command()
def probe() -> int:
    """Show what this machine has for a sandbox, and what mends what is missing."""
    from grader.sandbox.isolation import isolation

    found = isolation()
    click.echo(f"{found.kind} {found.version} at {found.binary}")
    for layer in found.layers:
        click.echo(f"  has    {layer}")
    for what, remedy in found.missing:
        click.echo(f"  lacks  {what}. {remedy}")
    return DONE


def _program(command: tuple[str, ...], given: dict[str, Any]) -> Program:
    return Program(
        command=command,
        input=given["source"],
        copied=given["copied"],
        python=given["python"],
        accepts=given["accepts"],
        gpu=given["gpu"],
        limits=Limits(
            wall_seconds=given["wall_seconds"],
            memory_mb=given["memory_mb"],
            processes=given["processes"],
            disk_mb=given["disk_mb"],
            files=given["files"],
        ),
    )


def _run(program: Program, given: dict[str, Any]) -> int:
    from grader.sandbox.running import run

    output: Path = given["output"]
    if output.is_dir() and any(output.iterdir()):
        raise click.UsageError(f"{output} is not empty. Give a new or an empty folder.")
    result = run(program, output, _isolation(given["unsafe"]))
    _keep(result, given["record"])
    click.echo(summary(result), err=True)
    return DONE


def _isolation(unsafe: bool) -> Isolation:
    from grader.sandbox.isolation import isolation, no_isolation

    return no_isolation() if unsafe else isolation()


def _keep(result: Result, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_json(result), encoding="utf-8")
    except OSError as failure:
        raise SandboxFault(
            f"the record can't be written to {file}: {failure.strerror}", "Give another --result."
        ) from failure


def as_json(result: Result) -> str:
    """The record as the guide describes it; the same text for the same record."""
    import dataclasses

    told = {"version": 1, **dataclasses.asdict(result), "succeeded": result.succeeded}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def summary(result: Result) -> str:
    """One line: how it ended, what it took, what came back."""
    if result.limit:
        how = f"ended by its limit of {result.limit}"
    elif result.signal is not None:
        how = f"ended by signal {result.signal}"
    else:
        how = f"exit code {result.exit_code}"
    refused = f", {len(result.refused)} refused" if result.refused else ""
    peak_mb = result.peak_memory_bytes / (1 << 20)
    return (
        f"{how}; {result.wall_seconds:.2f} s, {result.cpu_seconds:.2f} s of CPU, "
        f"{peak_mb:.0f} MB; files back: {len(result.accepted)}{refused}"
    )


def main() -> None:
    """Run the command line and exit by its code."""
    try:
        code = sandbox.main(prog_name="python -m grader.sandbox", standalone_mode=False)
    except SandboxFault as fault:
        remedy = f" {fault.remedy}" if fault.remedy else ""
        click.echo(" ".join(f"fault.sandbox {fault}.{remedy}".split()), err=True)
        sys.exit(OUR_FAULT)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else DONE)
