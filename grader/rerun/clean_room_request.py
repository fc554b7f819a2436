"""What the clean room is asked about one submission, and about the released model beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from grader.rerun.assets import Assets, Model
from grader.rerun.clean_room.asking import prove
from grader.rerun.clean_room.records import Proof, ProofRequest
from grader.rerun.records import Settings
from grader.sandbox.records import Limits

if TYPE_CHECKING:
    from grader.rerun.conducting import Again

_TOKENIZERS = ("tokenizer.json", "spiece.model")
_PROCESSES, _DISK_MB = 64, 512


def proof_of(again: Again, declared: Optional[Settings]) -> Optional[Proof]:
    """Whether the weights handed in give the submitted texts; None where that can't be asked.

    Where they don't, the released model is asked about in the same process: to start it takes most
    of the time.
    """
    if again.handed.model is None:
        return None
    return _proof(again, again.handed.root / again.handed.model, declared, and_released=True)


def released_proof_of(again: Again, own: Optional[Proof]) -> Optional[Proof]:
    """Whether the released model gives them; None where the course has no weights of it.

    `own` is the proof of the weights handed in. If it broke off before it came to the released
    model, that one gets a process of its own: nobody shall be able to keep it from being asked.
    """
    if own is not None and own.released is not None:
        return own.released
    folder = released_folder(again)
    return None if folder is None else _proof(again, folder, None)


def released_folder(again: Again) -> Optional[Path]:
    """The released model with its weights: as `grading.toml` names it, else the only one there."""
    if again.orders.released_model is not None:
        return Path(again.orders.released_model)
    weighted = [each.folder for each in again.assets.models if each.weights]
    return weighted[0] if len(weighted) == 1 else None


def tokenizer_of(assets: Assets) -> Optional[Model]:
    """The course's tokenizer: the first model folder that has one, a mere tokenizer first."""
    having = [
        each
        for each in assets.models
        if any((each.folder / name).is_file() for name in _TOKENIZERS)
    ]
    return min(having, key=lambda each: (each.weights, each.name), default=None)


def _proof(
    again: Again, model: Path, declared: Optional[Settings], and_released: bool = False
) -> Optional[Proof]:
    submitted, blinding = dict(again.handed.predictions), again.blinding
    tokenizer = tokenizer_of(again.assets)
    places = blinding.blind.at("sample")
    sources = [blinding.blind.rows[place].source for place in places]
    if again.rules.model is None or tokenizer is None or not submitted:
        return None
    if any(source not in submitted for source in sources):
        return None
    released = released_folder(again)
    request = ProofRequest(
        model=model, rules=again.rules.model, tokenizer=tokenizer.folder,
        released=released, bills=tuple(blinding.bills[each].text for each in sources),
        submitted=tuple(submitted[each] for each in sources), declared=declared,
        gpu=again.orders.gpu, threads=again.orders.threads,
        and_released=and_released and released is not None,
    )  # fmt: skip
    limits = Limits(
        wall_seconds=again.orders.clean_room_seconds, memory_mb=again.rules.rerun.memory_mb,
        processes=_PROCESSES, disk_mb=_DISK_MB,
    )  # fmt: skip
    return prove(request, again.isolation, limits)
