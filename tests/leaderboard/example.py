"""A board with names that are hard to show."""

from __future__ import annotations

from typing import Any

from leaderboard.board import Board

PRIVATE = ("9900941", "9900942", "9900943", "9900944", "@example.edu", "Secret Name", "late note")


def example() -> dict[str, Any]:
    """The board as JSON would give it: a tie, a withheld entry, and hostile names."""
    names = ["=HYPERLINK(0)", "王小明 9900941", "Zoe\u0308 \x1b[31m", "<b>9</b>|x", "ＡＢ佐藤"]
    scores = ["0.40", "0.30", "0.3", None, "0.20"]
    ranks = [1, 2, 2, None, 4]
    entries = []
    for number, (name, score, rank) in enumerate(zip(names, scores, ranks)):
        entry: dict[str, Any] = {
            "entrant": f"990094{number}",
            "pseudonym": f"bird-{number}",
            "name": "Secret Name",
            "email": f"s{number}@example.edu",
            "team_name": f"990094{number}_{name}",
            "display_name": name,
            "verdict": "withheld" if rank is None else "accepted",
            "ratios": [{"counting": "handout", "nonzero": 3, "parameters": 10}],
            "quality": [{"name": "mean words", "value": "5.5"}],
            "notes": ["late note"],
        }
        if rank is not None:
            parts = [
                {"name": "baseline", "points": "80", "why": "reached"},
                {"name": "rank", "points": "40/3", "why": f"rank {rank}"},
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


def board() -> Board:
    """The example as a board."""
    import json

    return Board.model_validate_json(json.dumps(example()))
