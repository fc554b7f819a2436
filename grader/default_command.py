"""A click group that runs one of its commands when none is named: `grade submissions/`."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Any

import click

# How alike a word and a command must be (0 to 1) to be taken for a slip of the fingers.
_LIKE = 0.7


class DefaultGroup(click.Group):
    """A group whose command `default` is meant when the first word names no command."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before arguments that begin with anything but a command."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if args and args[0] not in own and args[0] not in self.commands:
            self._refuse_misspelt(ctx, args[0])
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _refuse_misspelt(self, ctx: click.Context, word: str) -> None:
        """Raise UsageError for what looks like a command and is no path."""
        near = get_close_matches(word, self.list_commands(ctx), 1, cutoff=_LIKE)
        if near and not os.path.lexists(word):
            told = f'there is no command and no file "{word}". Did you mean "{near[0]}"?'
            raise click.UsageError(told, ctx)

    def get_usage(self, ctx: click.Context) -> str:
        """The usage with the default command's own line first."""
        command = self.get_command(ctx, self.default)
        assert command is not None
        first = " ".join(command.collect_usage_pieces(ctx))
        return f"Usage: {ctx.command_path} {first}\n       {ctx.command_path} COMMAND [ARGS]..."

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both ways of calling the group."""
        formatter.write(f"{self.get_usage(ctx)}\n")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, saying of the default one that its name may be left out."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is None or command.hidden:
                continue
            rows.append((name, command.get_short_help_str(70)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)
