"""A large class with something to be found in it, for measuring what inspecting it takes.

Everybody has code, a model and predictions of their own, but for those at planned places: in every
50 works three have something of the one before them, and in every 100 four did something alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from grader.demo.course import predictions_text
from grader.demo.sample import (
    README,
    ROWS,
    Arrays,
    competition_text,
    config_text,
    pack,
    write_safetensors,
)
from tests.integrity_sets.code import works
from tests.integrity_sets.code.crowd import EVERY, crowd
from tests.integrity_sets.code.twins import twin
from tests.integrity_sets.predictions.breaches import FULL, LEAKS
from tests.integrity_sets.predictions.classes import Made, Texts, honest_models, make_course
from tests.integrity_sets.whole import members, models
from validators.model.architecture import Reference, reference_of
from validators.rules import load_rules

TEXTS = 300
"""Rows of the predictions."""

CODE_BYTES = 14_000
"""About so much code each has, as in the homework that we measured."""

PAIRS: Mapping[str, int] = MappingProxyType(
    {members.CODE: EVERY - 1, members.WEIGHTS: 24, members.PREDICTIONS: 12}
)
"""Where in every 50 works one is, by what it has of the one before it."""

ALONE: Mapping[str, int] = MappingProxyType(
    {members.FULL: 37, members.KEY: 67, members.LIMIT: 75, members.TRAINING: 87}
)
"""Where in every 100 works one is that has something found of it alone."""

_OF = 100
_FIRST_ID = 9_910_000
_OWN_ROWS = 60
_HOW = ("rename", "reorder", "comments", "formatting")
_COUNTED, _A_DAY = 3, 5
_TRAINER = """\
from datasets import load_dataset
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainer

model = AutoModelForSeq2SeqLM.from_pretrained("t5small_TextSummarization")
bills = load_dataset("billsum", split="test")
Seq2SeqTrainer(model=model, train_dataset=bills).train()
"""
_GRADING = """\
answers = "key.csv"
released_model = "t5small_TextSummarization"

[inspect]
base_code = ["tutorial"]
released_predictions = "released.csv"

[kaggle]
public_leaderboard = "board.csv"
snapshots = "snapshots"
"""
_SNAPSHOTS = ("2024-05-02T030005", "2024-05-02T225950")


@dataclass(frozen=True)
class Expected:
    """What must be found: each thing by its code and the students' ids that it is found of."""

    planted: frozenset[tuple[str, frozenset[str]]]

    @property
    def of_each(self) -> frozenset[tuple[str, str]]:
        """Each student that something is found of, with its code."""
        return frozenset((code, number) for code, ids in self.planted for number in ids)


def expected_in(count: int) -> Expected:
    """What is planted in a class of so many."""
    pairs = (
        (code, frozenset({id_of(number - 1), id_of(number)}))
        for code, place in PAIRS.items()
        for number in range(place, count, EVERY)
    )
    alone = (
        (code, frozenset({id_of(number)}))
        for code, place in ALONE.items()
        for number in range(place, count, _OF)
    )
    return Expected(frozenset((*pairs, *alone)))


def id_of(number: int) -> str:
    """The student id."""
    return str(_FIRST_ID + number)


def package_of(number: int) -> str:
    """The name of what the student handed in."""
    return f"HW4_{id_of(number)}_student-{number}.zip"


def make_crowd(home: Path, count: int) -> None:
    """The class in a new folder, as `make_class` lays one out; the same bytes every time."""
    submissions = home / "submissions"
    submissions.mkdir(parents=True)
    rules = competition_text().replace(f"count = {ROWS}", f"count = {TEXTS}")
    (home / "competition.toml").write_text(rules, "utf-8")
    model = load_rules(home / "competition.toml").model
    assert model is not None
    reference, texts = reference_of(model), make_course(TEXTS)
    works.write(works.tutorial(), home / "tutorial")
    _write_model(home / "t5small_TextSummarization", models.released(reference))
    (home / "released.csv").write_text(predictions_text(texts.full), "utf-8")
    (home / "key.csv").write_text(_table(("ID", "Label"), enumerate(texts.answers)), "utf-8")
    (home / "grading.toml").write_text(_GRADING, "utf-8")
    _write_boards(home, count)
    for number, code in enumerate(_codes(count)):
        folder = home / "packages" / str(number)
        works.write(code, folder)
        (folder / "README.md").write_text(f"{README}\nBy student {number}.\n", "utf-8")
        predictions = predictions_text(_texts(number, count, texts))
        (folder / "predictions.csv").write_text(predictions, "utf-8")
        _write_model(folder / "pruned_model", _weights(number, reference))
        pack(folder, submissions / package_of(number))


def _codes(count: int) -> Iterator[works.Project]:
    found = list(crowd(count, CODE_BYTES, 0).values())
    for number, own in enumerate(found):
        if number % EVERY == PAIRS[members.CODE]:
            # No literal is changed: it may be the name of a data set.
            yield twin(found[number - 1], _HOW, 0)
        else:
            yield {**own, "train.py": _TRAINER} if _is(members.TRAINING, number) else own


def _weights(number: int, reference: Reference) -> Arrays:
    if number % EVERY == PAIRS[members.WEIGHTS]:
        return models.pruned_again(models.trained(reference, number - 1))
    return models.trained(reference, number)


def _texts(number: int, count: int, texts: Made) -> Texts:
    if _is(members.FULL, number):
        return FULL["3 % of words others"](texts, number)
    if _is(members.KEY, number):
        return LEAKS["20 % of the answers"](texts, number)
    own = honest_models(count)
    written = texts.texts(own[number])
    if number % EVERY == PAIRS[members.PREDICTIONS]:
        return (*written[:_OWN_ROWS], *texts.texts(own[number - 1])[_OWN_ROWS:])
    return written


def _is(code: str, number: int) -> bool:
    return number % _OF == ALONE[code]


def _write_model(folder: Path, arrays: Arrays) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config_text(), "utf-8")
    write_safetensors(folder / "model.safetensors", arrays)


def _write_boards(home: Path, count: int) -> None:
    """The last leaderboard, and one snapshot at each end of a day of Kaggle's."""
    (home / "board.csv").write_text(_board([_COUNTED + _A_DAY + 1] * count), "utf-8")
    folder = home / "snapshots"
    folder.mkdir()
    sent = [_A_DAY + _is(members.LIMIT, number) for number in range(count)]
    for moment, more in zip(_SNAPSHOTS, ([0] * count, sent)):
        counts = [_COUNTED + each for each in more]
        name = f"hw4-publicleaderboard-{moment}.csv"
        (folder / name).write_text(_board(counts), "utf-8")


def _board(counts: Sequence[int]) -> str:
    header = ("Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount",
              "TeamMemberUserNames")  # fmt: skip
    rows = (
        (number + 1, 5_000 + number, f"{id_of(number)}_student-{number}", "2024-05-02 12:00:00",
         f"0.{30_000 - 7 * number}", sent, f"account-of-{id_of(number)}")
        for number, sent in enumerate(counts)
    )  # fmt: skip
    return _table(header, rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()
