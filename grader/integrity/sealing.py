"""Labels of pairs that nobody can undo: without the course's secret no name can be tried on one.

The parts of an inspection label a pair by its two names. Who knows the names of a class could try
them all, so the labels that are kept and shown are made anew under a secret.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from grader.integrity.labels import LENGTH
from grader.integrity.records import Inspection


def sealed(inspection: Inspection, secret: bytes) -> Inspection:
    """The inspection with every label made anew, wherever it stands in a text."""
    labels = {pair.label for pair in inspection.pairs}
    labels |= {label for found in inspection.found for label in found.labels}
    if not labels:
        return inspection
    names = {label: _sealed(label, secret) for label in labels}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(labels)))})\b")

    def over(value: Any) -> Any:
        if type(value) is str:
            return pattern.sub(lambda found: names[found[0]], value)
        if isinstance(value, tuple):
            return tuple(map(over, value))
        if is_dataclass(value) and not isinstance(value, type):
            changed = {each.name: over(getattr(value, each.name)) for each in fields(value)}
            return replace(value, **changed)
        return value

    result: Inspection = over(inspection)
    return result


def _sealed(label: str, secret: bytes) -> str:
    digest = hmac.new(secret, label.encode("ascii"), "sha256").hexdigest()
    return f"p{digest[: LENGTH - 1]}"
