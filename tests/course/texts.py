"""Answers made of small bill-like sentences, and predictions that score exactly what they should.

The course's metric takes from each sentence of an answer the longest common subsequence with a
sentence of the prediction. The sentences here share no word with each other, and the words that
predictions are filled up with stand in no answer. So a prediction that keeps k of an answer's n
words, in their order, scores k/n, and a file's score is a sum that can be aimed at.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "Amends the Act to require the Secretary of the Interior to report to Congress on water "
    "rights and to grant the States funds for the repair of public dams roads bridges schools "
    "in rural counties within two years after the date when this title enters into force"
)
SECOND = _words(
    "Directs each Agency Director by rule or order under existing law not later than January "
    "that every tribe village borough may apply once annually as an eligible applicant whose "
    "plan meets all criteria set forth herein subject only where money is appropriated therefor"
)
FILLER = _words(
    "sewer model token summary bill bills text output prune sparse layer head encoder decoder "
    "garbage loop again sample beam search greedy copy noise drift blank corpus"
)
ROWS = 12
_PUBLIC, _PRIVATE = "Public", "Private"
_AIMED = 6  # as many rows of a part as the aim is taken with; the others lie near it
# How many words an answer has: primes, so that sums of k/n lie as close together as can be.
_LENGTHS = (29, 31, 37, 41, 43, 47)
_LEAST_WORDS = 11
# So far above a figure is aimed, and missed by no more: rounding takes no score below its figure,
# and Kaggle's fifth decimal stays what it is.
_ABOVE = 1e-6


@dataclass(frozen=True)
class Answers:
    """The answer key: the sentences of each row, and on which leaderboard the row counts."""

    sentences: tuple[tuple[tuple[str, ...], ...], ...]
    usage: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts of the key."""
        return tuple(_text(row) for row in self.sentences)

    def rows_of(self, usage: str) -> tuple[int, ...]:
        """The numbers of the rows that count on a leaderboard."""
        return tuple(row for row, each in enumerate(self.usage) if each == usage)


def make_answers(rows: int, seed: int) -> Answers:
    """An answer key of so many rows, half of them public."""
    if rows < 2 * _AIMED:
        raise ValueError(f"scores can't be aimed at with {rows} rows; at least {2 * _AIMED}")
    dice = random.Random(f"answers {seed}")
    usage = [_PUBLIC] * (rows // 2) + [_PRIVATE] * (rows - rows // 2)
    dice.shuffle(usage)
    sentences = []
    for row in range(rows):
        length = _LENGTHS[usage[:row].count(usage[row]) % len(_LENGTHS)]
        first = dice.randint(_LEAST_WORDS, length - _LEAST_WORDS)
        sentences.append((_sentence(FIRST, first, dice), _sentence(SECOND, length - first, dice)))
    return Answers(tuple(sentences), tuple(usage))


def predictions(answers: Answers, score: tuple[str, str], seed: str) -> tuple[str, ...]:
    """Texts with this public and private score; of a model that collapsed where both are zero."""
    if not any(map(Decimal, score)):
        return (" " * 17,) * len(answers.sentences)
    dice = random.Random(f"predictions {seed}")
    kept: dict[int, int] = {}
    for usage, figure in zip((_PUBLIC, _PRIVATE), score):
        rows = answers.rows_of(usage)
        lengths = [sum(map(len, answers.sentences[row])) for row in rows]
        kept.update(zip(rows, _aimed(lengths, float(figure))))
    return tuple(_predicted(row, kept[n], dice) for n, row in enumerate(answers.sentences))


def _sentence(words: Sequence[str], length: int, dice: random.Random) -> tuple[str, ...]:
    return (words[0], *(dice.choice(words[1:]) for _ in range(length - 1)))


def _text(sentences: Iterable[Sequence[str]]) -> str:
    return " ".join(" ".join(words) + "." for words in sentences if words)


def _predicted(row: Sequence[Sequence[str]], kept: int, dice: random.Random) -> str:
    """So many of a row's words, others strewn between them."""
    places = [(part, place) for part, words in enumerate(row) for place in range(len(words))]
    chosen = sorted(dice.sample(places, kept))
    parts: list[list[str]] = [[] for _ in row]
    for part, place in chosen:
        parts[part].append(row[part][place])
    for _ in range(dice.randint(3, 8)):
        words = dice.choice(parts)
        words.insert(dice.randint(0, len(words)), dice.choice(FILLER))
    return _text(parts)


def _aimed(lengths: Sequence[int], figure: float) -> list[int]:
    """How many words to keep in each row, so that the mean is the figure and never below it.

    Raises ValueError for a figure that no choice comes near to: close to 0 there are few.
    """
    total = (figure + _ABOVE) * len(lengths)
    kept = [min(length, int(figure * length)) for length in lengths[_AIMED:]]
    rest = total - sum(count / length for count, length in zip(kept, lengths[_AIMED:]))
    half = _AIMED // 2
    left, right = _sums(lengths[:half]), _sums(lengths[half:_AIMED])
    order = np.argsort(right.ravel(), kind="stable")
    ordered = right.ravel()[order]
    at = np.minimum(np.searchsorted(ordered, rest - left.ravel()), len(ordered) - 1)
    best = int(np.argmin(np.abs(left.ravel() + ordered[at] - rest)))
    missed = abs(left.ravel()[best] + ordered[at[best]] - rest) / len(lengths)
    if missed > _ABOVE:
        raise ValueError(f"no choice of words scores {figure:.5f}")
    first = np.unravel_index(best, left.shape)
    second = np.unravel_index(int(order[at[best]]), right.shape)
    return [*map(int, first), *map(int, second), *kept]


def _sums(lengths: Sequence[int]) -> npt.NDArray[np.float64]:
    """The sum of k/n over the rows for every choice of the k."""
    shares = [np.arange(length + 1) / length for length in lengths]
    total = np.zeros(())
    for share in shares:
        total = total[..., None] + share
    return total
