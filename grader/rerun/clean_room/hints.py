"""Settings that a model folder names by itself: generation takes them where a call has none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

from grader.rerun.clean_room.texts import MOST_LENGTH
from grader.rerun.records import Settings
from validators.model.bounded_json import JsonTrouble, read_json
from validators.model.model_files import open_file

MOST_BEAMS = 16
"""More beams than this are not tried."""

_MOST_BYTES = 1_000_000
_MOST_NGRAM = 20
_MOST_PENALTY = 10.0


def hinted(folder: Path, lengths: Sequence[int]) -> tuple[Settings, ...]:
    """The settings of the folder's generation_config.json, with these lengths where it has none.

    None where there is no such file, or nothing of use in it: it is the student's, and only a hint.
    """
    found = json_in(folder / "generation_config.json")
    beams = _whole(found, "num_beams", 1, MOST_BEAMS) or 1
    ngram = _whole(found, "no_repeat_ngram_size", 0, _MOST_NGRAM) or 0
    longest = _whole(found, "max_length", 2, MOST_LENGTH)
    new = _whole(found, "max_new_tokens", 1, MOST_LENGTH - 1)
    # As in generation, the number of new tokens is stronger; the start token is none of them.
    longest = longest if new is None else new + 1
    if beams == 1 and not ngram and longest is None:
        return ()
    penalty = found.get("length_penalty", 1.0)
    usable = isinstance(penalty, (int, float)) and abs(penalty) <= _MOST_PENALTY
    if not isinstance(penalty, (int, float)) or not usable or math.isnan(penalty):
        penalty = 1.0
    early = found.get("early_stopping") is True
    wanted = lengths if longest is None else (longest,)
    return tuple(Settings(length, beams, ngram, float(penalty), early) for length in wanted)


def json_in(path: Path) -> Mapping[str, object]:
    """The JSON object in the file; empty where there is none that can be read."""
    try:
        with open_file(path) as stream:
            found = read_json(stream.read(_MOST_BYTES))
    except (OSError, JsonTrouble):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(found: Mapping[str, object], key: str, least: int, most: int) -> Optional[int]:
    value = found.get(key)
    return value if type(value) is int and least <= value <= most else None
