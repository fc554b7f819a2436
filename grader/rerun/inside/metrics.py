"""ROUGE with nothing downloaded, by the names under which students load it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Callable, NamedTuple, Optional, Union

from grader.metric.rouge import Rouge, rouge_row
from grader.rerun.inside.layer import Layer, wrap
from grader.rerun.inside.splits import last_part

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
References = Sequence[Union[str, Sequence[str]]]


class Aggregate(NamedTuple):
    """Three times the mean: what `load_metric` gives as low, mid and high."""

    low: Rouge
    mid: Rouge
    high: Rouge


class RougeMetric:
    """`evaluate.load("rouge")`: the mean F-measure of each kind.

    The library gives the middle of a thousand random draws of the rows, which is another number
    each time; this is the mean that they lie around.
    """

    name = "rouge"

    def __init__(self, aggregates: bool = False) -> None:
        self._aggregates = aggregates
        self._predictions: list[str] = []
        self._references: list[Any] = []

    def add(self, *, prediction: str, reference: Any = None, references: Any = None) -> None:
        """Keep one pair for `compute`."""
        self._predictions.append(prediction)
        self._references.append(references if reference is None else reference)

    def add_batch(self, *, predictions: Sequence[str], references: References) -> None:
        """Keep several pairs for `compute`."""
        self._predictions.extend(predictions)
        self._references.extend(references)

    def compute(
        self, predictions: Optional[Sequence[str]] = None, references: Optional[References] = None,
        rouge_types: Optional[Sequence[str]] = None, use_aggregator: bool = True,
        use_stemmer: bool = False, tokenizer: Any = None, **_: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """The figures of the pairs given, or of those kept before."""
        if tokenizer is not None:
            raise ValueError("This run's ROUGE has the usual tokenizer only.")
        made = list(self._predictions if predictions is None else predictions)
        right = list(self._references if references is None else references)
        self._predictions, self._references = [], []
        if len(made) != len(right):
            raise ValueError(f"{len(made)} predictions, but {len(right)} references.")
        rows = [_best(one, two, use_stemmer) for one, two in zip(right, made)]
        kinds = rouge_types or ("rouge1", "rouge2", "rougeL", "rougeLsum")
        if not use_aggregator:
            return {kind: [row[kind].fmeasure for row in rows] for kind in kinds}
        means = {kind: _mean([row[kind] for row in rows]) for kind in kinds}
        if self._aggregates:
            return {kind: Aggregate(mean, mean, mean) for kind, mean in means.items()}
        return {kind: mean.fmeasure for kind, mean in means.items()}


def install(layer: Layer) -> None:
    """Serve ROUGE through `evaluate` and `datasets`, and sentences through `nltk`."""

    def loading(aggregates: bool) -> Callable[..., RougeMetric]:
        def load(path: Any, *_: Any, **__: Any) -> RougeMetric:
            wanted = str(path)
            if last_part(wanted).casefold() not in ("rouge", "rouge.py"):
                layer.journal.tell("metric", wanted, "refused")
                raise FileNotFoundError(
                    f'There is no metric "{wanted}" here: this run has no network. There is: rouge.'
                )
            layer.journal.tell("metric", wanted, "the layer's own")
            return RougeMetric(aggregates)

        return load

    def evaluate(module: ModuleType) -> None:
        module.__dict__["load"] = loading(False)

    def datasets(module: ModuleType) -> None:
        # Gone since datasets 3, but still in students' code.
        module.__dict__["load_metric"] = loading(True)

    layer.hooks.after("evaluate", evaluate)
    layer.hooks.after("datasets", datasets)
    layer.hooks.after("nltk", lambda module: _nltk(layer, module))
    layer.stand_ins.add("evaluate", evaluate)


def _nltk(layer: Layer, module: ModuleType) -> None:
    def no_download(real: Any) -> Callable[..., bool]:
        def download(*asked: Any, **_: Any) -> bool:
            layer.journal.tell("metric", f"nltk {asked[0] if asked else ''}".strip(), "refused")
            return True

        return download

    def sentences(real: Callable[..., Any]) -> Callable[..., Any]:
        def sent_tokenize(text: str, *args: Any, **named: Any) -> Any:
            try:
                return real(text, *args, **named)
            except LookupError:
                layer.journal.tell("metric", "nltk sentences", "split by the layer")
                return _SENTENCE.split(text.strip())

        return sent_tokenize

    wrap(module, "download", no_download)
    wrap(module, "sent_tokenize", sentences)


def _best(references: Any, prediction: str, stemmer: bool) -> dict[str, Rouge]:
    several = [references] if isinstance(references, str) else list(references)
    rows = [rouge_row(each, prediction, stemmer=stemmer) for each in several]
    return {kind: max((row[kind] for row in rows), key=lambda rouge: rouge.fmeasure)
            for kind in rows[0]}  # fmt: skip


def _mean(rows: Sequence[Rouge]) -> Rouge:
    count = max(len(rows), 1)
    return Rouge(*(sum(values) / count for values in zip(*rows))) if rows else Rouge(0, 0, 0)
