"""Kinds of findings about code that works have in common."""

from __future__ import annotations

from validators.findings import Code, Severity

ALIKE = Code(
    "code.alike",
    Severity.WARNS,
    "Much of what two works have beyond the code that everybody was given is the same, whatever its"
    " names, comments and order.",
    "Read both works side by side, and ask both students how the parts came about, then decide.",
    offence="special_rule",
    accuses=True,
)
