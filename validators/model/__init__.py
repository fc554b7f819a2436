"""The compressed model: read without torch, and its non-zero parameters counted.

What others may rely on: `count(folder, reference) -> ModelCount`, and `reference_of(rules.model)`,
which gives the reference of a competition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validators.model.architecture import reference_of
    from validators.model.checks import count, section

__all__ = ["count", "reference_of", "section"]


def __getattr__(name: str) -> Any:
    # Loaded when first used: numpy must not be, where only the records are needed.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from validators.model import checks

    return getattr(checks, name)
