"""Looking at one submission: what the checks say of it, and what its predictions score.

These functions read a student's bytes, so that only a limited process of its own calls them.
"""

from __future__ import annotations

from grader.looking.checking import checked
from grader.looking.one_look import Look, Want, look, made_ready
from grader.looking.placing import Placed, placed
from grader.looking.rows import packed_rows, unpacked_rows
from grader.looking.scoring import scored

__all__ = [
    "Look",
    "Placed",
    "Want",
    "checked",
    "look",
    "made_ready",
    "packed_rows",
    "placed",
    "scored",
    "unpacked_rows",
]
