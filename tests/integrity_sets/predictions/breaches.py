"""Breaches by name: what becomes of a file when somebody takes texts that aren't their model's."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from tests.integrity_sets.predictions.classes import Made, Texts
from tests.integrity_sets.predictions.models import Model, bill_texts

OWN = Model(seed=9_001, change=1.0, words=40)
"""The model of the one who takes texts."""

SOURCE = Model(seed=8_001, change=0.7, words=40)
"""The model of the one whose texts are taken."""

Breach = Callable[[Made, int], Texts]


def source_texts(made: Made) -> Texts:
    """The file that twins are made of."""
    return made.texts(SOURCE)


def _mixed(made: Made, taken: Texts, share: float, seed: int) -> Texts:
    """One's own file with so many rows of another."""
    own = made.texts(replace(OWN, seed=OWN.seed + seed))
    count = -int(-share * len(own) // 1)
    rows = set(random.Random(seed).sample(range(len(own)), count))
    return tuple(taken[row] if row in rows else text for row, text in enumerate(own))


def _edited(texts: Texts, share: float, seed: int) -> Texts:
    """Every so many words another one, taken from anywhere in the file."""
    draw = random.Random(seed)
    words = [word for text in texts[:50] for word in text.split()]
    return tuple(
        " ".join(draw.choice(words) if draw.random() < share else word for word in text.split())
        for text in texts
    )


def _dropped(texts: Texts, share: float, seed: int) -> Texts:
    draw = random.Random(seed)
    return tuple(" ".join(w for w in text.split() if draw.random() >= share) for text in texts)


def _cut(texts: Texts, share: float) -> Texts:
    """The beginning of every text; its last word broken off, as a longest length does it."""
    found = []
    for text in texts:
        words = text.split()
        kept = words[: max(int(len(words) * share), 2)]
        found.append(" ".join([*kept[:-1], kept[-1][:3]]))
    return tuple(found)


def _shuffled(texts: Texts, seed: int) -> Texts:
    found = list(texts)
    random.Random(seed).shuffle(found)
    return tuple(found)


def _saved_again(texts: Texts) -> Texts:
    """Other quotes, other spaces, capital letters and other full stops: the same words."""
    return tuple(f' "{text.upper().replace(".", " ,")}" ' for text in texts)


def _extended(made: Made, seed: int) -> Texts:
    tails = made.texts(replace(OWN, seed=OWN.seed + seed, words=60))
    return tuple(f"{text} {' '.join(tail.split()[25:])}" for text, tail in zip(made.full, tails))


TWINS: dict[str, Breach] = {
    "the same file": lambda made, seed: source_texts(made),
    "saved again": lambda made, seed: _saved_again(source_texts(made)),
    "10 % of rows one's own": lambda made, seed: _mixed(made, source_texts(made), 0.9, seed),
    "45 % of rows one's own": lambda made, seed: _mixed(made, source_texts(made), 0.55, seed),
    "80 % of rows one's own": lambda made, seed: _mixed(made, source_texts(made), 0.2, seed),
    "5 % of words others": lambda made, seed: _edited(source_texts(made), 0.05, seed),
    "10 % of words others": lambda made, seed: _edited(source_texts(made), 0.1, seed),
    "20 % of words others": lambda made, seed: _edited(source_texts(made), 0.2, seed),
    "rows in another order": lambda made, seed: _shuffled(source_texts(made), seed),
    "cut to 60 %": lambda made, seed: _cut(source_texts(made), 0.6),
    "other decoding": lambda made, seed: made.texts(replace(SOURCE, decoding=seed + 1, noise=0.3)),
    "trained a little on": lambda made, seed: made.texts(
        replace(SOURCE, recipe=50 + seed, shared=0.3)
    ),
}
"""Files made of another submission's, or of its model."""

FULL: dict[str, Breach] = {
    "the released model's": lambda made, seed: made.full,
    "cut to half": lambda made, seed: _cut(made.full, 0.5),
    "with words after it": lambda made, seed: _extended(made, seed),
    "60 % of rows": lambda made, seed: _mixed(made, made.full, 0.6, seed),
    "3 % of words others": lambda made, seed: _edited(made.full, 0.03, seed),
    "in another order": lambda made, seed: _shuffled(made.full, seed),
}
"""Files made of the released model's texts."""

LEAKS: dict[str, Breach] = {
    "5 % of the answers": lambda made, seed: _mixed(made, made.answers, 0.05, seed),
    "20 % of the answers": lambda made, seed: _mixed(made, made.answers, 0.2, seed),
    "all answers": lambda made, seed: made.answers,
    "20 %, every tenth word dropped": lambda made, seed: _mixed(
        made, _dropped(made.answers, 0.1, seed), 0.2, seed
    ),
    "all, every fifth word another": lambda made, seed: _edited(made.answers, 0.2, seed),
}
"""Files with answers in them."""

WEAK: dict[str, Breach] = {
    "blank": lambda made, seed: ("   ",) * made.bills.rows,
    "a dash": lambda made, seed: tuple(" -  "[row % 2 :] for row in range(made.bills.rows)),
    "one text": lambda made, seed: (made.full[seed],) * made.bills.rows,
    "two texts": lambda made, seed: tuple(made.full[row % 2] for row in range(made.bills.rows)),
    "one word over and over": lambda made, seed: tuple(
        " ".join([text.split()[-1]] * 40) for text in made.full
    ),
    "a loop after the title": lambda made, seed: tuple(
        " ".join(text.split()[:6]) + " sewer. sewer. and sewer." * 9 for text in made.full
    ),
    "the first 110 words": lambda made, seed: tuple(
        " ".join(text.split()[:110]) for text in bill_texts(made.bills)
    ),
}
"""What weak models and a pleased metric come to: facts beside a score, and nobody's offence."""
