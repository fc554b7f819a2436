"""A large class in seconds: made-up programs of so many bytes, and twins among them."""

from __future__ import annotations

import random

from tests.integrity_sets.code.noise import made_up_function
from tests.integrity_sets.code.twins import twin
from tests.integrity_sets.code.works import Project, parts_of

EVERY = 50
"""In each row of so many works, the last one is a twin of the one before it."""


def crowd(count: int, size: int, seed: int) -> dict[str, Project]:
    """So many works of about so many bytes; those numbered EVERY − 1 and so on are twins."""
    found: dict[str, Project] = {}
    for number in range(count):
        if number % EVERY == EVERY - 1:
            of = found[_name(number - 1)]
            found[_name(number)] = twin(of, ("rename", "reorder", "comments", "literals"), seed)
        else:
            found[_name(number)] = _program(size, random.Random(f"{seed} {number}"))
    return found


def planted_in(count: int) -> set[tuple[str, str]]:
    """The twins of a crowd, each with the one that it is made from."""
    return {(_name(number - 1), _name(number)) for number in range(EVERY - 1, count, EVERY)}


def _name(number: int) -> str:
    return f"work {number:04}"


def _program(size: int, draw: random.Random) -> Project:
    """The tutorial, some snippets that others have too, and functions that nobody else has."""
    shared = parts_of("public.txt")
    parts = [text.replace("____", "0.5") for text in parts_of("tutorial.txt").values()]
    parts += [shared[name] for name in sorted(shared) if draw.random() < 0.3]
    while sum(map(len, parts)) < size:
        parts.insert(draw.randrange(len(parts)), made_up_function(draw))
    return {"main.py": "\n".join(parts)}
