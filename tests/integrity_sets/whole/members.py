"""Who is in the class: what each did, and which observations are expected of them."""

from __future__ import annotations

from dataclasses import dataclass

CODE, WEIGHTS = "code.alike", "weights.shared"
PREDICTIONS, FULL, KEY = "predictions.alike", "predictions.full-model", "predictions.near-key"
TRAINING, LIMIT = "data.test-in-training", "behaviour.daily-limit"


@dataclass(frozen=True)
class Member:
    """One student; whatever isn't said here is their own work.

    `code` names an honest program. `expects` are the accusing codes that must be found, and no
    others may be.
    """

    name: str
    code: str
    expects: frozenset[str] = frozenset()


_PROGRAMS = (
    "aiko", "bram", "chen", "dora", "emil", "fatima", "goro", "hana", "ivan", "jun", "kira",
    "lars", "mei", "nils", "olga", "pavel", "quin",
)  # fmt: skip
_SOURCES = {"jun": CODE, "kira": WEIGHTS, "lars": PREDICTIONS}

HONEST = tuple(
    Member(name, name, frozenset({_SOURCES[name]} if name in _SOURCES else ()))
    for name in _PROGRAMS
)
"""Those who did their own work; three of them have a twin among the others, and are asked too."""

PLANTED = (
    Member("twin", "", frozenset({CODE})),
    Member("sharer", "emil", frozenset({WEIGHTS})),
    Member("reader", "quin", frozenset({PREDICTIONS})),
    Member("full", "emil", frozenset({FULL})),
    Member("leak", "quin", frozenset({KEY})),
    Member("trainer", "", frozenset({TRAINING})),
    Member("hurried", "emil", frozenset({LIMIT})),
)
"""Those with something that must be found."""

MEMBERS = (*HONEST, *PLANTED)


def id_of(member: Member) -> str:
    """The student id."""
    return str(9_900_300 + MEMBERS.index(member))


def by_name(name: str) -> Member:
    """The member of that name."""
    return next(each for each in MEMBERS if each.name == name)
