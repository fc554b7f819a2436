"""`board.json` read strictly and written whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from leaderboard.board import Board
from leaderboard.written import write

MAX_BYTES = 32 << 20


class BoardError(ValueError):
    """A file that is no board; the text says where and why."""


class _Object(dict[str, Any]):
    """A JSON object that remembers a key written twice."""

    repeated: str = ""


def read_board(path: Path) -> Board:
    """The board in the file; `BoardError` names the place of the first thing that is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BoardError(f"{path.name}: can't be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise BoardError(f"{path.name}: over {MAX_BYTES:,} bytes, which no board is.")
    try:
        text = data.decode("utf-8-sig")
        tree = json.loads(text, object_pairs_hook=_object)
        place = _repeated(tree, "")
        if place:
            raise BoardError(f"{path.name}: {place}: is written twice.")
        return Board.model_validate_json(text)
    except ValidationError as error:
        raise BoardError(f"{path.name}: {_first(error)}") from error
    except BoardError:
        raise
    except (ValueError, RecursionError) as error:
        raise BoardError(f"{path.name}: not a JSON file in UTF-8 ({error}).") from error


def write_board(board: Board, path: Path) -> None:
    """Write the board for `read_board`, the same bytes for the same board."""
    data = (board.model_dump_json(indent=2, exclude_none=True) + "\n").encode()
    write(path, data, mode=0o600)  # names and marks: for their owner alone


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return Board.model_json_schema()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            found.repeated = key
        seen.add(key)
    return found


def _repeated(value: Any, place: str) -> str:
    """Where the first key that is written twice stands, or nothing."""
    if isinstance(value, _Object):
        if value.repeated:
            return f"{place}.{value.repeated}".lstrip(".")
        inner = [(f"{place}.{key}", part) for key, part in value.items()]
    elif isinstance(value, list):
        inner = [(f"{place}[{number}]", part) for number, part in enumerate(value)]
    else:
        return ""
    return next(filter(None, (_repeated(part, where) for where, part in inner)), "")


def _first(error: ValidationError) -> str:
    """The first mistake as `place: what is wrong.`, without the value itself."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"]).lstrip(".")
    said = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
    said = said.replace("Value error, ", "")
    return f"{place}: {said}." if place else f"{said}."
