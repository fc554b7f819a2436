"""Runs of honest and other programs, made up, as evidence to weigh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Optional

from grader.rerun.clean_room.records import Made, Proof
from grader.rerun.evidence import Evidence
from grader.rerun.records import Asked, Bill, BlindRow, Ran, Settings
from grader.rerun.rows import draw

ROWS, OF_ROWS = 90, 300
Texts = tuple[Optional[str], ...]
_SAID = ("amends", "the", "act", "of", "to", "require", "a", "new")


def written(bill: str, seed: str = "") -> str:
    """What the made-up model writes about a bill: its own words, and the bill's number in them."""
    number = bill.split()[0]
    return " ".join(f"{word}{seed}{number}" for word in _SAID)


TEST = tuple(
    Bill(
        " ".join(f"{kind}{row}" for kind in ("bill", *(f"w{n}" for n in range(40)))), f"real {row}"
    )
    for row in range(OF_ROWS)
)
OTHERS = tuple(Bill(" ".join(f"x{row}w{n}" for n in range(40))) for row in range(9))
BLIND = draw(TEST, OTHERS, ROWS, "seed", "decoys")
SUBMITTED = tuple((row, written(bill.text)) for row, bill in enumerate(TEST))
BY_SOURCE = dict(SUBMITTED)
SETTINGS = Settings(max_length=64)


def made(text_of: Callable[[int, BlindRow], Optional[str]]) -> Texts:
    """The predictions of a program that gives a text for each new ID and its row."""
    return tuple(text_of(place, row) for place, row in enumerate(BLIND.rows))


HONEST = made(lambda place, row: written(row.bill.text))


def some(other: Callable[[int, BlindRow], Optional[str]], count: int) -> Texts:
    """The honest predictions, but for the first few sampled rows."""
    changed = set(BLIND.at("sample")[:count])
    return tuple(
        other(place, BLIND.rows[place]) if place in changed else text
        for place, text in enumerate(HONEST)
    )


def ran(texts: Sequence[Optional[str]] = HONEST, *asked: Asked) -> Ran:
    """A run that ended well."""
    return Ran("ended by itself", True, 3.0, 2.0, 1 << 20, tuple(texts), asked, layers=("ns",))


def evidence(*runs: Ran) -> Evidence:
    """The runs of a program, beside honestly submitted texts."""
    return Evidence(
        "predict.py", BLIND, SUBMITTED, runs, model_folder="pruned_model",
        released_names=("t5small_TextSummarization",),
    )  # fmt: skip


def proof(texts: Sequence[Optional[str]], agrees: bool = True) -> Proof:
    """The clean room's answer, with these texts for the sampled rows."""
    theirs = Made(SETTINGS, ("model.safetensors",), "", tuple(texts), 0, len(set(texts)))
    return Proof(theirs if agrees else None, theirs)


def sampled(texts: Sequence[Optional[str]]) -> Texts:
    """Those of the sampled rows, in the order of the set."""
    return tuple(texts[place] for place in BLIND.at("sample"))


def failed(texts: Sequence[Optional[str]] = ()) -> Ran:
    """A run that a limit ended."""
    return replace(ran(texts), succeeded=False, ended="was ended at its limit of 60 wall seconds")
