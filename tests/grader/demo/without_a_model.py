"""Texts that nobody needs a model for: the demonstration's scores are held against theirs."""

from __future__ import annotations

from grader.demo.corpus import Corpus
from grader.demo.course import as_course_writes
from grader.metric.handout import HandoutReference

_LOOKED_AT, _TRIED, _JOINED = 60, 60, 50


def without_a_model(corpus: Corpus) -> dict[str, list[str]]:
    """The test split's predictions by each way that needs no model, by the way's name."""
    texts = [bill.text.split() for bill in corpus.test]
    rows = len(texts)
    summaries = [bill.summary for bill in corpus.train]
    return {
        "first 20 words": [" ".join(words[:20]) for words in texts],
        "whole bill": [" ".join(words) for words in texts],
        "one training summary": [_most_central(corpus)] * rows,
        f"{_JOINED} training summaries": [" ".join(summaries[:_JOINED])] * rows,
    }


def _most_central(corpus: Corpus) -> str:
    """Of the first training summaries, the one that scores best on the first validation bills."""
    told = [as_course_writes(bill.summary) for bill in corpus.validation[:_LOOKED_AT]]
    references = [HandoutReference(summary) for summary in told]
    tried = [bill.summary for bill in corpus.train[:_TRIED]]

    def worth(summary: str) -> float:
        text = as_course_writes(summary)
        return sum(reference.recall(text) for reference in references)

    return max(tried, key=worth)
