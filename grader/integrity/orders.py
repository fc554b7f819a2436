"""What reading a submission's traits is told beside the submission and the rules."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Optional

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Orders:
    """Where the course's things lie, by absolute paths, and which parts are wanted.

    `assets` hold the bills, `released_predictions` is a CSV of what the released model predicts.
    """

    parts: tuple[str, ...]
    assets: Optional[str] = None
    released_predictions: Optional[str] = None


def orders_text(orders: Orders) -> str:
    """The orders as one line of JSON."""
    return json.dumps(asdict(orders))


def read_orders(text: str) -> Orders:
    """The orders of a line."""
    return TypeAdapter(Orders).validate_json(text)
