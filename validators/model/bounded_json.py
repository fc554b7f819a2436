"""JSON from a student's file, read with bounds on what it can grow to."""

from __future__ import annotations

import json

# An empty list takes two bytes of text and sixty in memory: what is bounded is their number.
_CONTAINERS = 200_000
_VALUES = 600_000
_NUMBER_DIGITS = 40


class JsonTrouble(ValueError):
    """Text that isn't JSON as we accept it; says why in plain words."""


def read_json(data: bytes) -> object:
    """The value that the bytes hold: UTF-8, no key twice in an object, no NaN, bounded size."""
    if data.count(b"{") + data.count(b"[") > _CONTAINERS or data.count(b",") > _VALUES:
        raise JsonTrouble("it has more parts than any model's file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonTrouble(f"it is not UTF-8 (byte {error.start:,})") from None
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except JsonTrouble:
        raise
    except json.JSONDecodeError as error:
        reason = f"it is not JSON at line {error.lineno:,}, column {error.colno:,}"
        raise JsonTrouble(reason) from None
    except RecursionError:
        raise JsonTrouble("it is nested too deeply") from None
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                shown = key if len(key) <= 60 else key[:59] + "…"
                raise JsonTrouble(f'it has the key "{shown}" twice')
            seen.add(key)
    return made


def _integer(digits: str) -> int:
    if len(digits) > _NUMBER_DIGITS:
        raise JsonTrouble(f"it has a number of {len(digits):,} digits")
    return int(digits)


def _constant(name: str) -> float:
    raise JsonTrouble(f"it has {name}, which is no JSON")
