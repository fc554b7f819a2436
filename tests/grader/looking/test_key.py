from __future__ import annotations

from pathlib import Path
from typing import Callable

import click
import pytest

from grader.answer_files import read_key
from grader.demo.sample import ROWS, competition_text
from tests.grader.looking.handed import LABELS, write_key
from validators.rules import Rules, load_rules

FIRST = tuple(range(ROWS))

# What is done to the text of a good key, and what must be said of it.
UNUSABLE: dict[str, tuple[Callable[[str], str], str]] = {
    "repeated": (lambda text: text + text.splitlines()[-1] + "\n", "more than once"),
    "missing": (lambda text: "\n".join(text.splitlines()[:-1]), "1 of 12 expected IDs is missing"),
    "extra": (lambda text: text + "99,a,Public\n", "1 ID is not of this competition"),
    "not whole": (lambda text: text.replace("\n0,", "\n0.0,"), 'found "0.0"; expected "0"'),
    "no labels": (lambda text: text.replace("Label", "label"), 'no column "Label"'),
    "two columns": (lambda text: text.replace("Usage", "Label"), 'more than one column "Label"'),
    "strange usage": (
        lambda text: text.replace("PUBLIC", "train"),
        '4 of 12 rows have another Usage than Public, Private or Ignored, the first is "train"',
    ),
    "all ignored": (
        lambda text: text.replace("PUBLIC", "Ignored").replace("Private\n", "ignored\n"),
        "every row is marked Ignored",
    ),
    "empty": (lambda text: "", "the file is empty"),
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    path = tmp_path_factory.mktemp("rules") / "competition.toml"
    path.write_text(competition_text(), encoding="utf-8")
    return load_rules(path)


def test_the_order_of_the_file_makes_no_difference(tmp_path: Path, rules: Rules) -> None:
    key = read_key(write_key(tmp_path / "key.csv"), rules)
    other = read_key(write_key(tmp_path / "other.csv", FIRST[::-1]), rules)
    assert key.ids == other.ids == tuple(map(str, FIRST))
    assert key.rows == FIRST
    assert (key.public, key.private) == (other.public, other.private)
    assert key.public == (0, 3, 6, 9)
    assert sorted((*key.public, *key.private)) == list(FIRST)
    assert key.digest == other.digest
    assert key.answers.digest == other.answers.digest


@pytest.mark.parametrize(
    ("old", "new"), [("SECRET 3", "SECRET x"), ("PUBLIC", "Private"), (",PUBLIC", ",Ignored")]
)
def test_the_digest_is_of_everything_that_matters(
    tmp_path: Path, rules: Rules, old: str, new: str
) -> None:
    path = write_key(tmp_path / "key.csv")
    before = read_key(path, rules)
    path.write_text(path.read_text().replace(old, new, 1))
    assert read_key(path, rules).digest != before.digest


def test_ways_to_write_the_same_key_have_one_digest(tmp_path: Path, rules: Rules) -> None:
    path = write_key(tmp_path / "key.csv")
    before = read_key(path, rules)
    text = path.read_text().replace("PUBLIC", " public").replace("Usage", "USAGE")
    path.write_text(text.replace("\n7,", "\n07,"), encoding="utf-8-sig")
    assert read_key(path, rules).digest == before.digest


def test_without_usage_no_row_is_public_or_private(tmp_path: Path, rules: Rules) -> None:
    key = read_key(write_key(tmp_path / "key.csv", usage=False), rules)
    assert (key.public, key.private) == ((), ())
    assert key.rows == FIRST


def test_ignored_rows_do_not_count(tmp_path: Path, rules: Rules) -> None:
    path = write_key(tmp_path / "key.csv")
    path.write_text(path.read_text().replace("PUBLIC", "Ignored"))
    key = read_key(path, rules)
    assert key.ids == tuple(map(str, FIRST))
    assert key.rows == (1, 2, 4, 5, 7, 8, 10, 11)
    assert (key.public, key.private) == ((), tuple(range(8)))
    assert len(key.answers) == 8


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_key_is_refused_without_its_texts(
    tmp_path: Path, rules: Rules, name: str
) -> None:
    change, said = UNUSABLE[name]
    path = write_key(tmp_path / "key.csv")
    path.write_text(change(path.read_text()))
    with pytest.raises(click.UsageError) as caught:
        read_key(path, rules)
    assert said in caught.value.message
    assert caught.value.message.startswith("key.csv: ")
    assert LABELS[0].split(".")[1].strip().split(" ")[0] not in caught.value.message


def test_a_key_that_is_not_there_is_refused(tmp_path: Path, rules: Rules) -> None:
    with pytest.raises(click.UsageError, match=r"key\.csv: can't be read"):
        read_key(tmp_path / "key.csv", rules)
