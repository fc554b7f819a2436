"""Findings that repeat, folded into one: placed at the first line, all lines counted."""

from __future__ import annotations

from collections.abc import Sequence

from validators.findings import Code, Finding, Place

# The first few places stand in the evidence, so that a program can show more than the message.
MAX_EVIDENCE = 20


def folded(
    code: Code, file: str, lines: Sequence[int], message: str, remedy: str = "", **evidence: object
) -> Finding:
    """One finding for all the lines, placed at the first of them; the rest are counted."""
    facts = {"count": len(lines), "lines": tuple(lines[:MAX_EVIDENCE]), **evidence}
    return code.at(Place(file, lines[0]), message, remedy, **facts)


def counted(count: int, one: str, many: str) -> str:
    """`1 row is` or `1,204 rows are`."""
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def others(lines: Sequence[int]) -> str:
    """Where else, after the first line: ` So are lines 7, 9 and 1,021 others`, or nothing."""
    more = lines[1:4]
    if not more:
        return ""
    left = len(lines) - 1 - len(more)
    shown = ", ".join(str(line) for line in more) + (f" and {left:,} more" if left else "")
    return f" The same on line{'s' if len(lines) > 2 else ''} {shown}."
