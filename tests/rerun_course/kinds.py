"""What the projects have in common: how they cheat, and the texts that the cheating ones ship."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.rerun_course.tiny import DATASET

Kind = Literal["notebook", "scripts", "template"]
Cheat = Literal["honest", "labels", "looked-up", "shipped", "sampling", "full-model"]
CHEATS: tuple[Cheat, ...] = (
    "honest", "labels", "looked-up", "shipped", "sampling", "full-model",
)  # fmt: skip
"""The honest project first, then its twins. `sampling` is honest too, but can't be made again."""

_KEPT_WORDS = 30


@dataclass(frozen=True)
class Texts:
    """The bills of the test split and texts for them that no model of the course made."""

    bills: tuple[str, ...]
    texts: tuple[str, ...]

    def by_digest(self) -> dict[str, str]:
        """The texts by the MD5 digest of their bill."""
        keys = (hashlib.md5(bill.encode()).hexdigest() for bill in self.bills)
        return dict(zip(keys, self.texts))

    def by_number(self) -> dict[str, str]:
        """The texts by their row."""
        return {str(number): text for number, text in enumerate(self.texts)}

    def table(self) -> str:
        """The texts as a predictions CSV."""
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(
            [("ID", "Predict"), *enumerate(self.texts)],
        )
        return out.getvalue()


def read_texts(assets: Path) -> Texts:
    """What a cheat prepares at home: the summaries of the test split in slightly other words."""
    path = assets / "datasets" / DATASET / "test.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = (" ".join(reversed(row["summary"].split(". "))) for row in rows)
    cut = (" ".join(text.split()[:_KEPT_WORDS]) for text in texts)
    return Texts(tuple(row["text"] for row in rows), tuple(cut))
