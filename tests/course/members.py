"""The made-up class: 60 students of a roster, and a few who are on none. No one is real."""

from __future__ import annotations

from tests.course.mishaps import CLASS, GUESTS, PACKAGES
from tests.course.ordinary import ORDINARY
from tests.course.records import Member, Person

__all__ = ["GUESTS", "MEMBERS", "Member", "Person"]

MEMBERS: tuple[Member, ...] = (*ORDINARY, *PACKAGES, *CLASS)
