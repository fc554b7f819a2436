"""What every part of the layer is given: the config, the journal, and the hooks."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Callable

from grader.rerun.inside.config import Config
from grader.rerun.inside.hooks import Hooks, StandIns
from grader.rerun.inside.journal import Journal


@dataclass(frozen=True)
class Layer:
    """The running layer."""

    config: Config
    journal: Journal
    hooks: Hooks
    stand_ins: StandIns

    @classmethod
    def of(cls, config: Config) -> Layer:
        """A layer that has done nothing yet."""
        journal = Journal(config.journal, config.student_folders)
        return cls(config, journal, Hooks(journal), StandIns())


def wrap(owner: Any, name: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a function or method by what `around` makes of it; a missing one stays missing."""
    real = getattr(owner, name, None)
    if real is not None:
        setattr(owner, name, functools.wraps(real)(around(real)))


def wrap_class_method(
    owner: Any, name: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> None:
    """The same for a class method, which is told the class that it is called on."""
    found = owner.__dict__.get(name)
    if found is not None:
        real = found.__func__
        setattr(owner, name, classmethod(functools.wraps(real)(around(real))))
