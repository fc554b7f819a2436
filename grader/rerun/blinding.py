"""The rows of one re-run: read from the course's assets, drawn and blinded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from grader.rerun.assets import Assets, AssetsError, read_bills
from grader.rerun.orders import Orders
from grader.rerun.records import Bill, BlindSet
from grader.rerun.rows import draw
from validators.predictions.ids import IdSet
from validators.rules import Rules

CANARIES = ("canary", "ca_test")
"""Splits that bills outside of the public test set are taken from, the first that is there."""


@dataclass(frozen=True)
class Blinding:
    """The blinded rows, the real bills by row of the test split, and the splits that are hidden."""

    blind: BlindSet
    bills: tuple[Bill, ...]
    hidden: tuple[str, ...]


def test_bills(assets: Assets, rules: Rules) -> tuple[Bill, ...]:
    """The real rows of the split that is predicted, one for each ID. Raises AssetsError."""
    split = assets.split(rules.rerun.dataset, rules.rerun.split)
    bills = read_bills(split.file)
    wanted = IdSet.of(rules.predictions).count
    if len(bills) != wanted:
        raise AssetsError(
            f"{split.file}: has {len(bills):,} rows; expected {wanted:,}, one for each ID of the "
            "rules, in their order."
        )
    return bills


def blinded(
    assets: Assets, rules: Rules, orders: Orders, submitted: Collection[int] = ()
) -> Blinding:
    """The rows that the orders ask for, in their new order. Raises AssetsError.

    A sample is drawn from the rows that were `submitted`, where these are enough: what a file
    lacks can't be compared, and is told by the checks.
    """
    bills = test_bills(assets, rules)
    there = {each.name for each in assets.splits if each.dataset == rules.rerun.dataset}
    source = next((name for name in CANARIES if name in there), None)
    others = () if source is None else read_bills(assets.split(rules.rerun.dataset, source).file)
    rows = len(bills) if orders.full else rules.rerun.rows
    among = [row for row in submitted if 0 <= row < len(bills)]
    blind = draw(
        bills, others, rows, orders.seed, rules.rerun.labels,
        among=among if rows <= len(among) < len(bills) else None,
    )  # fmt: skip
    return Blinding(blind, bills, () if source is None else (source,))
