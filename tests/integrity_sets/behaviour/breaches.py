"""Breaches of the rules, each planted in a made class by its name, with what must be found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Callable

from grader.integrity.records import FileSeen
from tests.integrity_sets.behaviour.accounts import CLOSES, DAY, OPENS, Account
from tests.integrity_sets.behaviour.made import Made

LIMIT, EARLY = "behaviour.daily-limit", "behaviour.before-opening"
SAME, SECOND = "behaviour.same-file", "behaviour.second-account"
Expected = set[tuple[str, str]]
"""The names and codes of what must be found, and nothing else."""

_LAST_DAY = CLOSES.replace(hour=1, minute=0, second=0)


def _alone(made: Made, place: int) -> Account:
    """An account without submissions of its own so far: one more might break the limit."""
    account = made.accounts[place]
    account.sent.clear()
    return account


def seven_in_a_day(made: Made) -> Expected:
    """Seven in one of Kaggle's days, on which the TA looked every hour."""
    account = _alone(made, 20)
    account.send(made.turns, OPENS + DAY)
    account.send(made.turns, *(_LAST_DAY + timedelta(hours=n, minutes=20) for n in range(7)))
    return {(made.source(account), LIMIT)}


def eight_a_day_for_a_week(made: Made) -> Expected:
    """More than the limit on each day of a week, so that daily snapshots tell in sum."""
    account = _alone(made, 21)
    for day in range(2, 9):
        start = (OPENS + day * DAY).replace(hour=0)
        account.send(made.turns, *(start + timedelta(hours=1 + 2 * n) for n in range(8)))
    return {(made.source(account), LIMIT)}


def too_many_in_all(made: Made) -> Expected:
    """More in all than the days of the competition allow, and no snapshot."""
    made.moments = {}
    account = _alone(made, 22)
    account.send(made.turns, *(OPENS + DAY * n / 7 for n in range(1, 110)))
    return {(made.source(account), LIMIT)}


def an_hour_before_the_opening(made: Made) -> Expected:
    """On the board of five hours before the opening."""
    account = _alone(made, 23)
    account.send(made.turns, OPENS - timedelta(hours=8), OPENS + DAY)
    return {(made.source(account), EARLY)}


def never_again_after_the_opening(made: Made) -> Expected:
    """The only submission is dated before the opening, and no snapshot is as old."""
    made.moments = {moment: known for moment, known in made.moments.items() if moment > OPENS}
    account = _alone(made, 24)
    account.send(made.turns, OPENS - timedelta(minutes=30))
    return {(made.source(account), EARLY)}


def _copy(made: Made, path: str, called: str) -> Expected:
    first, second = made.source(made.accounts[30]), made.source(made.accounts[31])
    (taken,) = [each for each in made.files[first] if each.path == path]
    theirs = [each for each in made.files[second] if each.path != path]
    made.files[second] = (*theirs, replace(taken, path=called))
    return {(first, SAME), (second, SAME)}


def a_ring_of_four(made: Made) -> Expected:
    """Four share their code."""
    names = [made.source(each) for each in made.accounts[40:44]]
    shared = FileSeen("train_all.py", 9_000, "5" * 64)
    for name in names:
        made.files[name] = (*made.files[name], shared)
    return {(name, SAME) for name in names}


def the_same_package(made: Made) -> Expected:
    """One zip handed in by two, under two names."""
    first, second = made.source(made.accounts[50]), made.source(made.accounts[51])
    made.files[second] = made.files[first]
    made.packages = {first: "one", second: "one"}
    return {(first, SAME), (second, SAME)}


def _second(made: Made, called: Callable[[Account], str]) -> Expected:
    account = _alone(made, 60)
    account.name = f"{account.student}_Peregrina"
    account.send(made.turns, OPENS + DAY)
    other = Account(900, "", called(account))
    other.send(made.turns, OPENS + 3 * DAY)
    made.guests.append(other)
    return {(made.source(account), SECOND)}


def one_account_in_two_teams(made: Made) -> Expected:
    """Two students' teams have one account in common."""
    first, second = _alone(made, 70), _alone(made, 71)
    for each in (first, second):
        each.send(made.turns, OPENS + DAY)
    second.members_more.append(first.member.upper())
    return {(made.source(first), SECOND), (made.source(second), SECOND)}


BREACHES: Mapping[str, Callable[[Made], Expected]] = {
    "seven in a day": seven_in_a_day,
    "eight a day for a week": eight_a_day_for_a_week,
    "too many in all": too_many_in_all,
    "before the opening": an_hour_before_the_opening,
    "never again after the opening": never_again_after_the_opening,
    "the same weights": lambda made: _copy(
        made, "pruned_model/model.safetensors", "final/pytorch_model.bin"
    ),
    "the same predictions": lambda made: _copy(made, "predictions.csv", "out/PREDICTIONS.CSV"),
    "the same code": lambda made: _copy(made, "predict.py", "src/infer.py"),
    "the same notebook": lambda made: _copy(made, "train.ipynb", "HW4_final.ipynb"),
    "the same README": lambda made: _copy(made, "README.md", "ReadMe.txt"),
    "a ring of four": a_ring_of_four,
    "the same package": the_same_package,
    "the id in two names": lambda made: _second(made, lambda who: f"{who.student}_nobody"),
    "the id in full width": lambda made: _second(
        made, lambda who: "".join(chr(ord(c) + 0xFEE0) for c in who.student) + "_x"
    ),
    "the name with a number": lambda made: _second(made, lambda who: "peregrina2"),
    "the name in look-alikes": lambda made: _second(
        made, lambda who: "\u0420\u0435r\u0435grin\u0430 test"
    ),
    "an account in two teams": one_account_in_two_teams,
}
"""Every breach by its name."""
