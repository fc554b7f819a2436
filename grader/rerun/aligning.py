"""Which text that a program wrote belongs to which blinded row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Optional

How = Literal["by ID", "by ID from 1", "in order", "by ID of a longer file", "not at all"]
_WHOLE = re.compile(r"\s*([0-9]{1,18})(?:\.0{1,9})?\s*", re.ASCII)


@dataclass(frozen=True)
class Aligned:
    """The texts by new ID, None where there is none, how they were found, and of how many rows."""

    texts: tuple[Optional[str], ...]
    how: How
    written: int


def aligned(ids: Sequence[str], texts: Sequence[str], count: int) -> Aligned:
    """The texts of a written file in the order of the blinded rows; `ids` is empty without IDs.

    IDs are the places of the rows, as they stand in the blinded data. Who counts from 1 is
    understood where all rows are there. IDs that mean nothing are passed over where there are as
    many texts as rows, which are then in order. A file with more rows than were given is taken by
    its IDs, or from its start: what it says about rows that nobody gave shows where it is from.
    """
    numbers = [_number(each) for each in ids[: len(texts)]]
    known = sorted(number for number in numbers if number is not None)
    usable = bool(known) and len(known) == len(texts) == len(set(known))
    if usable and known == list(range(1, count + 1)):
        return Aligned(_placed([number - 1 for number in numbers if number], texts, count),
                       "by ID from 1", len(texts))  # fmt: skip
    if usable and (known[-1] < count or (len(known) > count and known[0] < count)):
        how: How = "by ID" if known[-1] < count else "by ID of a longer file"
        return Aligned(_placed([number or 0 for number in numbers], texts, count), how, len(texts))
    if len(texts) == count or (not usable and len(texts) > count):
        return Aligned(tuple(texts[:count]), "in order", len(texts))
    if not ids and texts:
        return Aligned((*texts, *(None,) * (count - len(texts)))[:count], "in order", len(texts))
    return Aligned((None,) * count, "not at all", len(texts))


def _placed(places: Sequence[int], texts: Sequence[str], count: int) -> tuple[Optional[str], ...]:
    by_place = dict(zip(places, texts))
    return tuple(by_place.get(place) for place in range(count))


def _number(field: str) -> Optional[int]:
    found = _WHOLE.fullmatch(field)
    return None if found is None else int(found.group(1))
