"""The rules in force, as a table that a TA reads before the competition opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Optional

from tabulate import tabulate

from validators.package.asked import asks_for_model
from validators.rules import Rules

if TYPE_CHECKING:
    from grader.settings import GradingSettings


def rules_lines(rules: Rules, settings: Optional[GradingSettings]) -> list[str]:
    """Every rule with its value, one line each, under the names that the file uses.

    What decides nothing in this course is one line that says why. `settings` are those of
    `grading.toml`; without them nothing is said of what they decide.
    """
    idle = dict(_idle(rules, settings))
    rows = list(_flat("", rules.model_dump(mode="json"), idle))
    table: str = tabulate(rows, headers=("rule", "value"), tablefmt="simple", disable_numparse=True)
    return [*table.splitlines(), *_of_the_board(settings)]


def _idle(rules: Rules, settings: Optional[GradingSettings]) -> Iterator[tuple[str, str]]:
    """Tables and keys that nothing in this course goes by, and why."""
    if not asks_for_model(rules):
        yield "model", "competition.parts has no model"
    if not rules.package.report:
        yield "package.report_suffixes", "no report is asked for"
    for part in ("code", "weights", "predictions", "data"):
        if part not in rules.inspect.parts:
            yield f"inspect.{part}", f"inspect.parts has no {part}"
    if settings is None:
        return
    if not _on_kaggle(settings):
        yield "competition.submissions_per_day", "grading.toml has no leaderboard"
        if "team" not in rules.competition.parts:
            yield "team.pattern", "competition.parts has no team, grading.toml no leaderboard"
    if settings.assets is None:
        yield "rerun", "grading.toml has no assets"


def _of_the_board(settings: Optional[GradingSettings]) -> Iterator[str]:
    """Why the board shows pseudonyms although names were asked for."""
    if settings is not None and settings.board.names == "display" and not _on_kaggle(settings):
        yield (
            'board.names is "display", but the board shows pseudonyms: nicknames come from the '
            "names of Kaggle's teams, and grading.toml has no leaderboard. "
            "The roster's names are private."
        )


def _on_kaggle(settings: GradingSettings) -> bool:
    kaggle = settings.kaggle
    return any((kaggle.public_leaderboard, kaggle.private_leaderboard, kaggle.snapshots))


def _flat(prefix: str, values: dict[str, Any], idle: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if name in idle:
            yield name, f"(not used: {idle[name]})"
        elif isinstance(value, dict):
            yield from _flat(f"{name}.", value, idle)
        else:
            yield name, _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        shown = ", ".join(str(item) for item in value[:4])
        told = shown if len(value) <= 4 else f"{shown}, … ({len(value):,} in all)"
        return told or "(none)"
    return "(none)" if value is None else str(value)
