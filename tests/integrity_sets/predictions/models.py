"""Models in small, which write texts word by word from what they wrote before.

The next word is the best of a few candidates: to go on copying the bill, or to go elsewhere. They
follow from the bill, the place in it and the last word. A model that was pruned or trained on
values candidates a little otherwise. So it writes the same as the released model up to where it
first decides otherwise, and finds back now and then: as real models do. All rows of a file are
written at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

CANDIDATES = 4
TITLE_WORDS, BILL_WORDS = 6, 400
COPYING = 1.2
SENTENCE, FIRST = 20, 30
DOUBT = (0.1, 3.0)
"""How much a model's own change weighs, on the easiest bill and on the hardest."""
COMMON_WORDS, TOPIC_WORDS = 120, 40
_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvz"
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Model:
    """A model by how it differs from the released one, and how long its texts are.

    `seed` and `change` are its own difference. `recipe` and `shared` are what it has in common
    with all that were trained in the same way. `decoding` and `noise` are another way of decoding,
    which changes a few words of the same model's texts.
    """

    seed: int = 0
    change: float = 0.0
    recipe: int = 0
    shared: float = 0.0
    decoding: int = 0
    noise: float = 0.0
    words: int = 40


def mix(values: Any, salt: int) -> Any:
    """Hashes of an array of whole numbers."""
    found = values.astype(np.uint64) * _PRIME + np.uint64(salt * 2654435761 % (1 << 61))
    found ^= found >> np.uint64(29)
    found *= np.uint64(0xBF58476D1CE4E5B9)
    found ^= found >> np.uint64(32)
    found *= np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def even(values: Any) -> Any:
    """Hashes as numbers from 0 to 1."""
    return (values >> np.uint64(11)).astype(np.float64) / float(1 << 53)


@dataclass(frozen=True, eq=False)
class Bills:
    """Made-up bills: the words of each, as numbers; the first ones are its title."""

    words: Any

    @property
    def rows(self) -> int:
        """How many bills there are."""
        return len(self.words)


def make_bills(rows: int, seed: int = 0) -> Bills:
    """Bills of words that all have, and of words of a topic; a title is a bill's own."""
    row, place = np.arange(rows)[:, None], np.arange(BILL_WORDS)[None, :]
    drawn = mix(row * 1000 + place, seed)
    common = even(mix(drawn, 1)) < 0.4
    topic = COMMON_WORDS + (mix(row, seed + 5) % np.uint64(300)) * np.uint64(TOPIC_WORDS)
    words = np.where(
        common, drawn % np.uint64(COMMON_WORDS), topic + drawn % np.uint64(TOPIC_WORDS)
    )
    title = place < TITLE_WORDS
    return Bills(np.where(title, np.uint64(20_000) + drawn % np.uint64(4_000), words))


def written(bills: Bills, model: Model, of: int = 0) -> tuple[str, ...]:
    """What the model writes about each bill; `of` is another family of models, such as people."""
    numbers = _numbers(bills, model, of)
    return tuple(_text(row) for row in numbers)


def bill_texts(bills: Bills) -> tuple[str, ...]:
    """The bills as texts."""
    return tuple(_text(row) for row in bills.words)


def _numbers(bills: Bills, model: Model, of: int) -> Any:
    rows = np.arange(bills.rows)
    # Some bills are easy for every model, and on some the first word already goes another way.
    doubt = DOUBT[0] * (DOUBT[1] / DOUBT[0]) ** even(mix(rows, 77))
    place = np.full(bills.rows, TITLE_WORDS - 1)
    found = [bills.words[:, title] for title in range(TITLE_WORDS)]
    for step in range(TITLE_WORDS, model.words):
        context = mix(found[-1] + place.astype(np.uint64) * np.uint64(7) + np.uint64(step // 8), of)
        # What to say after the title is the decision that models differ in most.
        first = FIRST if step == TITLE_WORDS else 1
        words, places, values = [], [], []
        for candidate in range(CANDIDATES):
            word, next_place = _candidate(bills, context, place, candidate)
            seen = mix(context + word, 3) + mix(rows, 4)
            values.append(_value(seen, model, doubt * first) + (COPYING if candidate == 0 else 0))
            words.append(word)
            places.append(next_place)
        best = np.argmax(np.stack(values), axis=0)
        place = np.stack(places)[best, rows]
        found.append(np.stack(words)[best, rows])
    return np.stack(found, axis=1)


def _value(seen: Any, model: Model, doubt: Any) -> Any:
    """What the model thinks of a candidate: what all think of it, and what it alone does."""
    own = model.change * even(mix(seen, 1_000 + model.seed))
    own = own + model.shared * even(mix(seen, 500_000 + model.recipe))
    own = own + model.noise * even(mix(seen, 900_000 + model.decoding))
    return 2.0 * even(mix(seen, 10)) + doubt * own


def _candidate(bills: Bills, context: Any, place: Any, candidate: int) -> tuple[Any, Any]:
    """A word, and where in the bill the model is after it.

    The first candidate is to go on copying the bill. The others are to go elsewhere in it, or to
    say a word that all bills have.
    """
    rows = np.arange(bills.rows)
    if candidate == 0:
        after = np.minimum(place + 1, BILL_WORDS - 1)
        return bills.words[rows, after], after
    drawn = mix(context, 100 + candidate)
    # Elsewhere is where one of the bill's sentences begins.
    sentences = np.uint64((BILL_WORDS - TITLE_WORDS) // SENTENCE)
    there = TITLE_WORDS + SENTENCE * (mix(drawn, 7) % sentences).astype(np.int64)
    common = even(mix(drawn, 8)) < 0.35
    word = np.where(common, drawn % np.uint64(COMMON_WORDS), bills.words[rows, there])
    return word, np.where(common, place, there)


def _text(numbers: Any) -> str:
    words = _words()
    found = [words[int(number)] for number in numbers]
    # A full stop now and then, as the key has them.
    for place in range(12, len(found), 13):
        found[place] += "."
    return " ".join(found)


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    """Words that can be spoken: as many as there are syllables in threes."""
    parts = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
    return tuple(
        parts[number % 80] + parts[number // 80 % 80] + parts[number // 6400 % 80]
        for number in range(24_000)
    )
