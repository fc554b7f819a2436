"""A click group that runs one of its commands when none is named: `grade submissions/`."""

from __future__ import annotations

from typing import Any

import click


class DefaultGroup(click.Group):
    """A group whose command `default` is meant when the first word names no command."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before arguments that begin with anything but a command."""
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if args and args[0] not in own and args[0] not in self.commands:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

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
