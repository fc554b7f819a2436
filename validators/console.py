"""How our commands end: with the documented exit codes, in any terminal."""

from __future__ import annotations

import signal
import sys

import click

from validators.faults import what_broke

DONE, OUR_FAULT, USAGE, BLOCKED, INTERRUPTED = 0, 1, 2, 3, 130
# What ends a program without asking it; Windows has no SIGHUP.
_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


def run_command(command: click.Command) -> None:
    """Run the command and leave with 0, 1, 2, 3, or 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter of a name shows an escape instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _end_in_order()
    try:
        sys.exit(command.main(standalone_mode=False) or DONE)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE if isinstance(error, click.UsageError) else error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:  # ours, and a traceback would tell nobody what to do about it
        told = f"{command.name} itself failed ({what_broke(error)}): not your fault."
        click.echo(f"{told} Send this line to the course.", err=True)
        sys.exit(OUR_FAULT)


def _end_in_order() -> None:
    """Let a closed terminal or a `kill` unwind the command, so that it removes what it unpacked."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup it is ignored, and stays so
            signal.signal(number, lambda got, frame: sys.exit(128 + got))
