"""A board with names that are hard to show."""

from __future__ import annotations

import json
from typing import Any

from leaderboard.board import Board

PRIVATE = (
    "9900941", "9900942", "9900943", "9900944", "@example.edu", "Secret Name", "late note", "70010"
)  # fmt: skip
HOSTILE = ("=HYPERLINK(0)", "王小明 9900941", "Zoe\u0308 \x1b[31m", "<b>9</b>|x", "ＡＢ佐藤")


def example(names: tuple[str, ...] = HOSTILE) -> dict[str, Any]:
    """The board as JSON would give it: a tie, a withheld entry, and hostile names."""
    scores = ["0.40", "0.30", "0.3", None, "0.20"]
    ranks = [1, 2, 2, None, 4]
    entries = []
    for number, (name, score, rank) in enumerate(zip(names, scores, ranks)):
        entry: dict[str, Any] = {
            "entrant": f"990094{number}",
            "pseudonym": f"bird-{number}",
            "name": f"Secret Name {number}",
            "email": f"s{number}@example.edu",
            "team_name": f"990094{number}_{name}",
            "display_name": name,
            "verdict": "withheld" if rank is None else "accepted",
            "ratios": [{"counting": "handout", "nonzero": 3, "parameters": 10}],
            "quality": [{"name": "mean words", "value": "5.5"}],
            "notes": ["late note"],
            "participant": f"Participant 70010{number}",
        }
        if rank is not None:
            parts = [
                {"name": "baseline", "points": "80", "why": "reached", "most": "80"},
                {"name": "rank", "points": "40/3", "why": f"rank {rank} < 9"},
            ]
            mark = {"total": "93.33", "parts": parts}
            entry.update(rank=rank, score=score, mark=mark)
        entries.append(entry)
    return {
        "format": 1,
        "competition": "HW4 <i>",
        "published_at": "2027-05-15",
        "metric": "ROUGE-Lsum",
        "higher_is_better": True,
        "baseline": "0.1134",
        "max_mark": "100",
        "facts": [{"name": "limit", "value": "5 a day"}],
        "public": {"names": "display", "shows": []},
        "entries": entries[::-1],
    }


def board(tree: dict[str, Any] | None = None) -> Board:
    """The example, or another tree, as a board."""
    return Board.model_validate_json(json.dumps(tree or example()))
