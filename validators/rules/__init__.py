"""What a course decides about its competition: the rules, and how they are read."""

from validators.rules.loading import (
    RulesError,
    load_preset,
    load_rules,
    rules_digest,
    rules_from_json,
    rules_json,
)
from validators.rules.records import Rules

__all__ = [
    "Rules",
    "RulesError",
    "load_preset",
    "load_rules",
    "rules_digest",
    "rules_from_json",
    "rules_json",
]
