"""Labels of pairs: short names that tell nobody who the other one is."""

from __future__ import annotations

import hashlib

LENGTH = 8
"""How many letters and digits a label has."""


def pair_label(about: str, first: str, second: str) -> str:
    """The label of a pair, the same whichever of the two comes first; a letter begins it."""
    told = "\0".join((about, *sorted((first, second))))
    digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()
    # A letter first, or a spreadsheet and a shell might read one of digits as a number.
    return f"p{digest[: LENGTH - 1]}"
