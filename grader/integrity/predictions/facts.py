"""What a file of predictions is like by itself: numbers to stand beside its score.

A model that repeats itself is a weak model, not an offence. Some of these figures show how the
course's metric, which is recall alone, can be pleased; that is for the course to weigh.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.integrity.records import Fact, PredictionTraits
from validators.rules.inspecting import PredictionForensicsRules

SAYS = {
    "blank": "rows without a word",
    "constant": "rows with the file's most frequent text",
    "repeating": "rows that repeat four words in a row",
    "distinct_2": "pairs of neighbouring words that are unlike all others",
    "compressed": "size after compression, of the size before",
    "cut_off": "rows that break off in a sentence, as at the longest length",
    "recall_gap": "the course's metric over the F-measure of ROUGE-Lsum",
    "source_8grams": "runs of eight words that stand in the row's bill",
    "common": "rows whose text many files of the class share",
}
"""What each figure is, by its name."""

_COMMON = 0.2


def facts(
    name: str, traits: PredictionTraits, common: float, rules: PredictionForensicsRules
) -> Iterator[Fact]:
    """The figures of one submission, in the order of `SAYS`."""
    values = dict(traits.quality)
    if traits.source_8grams is not None:
        values["source_8grams"] = traits.source_8grams
    if common >= _COMMON:
        values["common"] = common
    for figure, says in SAYS.items():
        if figure in values:
            value = values[figure]
            told = f"{value:+.3f}" if figure == "recall_gap" else f"{value:.0%}"
            if figure == "source_8grams" and value >= float(rules.source_8grams):
                told += f" (worth a look from {float(rules.source_8grams):.0%} on)"
            yield Fact(name, says, told)
