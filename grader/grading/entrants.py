"""Finding an entrant by what a TA types: a student id, or a pseudonym."""

from __future__ import annotations

from collections.abc import Iterable

from grader.records import Entrant
from validators.display import quoted


class NoSuchEntrantError(ValueError):
    """An entrant who is not in the class; the text names them."""


def is_named(entrant: Entrant, name: str) -> bool:
    """Whether the name is the entrant's id or pseudonym, in any case."""
    return name.strip().casefold() in (
        entrant.student.id.casefold(), entrant.pseudonym.casefold()
    )  # fmt: skip


def found(name: str, entrants: Iterable[Entrant]) -> Entrant:
    """The entrant of this name. Raises NoSuchEntrantError."""
    known = tuple(entrants)
    refuse_strangers((name,), known)
    return next(entrant for entrant in known if is_named(entrant, name))


def refuse_strangers(names: Iterable[str], entrants: Iterable[Entrant]) -> None:
    """Raise NoSuchEntrantError for a name that is nobody's in the class."""
    known = tuple(entrants)
    for name in names:
        if not any(is_named(entrant, name) for entrant in known):
            raise NoSuchEntrantError(
                f"there is no entrant {quoted(name)} in the class. "
                "Give a student id or a pseudonym."
            )
