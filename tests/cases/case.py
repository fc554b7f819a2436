"""One valid submission, broken in one way, and the findings that this must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.demo.sample import Sample
from validators.rules import Rules

# What a case does to the sample; it returns the path to check, the sample's folder when None.
Breakage = Callable[[Sample], Optional[Path]]


@dataclass(frozen=True)
class Case:
    """A breakage and the exact set of finding codes that it must lead to, no more, no fewer.

    The first case of a code is the example in `docs/findings.md`.
    """

    title: str
    breaks: Breakage
    expects: tuple[str, ...]
    rules: Optional[Callable[[Rules], Rules]] = None
    team: Optional[str] = None
    roster: Optional[frozenset[str]] = None
