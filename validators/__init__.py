"""What a submission must look like, and the checks that say so.

What others may rely on: `check_submission`, `package.unpack`, `model.count`, and the records
that they give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validators.checks import check_submission
    from validators.report import Report

__version__ = "0.1.0"
__all__ = ["Report", "__version__", "check_submission"]

_HOMES = {"check_submission": "validators.checks", "Report": "validators.report"}


def __getattr__(name: str) -> Any:
    # Loaded when first used: `check-submission --help` must not wait for the rules to load.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
