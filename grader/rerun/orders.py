"""What a re-run is told beside the submission and the rules."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Optional

from pydantic import TypeAdapter

from grader.rerun.reruns_csv import Answer


@dataclass(frozen=True)
class Orders:
    """Where the course's things lie, what of the machine may be taken, and what the TA has said.

    Paths are absolute. `seed` draws the rows; nobody who hands in can know it. `answer` is what the
    TA wrote about it in `reruns.csv`. `full` asks for every row in place of a sample. `threads` is
    how many cores the sandbox gets, `unsafe` that there may be no sandbox.
    """

    assets: str
    seed: str
    threads: int
    clean_room_seconds: int
    released_model: Optional[str] = None
    python: Optional[str] = None
    answer: Optional[Answer] = None
    full: bool = False
    gpu: bool = False
    unsafe: bool = False


def orders_text(orders: Orders) -> str:
    """The orders as one line of JSON."""
    return json.dumps(asdict(orders))


def read_orders(text: str) -> Orders:
    """The orders of a line."""
    return TypeAdapter(Orders).validate_json(text)
