"""A command that has commands beside it: `check-submission PATH`, `check-submission pack`."""

from __future__ import annotations

import os
from typing import Any

import click

# How alike a word and a command must be (0 to 1) to be taken for a slip of the fingers.
_LIKE = 0.7
_NAMED = "validators.command_group.named"


class CommandWithCommands(click.Group):
    """A command of its own, unless the first word names one of its commands.

    What it takes itself may stand in any order, so only the very first word can name a command: a
    file that is called like one is given as `./pack`.
    """

    allow_interspersed_args = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"no_args_is_help": False, **kwargs})

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the words for itself, or keep them for the command that the first one names."""
        if args and args[0] in self.commands:
            ctx.meta[_NAMED] = tuple(args)
            return []
        if args:
            self._refuse_misspelt(ctx, args[0])
        return click.Command.parse_args(self, ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the named command, or itself."""
        words = ctx.meta.get(_NAMED)
        if words is None:
            return click.Command.invoke(self, ctx)
        command = self.commands[words[0]]
        # As a child its usage would begin with the paths that this command takes itself.
        name = f"{ctx.info_name} {words[0]}"
        with command.make_context(name, list(words[1:])) as inner:
            return command.invoke(inner)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What it takes itself; the commands stand in a list of their own."""
        return click.Command.collect_usage_pieces(self, ctx)

    def _refuse_misspelt(self, ctx: click.Context, word: str) -> None:
        """Raise UsageError for what looks like a command and is no path."""
        from difflib import get_close_matches

        near = get_close_matches(word, self.list_commands(ctx), 1, cutoff=_LIKE)
        if near and not os.path.lexists(word):
            told = f'there is no command and no file "{word}". Did you mean "{near[0]}"?'
            raise click.UsageError(told, ctx)
