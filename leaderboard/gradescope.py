"""What Gradescope shows of each mark: one `results.json` for each entrant."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import Optional

from leaderboard.audience import Audience, Row, View
from leaderboard.board import Entry, Part
from leaderboard.display import clean
from leaderboard.exporting import Exported, Given, count
from leaderboard.feedback import CLOSING, ended, rounded
from leaderboard.tables import ratio_text

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_LONGEST_NAME = 60


def gradescope(view: View, given: Given) -> Exported:
    """A folder for each entrant with a mark, in the form that an autograder hands over."""
    files: list[tuple[str, bytes]] = []
    left: list[str] = []
    for row in view.rows:
        if row.own is None:
            continue
        name = row.own.entrant if view.audience is Audience.TA else row.own.pseudonym
        if row.own.mark is None:
            left.append(f"{name}: left out: has no mark yet")
            continue
        files.append((f"{safe_name(name)}/results.json", _written(results(view, row, row.own))))
    return Exported(tuple(files), (f"{count(len(files), 'result')} written", *map(clean, left)))


def results(view: View, row: Row, own: Entry) -> dict[str, object]:
    """What one student reads: hidden until the marks are published, and nothing but their own.

    The score at the top is the mark. Gradescope lets it stand over the sum of the tests, so that
    neither rounded nor negative points of a part can change it.
    """
    assert own.mark is not None
    found: dict[str, object] = {
        "score": _number(own.mark.total),
        "output": _told(view, own),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "after_published",
        "stdout_visibility": "hidden",
        "tests": [_test(number, part) for number, part in enumerate(own.mark.parts, 1)],
    }
    board = _leaderboard(view, row)
    return {**found, "leaderboard": board} if board else found


def _told(view: View, own: Entry) -> str:
    """The mark, what the codes in it mean, and whom to ask, a line each."""
    assert own.mark is not None
    mark = f"{_text(own.mark.total)} of {view.max_mark} points in {view.competition}"
    return "\n".join(map(clean, (mark, *map(ended, own.notes), CLOSING)))


def safe_name(name: str) -> str:
    """The name as a folder of any system may be called; a changed one tells itself apart."""
    safe = _UNSAFE.sub("_", name)[:_LONGEST_NAME]
    if safe and safe == name and not _RESERVED.fullmatch(name):
        return name
    return f"{safe}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _test(number: int, part: Part) -> dict[str, object]:
    points, most = rounded(part.points), None if part.most is None else rounded(part.most)
    found: dict[str, object] = {"number": str(number), "name": clean(part.name)}
    found["score"] = _number(points)
    if most is not None or points < 0:
        # A deduction is out of nothing: it has no points that could be reached.
        found["max_score"] = _number(max(most or Decimal(0), Decimal(0)))
    status = _status(points, most)
    if status is not None:
        found["status"] = status
    exact = "/" in part.points
    why = clean(part.why)
    found["output"] = f"{ended(why)} Exactly {part.points} points." if exact else why
    return found


def _status(points: Decimal, most: Optional[Decimal]) -> Optional[str]:
    """Whether the part gave something; nothing where the points alone don't tell.

    A part of the points is no failure, such as those of the second rank. It is said so, because
    Gradescope takes a test without a status for failed unless it has all its points.
    """
    if points > 0:
        return "passed"
    return "failed" if points < 0 or most is not None else None


def _leaderboard(view: View, row: Row) -> list[dict[str, object]]:
    """Score and ratio of a ranked entry, which everybody may see; Gradescope ranks them itself."""
    if row.rank is None or row.score is None:
        return []
    order = "desc" if view.higher_is_better else "asc"
    values = [{"name": clean(view.metric), "value": _number(Decimal(row.score)), "order": order}]
    if row.ratio is not None:
        values.append({"name": "ratio", "value": _number(ratio_text(row.ratio)), "order": "asc"})
    return [dict(value) for value in values]


def _number(value: Decimal) -> float:
    return float(value)


def _text(value: Decimal) -> str:
    return format(value, "f")


def _written(found: dict[str, object]) -> bytes:
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()
