from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from leaderboard.board import Board
from leaderboard.board_file import BoardError, read_board, schema, write_board
from leaderboard.cli import leaderboard
from tests.leaderboard.example import board, example
from tests.write_docs import DOCS


def read(folder: Path, text: str) -> Board:
    path = folder / "board.json"
    path.write_text(text, encoding="utf-8")
    return read_board(path)


def test_a_board_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    write_board(board(), path)
    assert read_board(path) == board()
    assert [entry.name for entry in tmp_path.iterdir()] == ["board.json"]
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema())


BROKEN: list[tuple[list[Any], Any, str]] = [
    (["extra"], 1, "extra: unknown key"),
    (["format"], 2, "format: "),
    (["entries", 0, "score"], 0.2, r"entries\[0\].score: must be a decimal number"),
    (["entries", 0, "score"], "1e3", r"entries\[0\].score: must be a decimal number"),
    (["entries", 0, "rank"], "4", r"entries\[0\].rank: "),
    (["entries", 0, "rank"], 3, '"9900944" has rank 3; by the scores it is 4'),
    (["entries", 2, "score"], "0.31", "has rank 2; by the scores it is 3"),
    (["entries", 0, "verdict"], "rejected", "only an accepted entry"),
    (["entries", 1, "rank"], 5, "only an accepted entry"),
    (
        ["entries", 1, "mark"],
        {"total": "0", "parts": [{"name": "a", "points": "0", "why": "b"}]},
        "a withheld verdict has no mark",
    ),
    (["entries", 0, "mark", "total"], "95.33", "the parts add up to 280/3"),
    (["max_mark"], "90", "outside 0 to max_mark"),
    (["entries", 0, "entrant"], "9900940", 'two entries have the entrant "9900940"'),
    (["entries", 0, "pseudonym"], "BIRD-0", 'two entries have the pseudonym "bird-0"'),
    (["entries", 0, "pseudonym"], "x９９００９４１", "gives away a student"),
]


@pytest.mark.parametrize(("place", "value", "expected"), BROKEN)
def test_what_is_no_board_is_refused_with_its_place(
    tmp_path: Path, place: list[Any], value: Any, expected: str
) -> None:
    tree = example()
    inner = tree
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(BoardError, match=expected):
        read(tmp_path, json.dumps(tree))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("1" * 5000, r"board\.json: "),
        ('{"entries": [{"rank": 1, "rank": 2}]}', r"entries\[0\]\.rank: is written twice"),
        ('"\\ud800"', r"board\.json: "),
    ],
)
def test_other_texts_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(BoardError, match=expected):
        read(tmp_path, text)


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leaderboard.board_file.MAX_BYTES", 10)
    with pytest.raises(BoardError, match="over 10 bytes"):
        read(tmp_path, json.dumps(example()))


def test_the_commands_of_the_guide_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (DOCS / "guides" / "leaderboard.md").read_text(encoding="utf-8")
    read(tmp_path, guide.split("```json\n")[1].split("```")[0])
    monkeypatch.chdir(tmp_path)
    for command in guide.split("```console\n")[1].split("```")[0].splitlines():
        done = CliRunner().invoke(leaderboard, command.split()[1:])
        assert done.exit_code == 0, done.output
    assert (tmp_path / "board.xlsx").exists()
