"""What other stages found that accuses, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from grader.integrity.records import Found
from grader.integrity.showing.drawing import heading, prose
from grader.integrity.showing.elsewhere import command, title, where_to_look
from grader.integrity.showing.evidence import Evidence
from validators.display import clean

_FIRST = 40


def elsewhere_of_class(evidence: Evidence, width: int) -> Iterator[str]:
    """Whose it is, what was seen, how a decision stands, and what to type next."""
    if evidence.elsewhere:
        yield from heading(f"{title(evidence)}: {len(evidence.elsewhere):,}")
    for each in evidence.elsewhere[:_FIRST]:
        who = evidence.who(each.name)
        yield from prose(f"{who}  {_head(evidence, each)}", width)
        yield from prose(each.finding.message, width - 4, "    ")
        yield f"    next: {command(evidence, each)}"
    if len(evidence.elsewhere) > _FIRST:
        yield f"and {len(evidence.elsewhere) - _FIRST:,} more: --json or --html shows all"


def elsewhere_of_person(evidence: Evidence, key: str, width: int) -> Iterator[str]:
    """The same about one person, with the remedy and where to look."""
    found = evidence.elsewhere_of(key)
    if found:
        yield from heading(f"{title(evidence)}: {len(found):,}")
    for each in found:
        yield ""
        yield clean(_head(evidence, each))
        yield from prose(each.finding.message, width - 4, "    ")
        yield from prose(each.finding.remedy, width - 4, "    ")
        for name, value in where_to_look(evidence, each):
            yield from prose(f"{name}: {value}", width - 4, "      ")
        if evidence.for_whom == "ta":
            yield f"    next: {command(evidence, each)}"


def _head(evidence: Evidence, found: Found) -> str:
    standing = evidence.standing(found)
    told = f"{found.finding.code}  {found.finding.place}"
    return f"{told}  [{standing}]" if standing else told
