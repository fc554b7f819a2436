"""An answer key prepared once, and the scores of whole files against it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.metric.bootstrap import Interval, bootstrap_interval
from grader.metric.dialects import HANDOUT, mean_in_order, refuse_unknown
from grader.metric.handout import HandoutReference
from grader.metric.rouge import ROUGE
from grader.metric.rouge_text import RougeText

# Raised when the same texts would get another value.
_VERSION = 1
_KEBAB = {
    "rougeLsum": "rouge-lsum", "rouge1": "rouge-1", "rouge2": "rouge-2", "rougeL": "rouge-l"
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """A metric's value with the rows it is the mean of, and what exactly was computed."""

    value: float
    rows: tuple[float, ...]
    signature: str

    def interval(
        self, *, confidence: float = 0.95, resamples: int = 1000, seed: int = 0
    ) -> Interval:
        """The bootstrap interval of the value over its rows."""
        return bootstrap_interval(self.rows, confidence=confidence, resamples=resamples, seed=seed)


class PreparedAnswers:
    """The reference texts of a competition, cut and indexed when first needed, then kept."""

    def __init__(self, references: Iterable[str]) -> None:
        self.references = tuple(references)
        if not self.references:
            raise ValueError("an answer key needs at least one row")
        self._handout: tuple[HandoutReference, ...] = ()
        self._rouge: dict[bool, tuple[RougeText, ...]] = {}
        self.digest = _digest(self.references)

    def __len__(self) -> int:
        return len(self.references)

    def score(
        self, predictions: Sequence[str], metric: str = HANDOUT, *, stemmer: bool = False
    ) -> Score:
        """The score of a file: its texts in the order of the answers.

        `metric` is "handout" or the F-measure of "rougeLsum", "rouge1", "rouge2" or "rougeL".
        """
        if len(predictions) != len(self):
            raise ValueError(f"there are {len(predictions)} predictions for {len(self)} answers")
        refuse_unknown(metric, stemmer=stemmer)
        rows = tuple(self._rows(predictions, metric, stemmer))
        return Score(mean_in_order(rows), rows, self._signature(metric, stemmer))

    def _rows(self, predictions: Sequence[str], metric: str, stemmer: bool) -> Iterable[float]:
        if metric == HANDOUT:
            return map(HandoutReference.recall, self._handout_references(), predictions)
        figure = ROUGE[metric]
        return (
            figure(reference, RougeText(text, stemmer=stemmer)).fmeasure
            for reference, text in zip(self._rouge_references(stemmer), predictions)
        )

    def _handout_references(self) -> tuple[HandoutReference, ...]:
        if not self._handout:
            self._handout = tuple(map(HandoutReference, self.references))
        return self._handout

    def _rouge_references(self, stemmer: bool) -> tuple[RougeText, ...]:
        if stemmer not in self._rouge:
            texts = tuple(RougeText(text, stemmer=stemmer) for text in self.references)
            for text in texts:
                text.index()
            self._rouge[stemmer] = texts
        return self._rouge[stemmer]

    def _signature(self, metric: str, stemmer: bool) -> str:
        if metric == HANDOUT:
            name = "rouge-lsum|dialect:handout"
        else:
            stems = "porter" if stemmer else "none"
            name = f"{_KEBAB[metric]}|dialect:reference|measure:f|stemmer:{stems}"
        return f"{name}|rows:{len(self)}|answers:{self.digest[:12]}|v{_VERSION}"


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
