"""What only the teaching side can find: findings about an entrant beside the others and Kaggle."""

from __future__ import annotations

from validators.findings import Code, Severity

NOTHING_HANDED_IN = Code(
    "class.nothing-handed-in",
    Severity.BLOCKS,
    "Nothing of this student is in what the course site exported.",
    "Look for it by hand; if it is there, say whose it is in matches.csv.",
)
NO_SCORE = Code(
    "class.no-score",
    Severity.BLOCKS,
    "There is no score of this student where the competition takes its scores from.",
    "Look for their team on Kaggle; if it is there, say whose it is in matches.csv.",
)
LATE = Code(
    "class.late",
    Severity.WARNS,
    "The submission that counts came after the closing time.",
    "What it costs stands in [penalties] late.",
    offence="late",
)
EARLY = Code(
    "class.early",
    Severity.WARNS,
    "The submission that counts came before the opening time.",
    "What it costs stands in [penalties] before_opening.",
    offence="before_opening",
)
OTHER_PREDICTIONS = Code(
    "class.other-predictions",
    Severity.WARNS,
    "The predictions that were handed in score otherwise than what Kaggle shows for the team.",
    "Ask which file was sent to Kaggle; the wrong one was probably zipped.",
)
