"""Texts for the metric's benchmark: made from a seed, and the real ones where they are at hand."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass
from pathlib import Path

_REAL = Path(__file__).parents[2] / "shared" / "data"
_SYLLABLES = "ba con di fer gra hos in lo men nor par qui ra sec ti ul ver wa tion ing".split()  # noqa: SIM905
_VOCABULARY = 20_000
_SMALL = "the of to and a in for or that by on as shall section be any such act".split()  # noqa: SIM905


@dataclass(frozen=True)
class Texts:
    """Rows of bills, their summaries, and two files of predictions of unlike length."""

    name: str
    bills: list[str]
    summaries: list[str]
    long: list[str]
    short: list[str]

    @property
    def labels(self) -> list[str]:
        """The summaries as the answer key has them."""
        return [text.replace(",", ".") for text in self.summaries]


def made_texts(rows: int, seed: int = 0) -> Texts:
    """Texts whose words come as unevenly, and which are as long, as the real ones."""
    random_ = random.Random(seed)
    bills = [_text(random_, _words(random_, 1240), 10, 9) for _ in range(rows)]
    pools = [bill.replace(".", "").replace(",", "").lower().split() for bill in bills]
    summaries = [_text(random_, _spans(random_, pool, 158), 25, 50) for pool in pools]
    clean = [summary.lower().replace(".", "").replace("\n", " ").split() for summary in summaries]
    long, short = (
        [_text(random_, _spans(random_, pool, words), 17, 0) for pool in clean]
        for words in (95, 48)
    )
    return Texts("made", bills, summaries, long, short)


def real_texts() -> list[Texts]:
    """The real rows, if they lie beside the checkout."""
    if not _REAL.is_dir():
        return []
    lines = (_REAL / "bills.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    long, short = (_predictions(name) for name in ("pruned26_128_beam5", "pruned26_64"))
    bills, summaries = ([row[key] for row in rows] for key in ("text", "summary"))
    return [Texts("real", bills, summaries, long, short)]


def _predictions(name: str) -> list[str]:
    with (_REAL / f"predictions_{name}.csv").open(encoding="utf-8", newline="") as stream:
        _, *rows = csv.reader(stream)
    return [text for _, text in sorted(rows, key=lambda row: int(row[0]))]


def _words(random_: random.Random, count: int) -> list[str]:
    """Words of Zipf's law: the rank's logarithm is even."""
    return [_word(int(_VOCABULARY ** random_.random())) for _ in range(count)]


def _word(rank: int) -> str:
    """The word of a rank: common ones are short, rare ones are made of syllables."""
    if rank <= len(_SMALL):
        return _SMALL[rank - 1]
    parts = []
    while rank:
        rank, place = divmod(rank, len(_SYLLABLES))
        parts.append(_SYLLABLES[place])
    return "".join(parts)


def _spans(random_: random.Random, pool: list[str], count: int) -> list[str]:
    """About so many words: spans of the pool, as a summary or a model copies them."""
    words: list[str] = []
    while len(words) < count:
        start = random_.randrange(len(pool))
        words += pool[start : start + random_.randint(1, 8)]
        words += _words(random_, random_.randint(0, 4))
    return words[:count]


def _text(random_: random.Random, words: list[str], sentence: int, line: int) -> str:
    """The words with full stops, commas and line breaks about so many words apart."""
    parts = []
    for place, word in enumerate(words):
        parts.append(word.capitalize() if place % sentence == 0 else word)
        if random_.random() < 1 / sentence:
            parts[-1] += random_.choice(".,.")
        parts.append("\n" if line and random_.random() < 1 / line else " ")
    return "".join(parts)
