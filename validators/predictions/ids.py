"""The IDs of a competition, and how a field means one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional, Union

from validators.rules.records import IdList, IdRange, PredictionRules

Key = Union[int, str]

# What pandas reads as a whole number, with white space around it. (Line ends may stand there
# too, but nobody means that.)
WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
PLAIN = re.compile(r"0|-?[1-9][0-9]{0,39}")
FLOAT = re.compile(r"([+-]?[0-9]{1,40})\.0*")
_LARGEST = 2**63 - 1

# Exactly these fields are missing values to pandas, quoted or not.
MISSING_WORDS = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip


@dataclass(frozen=True)
class IdSet:
    """The IDs that must each be there once, in the order of the sample submission.

    IDs that are all whole numbers are compared as numbers, as pandas does it; others as text.
    """

    keys: Union[range, tuple[Key, ...]]
    numbers: bool

    @classmethod
    def of(cls, rules: PredictionRules) -> IdSet:
        """The set that the rules state."""
        return _id_set(rules.ids)

    @property
    def count(self) -> int:
        """How many IDs there are."""
        return len(self.keys)

    def key(self, field: str) -> Optional[Key]:
        """What the field means: a number or a text, or None where numbers are asked for."""
        if not self.numbers:
            return field
        return _whole(field)


def same_ids(one: PredictionRules, other: PredictionRules) -> bool:
    """Whether both ask for the same IDs in the same order, however they are written down."""
    left, right = IdSet.of(one), IdSet.of(other)
    return left.numbers == right.numbers and tuple(left.keys) == tuple(right.keys)


def _whole(field: str) -> Optional[int]:
    stripped = field.strip(" \t")
    return int(stripped) if WHOLE.fullmatch(stripped) else None


@lru_cache(maxsize=4)
def _id_set(ids: Union[IdRange, IdList]) -> IdSet:
    if isinstance(ids, IdRange):
        return IdSet(range(ids.first, ids.first + ids.count), numbers=True)
    numbers = tuple(number for number in map(_whole, ids.values) if number is not None)
    if len(numbers) == len(ids.values) and all(abs(number) <= _LARGEST for number in numbers):
        return IdSet(numbers, numbers=True)
    return IdSet(ids.values, numbers=False)
