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


@lru_cache(maxsize=1)
def all_codes() -> tuple[Code, ...]:
    """All codes by name; two of one name are a mistake of ours and refused."""
    codes: dict[str, Code] = {}
    for source in _SOURCES:
        for value in vars(importlib.import_module(source)).values():
            if isinstance(value, Code) and codes.setdefault(value.name, value) is not value:
                raise ValueError(f"two codes are called {value.name}")
    return tuple(codes[name] for name in sorted(codes))


@lru_cache(maxsize=1)
def code_names() -> tuple[str, ...]:
    """The names of all codes, sorted."""
    return tuple(code.name for code in all_codes())
