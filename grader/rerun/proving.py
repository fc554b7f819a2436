"""What the clean room's texts show: the weights handed in made the file, or the released ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Optional

from grader.rerun.canonical import canonical
from grader.rerun.clean_room.records import Made, Proof
from grader.rerun.comparing import Comparison, compare
from grader.rerun.evidence import Evidence
from grader.rerun.guarantee import guarantee, sentence
from grader.rerun.records import BlindRow, BlindSet
from validators import rerun_codes as codes
from validators.display import listed
from validators.findings import Finding, Place

DISTINCT = Fraction(1, 2)
"""Fewer different texts than this share of the rows could come from many models."""


@dataclass(frozen=True)
class Shown:
    """One set of weights whose texts are the submitted ones, and how they compare."""

    made: Made
    compared: Comparison
    distinct: int

    @property
    def telling(self) -> bool:
        """Whether the texts differ enough among each other to point to one model."""
        return self.distinct >= DISTINCT * self.compared.agreement.agree


def proved(evidence: Evidence) -> Optional[Shown]:
    """The texts of the weights handed in, where they are the submitted ones; else None."""
    return _shown(evidence.proof, evidence)


def of_full_model(evidence: Evidence) -> Optional[Shown]:
    """The texts of the released model, where they are the submitted ones and these tell enough."""
    released = _shown(evidence.released_proof, evidence)
    return released if released is not None and released.telling else None


def proof_findings(evidence: Evidence) -> Iterator[Finding]:
    """What the clean room has shown, for the folder handed in and for the released model."""
    own, released = proved(evidence), of_full_model(evidence)
    if own is not None:
        yield _proved(own, evidence)
    elif released is not None:
        yield _full_model(released, evidence)


def _shown(proof: Optional[Proof], evidence: Evidence) -> Optional[Shown]:
    made = None if proof is None else proof.agreed or proof.best
    if made is None or not made.texts or not evidence.submitted:
        return None
    sampled = evidence.blind.at("sample")[: len(made.texts)]
    rows = tuple(evidence.blind.rows[place] for place in sampled)
    compared = _compared(made.texts, rows, evidence)
    if not compared.holds:
        return None
    agreeing = [row.place for row in compared.rows if row.likeness in ("exact", "close")]
    texts = {canonical(made.texts[place] or "") for place in agreeing}
    return Shown(made, compared, len(texts))


def _compared(
    texts: tuple[Optional[str], ...], rows: tuple[BlindRow, ...], evidence: Evidence
) -> Comparison:
    """The rows of the clean room as a set of their own, so that texts and places fit."""
    blind = BlindSet(rows, evidence.blind.of_rows)
    return compare(texts, blind, evidence.texts_by_source)


def _proved(shown: Shown, evidence: Evidence) -> Finding:
    message = (
        f"the weights in {listed(shown.made.files, len(shown.made.files))} gave"
        f" {_counts(shown)} with {shown.made.settings}. {_shows(shown)}"
    )
    if not shown.telling:
        texts = "one text" if shown.distinct == 1 else f"{shown.distinct:,} different texts"
        message += f" They are only {texts}, which proves little."
    place = Place(evidence.model_folder or "the model")
    return codes.PROVED.at(place, message, **_facts(shown))


def _full_model(shown: Shown, evidence: Evidence) -> Finding:
    message = (
        f"the released model, uncompressed, gave {_counts(shown)} with {shown.made.settings};"
        f" the weights handed in were not shown to. {_shows(shown)} A file that was made before"
        " pruning, and sent by mistake, would explain it."
    )
    return codes.FULL_MODEL.at(Place("predictions"), message, **_facts(shown))


def _counts(shown: Shown) -> str:
    counts = shown.compared.agreement
    close = f" and {counts.close:,} nearly" if counts.close else ""
    return f"{counts.exact:,} of {counts.rows:,} submitted texts{close}"


def _shows(shown: Shown) -> str:
    counts = shown.compared.agreement
    return sentence(guarantee(counts.rows, counts.of_rows, counts.rows - counts.agree))


def _facts(shown: Shown) -> dict[str, Any]:
    counts = shown.compared.agreement
    return {
        "rows": counts.rows, "exact": counts.exact, "close": counts.close,
        "of_rows": counts.of_rows, "distinct": shown.distinct, "files": shown.made.files,
        "settings": str(shown.made.settings),
    }  # fmt: skip
