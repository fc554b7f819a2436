"""How our commands end: with the documented exit codes, in any terminal."""

from __future__ import annotations

import sys

import click

DONE, OUR_FAULT, USAGE, BLOCKED, INTERRUPTED = 0, 1, 2, 3, 130


def run_command(command: click.Command) -> None:
    """Run the command and leave with 0, 1, 2, 3, or 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter of a name shows an escape instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(command.main(standalone_mode=False) or DONE)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE if isinstance(error, click.UsageError) else error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
