"""The rules in force, as a table that a TA reads before the competition opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tabulate import tabulate

from validators.rules import Rules


def rules_lines(rules: Rules) -> list[str]:
    """Every rule with its value, one line each, under the names that the file uses."""
    rows = [(key, _shown(value)) for key, value in _flat("", rules.model_dump(mode="json"))]
    table: str = tabulate(rows, headers=("rule", "value"), tablefmt="simple", disable_numparse=True)
    return table.splitlines()


def _flat(prefix: str, values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(f"{name}.", value)
        else:
            yield name, value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        shown = ", ".join(str(item) for item in value[:4])
        return shown if len(value) <= 4 else f"{shown}, … ({len(value):,} in all)"
    return "(none)" if value is None else str(value)
