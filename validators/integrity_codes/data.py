"""Kinds of findings about data and models that code loads.

They come from reading code, not from running it. What accuses costs nothing before the teaching
side has confirmed it, and its remedy says what would explain it.
"""

from __future__ import annotations

from validators.findings import Code, Severity

TEST_IN_TRAINING = Code(
    "data.test-in-training",
    Severity.WARNS,
    "Rows of a split that isn't for training reach training, as the code is written.",
    "Follow the rows from the line that loads them to the line named, then decide.",
    offence="special_rule",
    accuses=True,
)
LABELS_WRITTEN = Code(
    "data.labels-written",
    Severity.WARNS,
    "Summaries of the data set itself, not a model's, are written as predictions.",
    "Look what the file is for that the line named writes, then decide.",
    offence="special_rule",
    accuses=True,
)
OTHER_DATA = Code(
    "data.other-data",
    Severity.WARNS,
    "Another data set, or a file from elsewhere, reaches training.",
    "Ask where the rows come from, then decide.",
    offence="special_rule",
    accuses=True,
)
OTHER_MODEL = Code(
    "data.other-model",
    Severity.WARNS,
    "The weights of another named model are the start or the result.",
    "Compare with where the submitted weights come from, then decide.",
    offence="special_rule",
    accuses=True,
)
DOWNLOAD = Code(
    "data.download",
    Severity.WARNS,
    "The code fetches something from the network while it runs.",
    "Look at what is fetched, and what it is used for.",
)
LABELS_READ = Code(
    "data.labels-read",
    Severity.NOTES,
    "The code reads summaries of the test split, as the tutorial does to score predictions.",
    "Nothing to do, unless they reach the predictions.",
)
TEST_CHOOSES = Code(
    "data.test-chooses",
    Severity.NOTES,
    "The best checkpoint is chosen by its score on rows that aren't for training.",
    "Nothing to do, unless the rules forbid it.",
)
