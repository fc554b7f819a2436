"""Every kind of finding there is, gathered from the modules that make them."""

from __future__ import annotations

import importlib
from functools import lru_cache

from validators.findings import Code

_SOURCES = (
    "validators.package.codes",
    "validators.predictions.codes",
    "validators.model.codes",
    "validators.model.ratio_codes",
    "validators.model.reader_codes",
    "validators.team_name",
)
_CLASS_SOURCES = ("validators.class_codes",)
_RERUN_SOURCES = ("validators.rerun_codes",)
_INTEGRITY_SOURCES = (
    "validators.integrity_codes.behaviour",
    "validators.integrity_codes.code",
    "validators.integrity_codes.data",
    "validators.integrity_codes.predictions",
    "validators.integrity_codes.weights",
)


def all_codes() -> tuple[Code, ...]:
    """All codes by name: of the checks, of the class, of running again, and of inspecting."""
    return _codes_of((*_SOURCES, *_CLASS_SOURCES, *_RERUN_SOURCES, *_INTEGRITY_SOURCES))


def csv_codes() -> tuple[Code, ...]:
    """The codes of findings about a predictions CSV."""
    return _codes_of(("validators.predictions.codes",))


def class_codes() -> tuple[Code, ...]:
    """The codes of findings that need the class or Kaggle beside the submission."""
    return _codes_of(_CLASS_SOURCES)


def rerun_codes() -> tuple[Code, ...]:
    """The codes of findings that only running a submission again can show."""
    return _codes_of(_RERUN_SOURCES)


def integrity_codes() -> tuple[Code, ...]:
    """The codes of findings that inspecting the class gives."""
    return _codes_of(_INTEGRITY_SOURCES)


@lru_cache(maxsize=8)
def _codes_of(sources: tuple[str, ...]) -> tuple[Code, ...]:
    """The codes by name; two of one name are a mistake of ours and refused."""
    codes: dict[str, Code] = {}
    for source in sources:
        for value in vars(importlib.import_module(source)).values():
            if isinstance(value, Code) and codes.setdefault(value.name, value) is not value:
                raise ValueError(f"two codes are called {value.name}")
    return tuple(codes[name] for name in sorted(codes))


@lru_cache(maxsize=1)
def code_names() -> tuple[str, ...]:
    """The names of all codes, sorted."""
    return tuple(code.name for code in all_codes())
