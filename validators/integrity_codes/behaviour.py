"""Kinds of findings about how teams behave on Kaggle, and about files that two have in common."""

from __future__ import annotations

from validators.findings import Code, Severity

DAILY_LIMIT = Code(
    "behaviour.daily-limit",
    Severity.WARNS,
    "A team made more submissions on Kaggle than the daily limit allows in that time.",
    "Look at both leaderboards and at the limit that was set on Kaggle, then decide.",
    offence="daily_limit",
    accuses=True,
)
BEFORE_OPENING = Code(
    "behaviour.before-opening",
    Severity.WARNS,
    "A team stood on Kaggle's leaderboard, or submitted to it, before the competition opened.",
    "Look at the leaderboard named, and at when Kaggle's page was opened, then decide.",
    offence="before_opening",
    accuses=True,
)
SAME_FILE = Code(
    "behaviour.same-file",
    Severity.WARNS,
    "Files of one's own have the same bytes in the submissions of two students.",
    "Look at whose work the files are, and whether both were given them, then decide.",
    offence="special_rule",
    accuses=True,
)
SECOND_ACCOUNT = Code(
    "behaviour.second-account",
    Severity.WARNS,
    "Another team on Kaggle looks like a second account of the same student.",
    "Look at both teams on Kaggle and ask whose the other one is, then decide.",
    offence="daily_limit",
    accuses=True,
)
