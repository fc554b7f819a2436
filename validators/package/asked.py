"""What a course asks for in a package, in the words of its messages."""

from __future__ import annotations

from validators.package import codes
from validators.rules.records import Rules


def asks_for_model(rules: Rules) -> bool:
    """Whether a model is handed in; the preset's `[model]` stands even where none is."""
    return rules.model is not None and "model" in rules.competition.parts


def contents_asked(rules: Rules) -> str:
    """What a package has to hold: `code, README and model` in homework 4."""
    parts = rules.competition.parts
    # What a course takes lightly is not asked for: to write by hand may be as good.
    needed = {
        name: rules.severities.get(code.name, code.severity.value) == "blocks"
        for name, code in (("code", codes.NO_CODE), ("README", codes.NO_README))
    }
    wanted = [name for name in needed if "package" in parts and needed[name]]
    wanted += ["model"] if asks_for_model(rules) else []
    in_package = rules.predictions.in_package or parts == ("csv",)
    wanted += ["predictions"] if "csv" in parts and in_package else []
    *first, last = wanted or ["files"]
    return f"{', '.join(first)} and {last}" if first else last
