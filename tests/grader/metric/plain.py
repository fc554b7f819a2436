"""What the metric must equal: the course's dialect written out plainly, and `rouge-score`."""

from __future__ import annotations

import functools
import random
from typing import Any

from hypothesis import strategies as st

# A text is made of these: words that repeat and stem, all that splits, and what lowers oddly.
PIECES = (
    "the", "a", "act", "Act", "acts", "bill", "BILLS", "relational", "rationalli", "flies", "dying",
    "agreed", "hoping", "y", "1.5", "U.S.", "Hello!", "it's", "x" * 5, " ", " ", " ", " ", " ", " ",
    " ", ".", ". ", "..", "\n", "\n", "\n\n", "\t", "\r", "\u00a0", "\u2028", "\x1c", "-", "ΑΣ.B",
    "ΑΣ", "İ", "ß", "\u212a", "é", "法案", "\ud800", "0", "'", '"', "|",
)  # fmt: skip
FEW = ("a ", "b ", "c ", "a\n", "b\n", "c.", "d ", "\n")


def texts(pieces: tuple[str, ...] = PIECES, most: int = 40) -> st.SearchStrategy[str]:
    """Texts of up to so many pieces; made from bytes, which hypothesis draws fast."""
    join = "".join
    return st.binary(max_size=most).map(lambda data: join(pieces[b % len(pieces)] for b in data))


def random_text(random_: random.Random, words: int, vocabulary: int, breaks: str) -> str:
    """A longer text whose words come as unevenly as those of a language."""
    parts = []
    for _ in range(words):
        word = f"w{min(int(random_.paretovariate(0.8)), vocabulary)}"
        parts.append(word + (breaks if random_.random() < 0.1 else " "))
    return "".join(parts)


def plain_handout(reference: str, prediction: str) -> float:
    """The course's dialect by the textbook's table, one cell at a time."""
    ours = [sentence.strip().lower().split() for sentence in reference.split(".")]
    theirs = [sentence.strip().lower().split() for sentence in prediction.split(".")]
    tokens = sum(len(sentence) for sentence in ours)
    best = sum(max(plain_lcs(one, other) for other in theirs) for one in ours)
    return best / tokens if tokens else 0.0


def plain_lcs(one: list[str], other: list[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for token in one:
        above = row
        row = [0]
        for place, item in enumerate(other):
            equal = token == item
            row.append(above[place] + 1 if equal else max(above[place + 1], row[place]))
    return row[-1]


@functools.cache
def rouge_score(stemmer: bool) -> Any:
    """The published implementation's scorer."""
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stemmer)


def published(reference: str, prediction: str, *, stemmer: bool) -> dict[str, str]:
    """What `rouge-score` says, each figure to the last bit and with its type."""
    found = rouge_score(stemmer).score(reference, prediction)
    return {name: repr(tuple(figure)) for name, figure in found.items()}
