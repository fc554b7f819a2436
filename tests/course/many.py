"""A large class in which everybody did as asked: what a benchmark grades."""

from __future__ import annotations

import random
from pathlib import Path

from tests.course.make import Course, make_course
from tests.course.records import Handed, Member, OnKaggle

_FIRST_ID = 9_100_000


def make_many(folder: Path, count: int, seed: int = 0) -> Course:
    """A course of so many valid submissions, each a zip with CSV and toy model of its own."""
    dice = random.Random(f"many {seed}")
    return make_course(folder, [_member(number, dice) for number in range(count)], seed=seed,
                       guests=())  # fmt: skip


def _member(number: int, dice: random.Random) -> Member:
    public, private = (f"{dice.randint(10_000, 30_000) / 100_000:.5f}" for _ in range(2))
    student = str(_FIRST_ID + number)
    return Member(student, f"Student {number}", "Did as asked.", (Handed(),),
                  (OnKaggle((public, private)),))  # fmt: skip
