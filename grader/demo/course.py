"""A whole course in small: what its students may have, and what only the teaching side may."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.demo.corpus import Bill, Corpus
from grader.demo.shipped import SIZES, model_files, tokenizer_files, weights, write_files
from grader.demo.weights import parameters

RELEASED, TOKENIZER, DATASET = "t5small_TextSummarization", "t5-small", "billsum"
"""The names that the course's tutorial has for the released model, the tokenizer and the data."""

BASELINE = 0.75
"""More than fifty joined training summaries get; the released model is well above it."""

_COMPETITION = """\
# Homework 4 in small: a T5 that was trained on made-up bills. Everything else is as in hw4.
extends = "hw4"

[competition]
name = "{name} ({rows} made-up bills)"
opens = {opens}
closes = {closes}

[predictions]
ids = {{ first = 0, count = {rows} }}

[metric]
baseline = {baseline}

[model]
parameters = {parameters}

[model.architecture]
{sizes}

[rerun]
rows = 30
wall_seconds = {wall_seconds}
memory_mb = 4096
"""
_GRADING = """\
# What only the teaching side has. The paths are relative to this file.
answers = "key.csv"
released_model = "assets/models/{released}"
assets = "assets"
"""
_SETTINGS = """\
# For `python prune.py --settings demo.toml`: this model is trained in a minute or two. Everything
# else is as in the template's settings.toml, whose own figures are for the real T5-small.
[recover]
train_steps = 300
learning_rate = 2e-3
warmup_steps = 20
batch_tokens = 2048
accumulate = 1
evaluate_every = 100
checkpoint_every = 100

[sweep]
ratios = [0.3, 0.2, 0.1]
train_steps = 150
evaluate_rows = 100
"""
# Without it `load_dataset("billsum", split="test")` takes the bills of ca_test for test ones.
_CARD = """\
---
configs:
- config_name: default
  data_files:
  - {split: train, path: train.jsonl}
  - {split: validation, path: validation.jsonl}
  - {split: test, path: test.jsonl}
  - {split: ca_test, path: ca_test.jsonl}
---
Made-up bills. Those of the test split come without their summaries.
"""
_COLUMNS = ("text", "summary", "title")
_NAME, _ALWAYS = "Homework 4 in small", ("2024-01-01T00:00:00", "2099-12-31T23:59:59")
_SAMPLE = "Amends the Act to require a report."


@dataclass(frozen=True)
class DemoCourse:
    """Where the two halves of a course lie."""

    student: Path
    teacher: Path


def write_course(folder: Path, corpus: Corpus) -> DemoCourse:
    """Write the course of the shipped model, with these bills; the same files each time."""
    course = DemoCourse(folder / "student", folder / "teacher")
    _write_models(course.student)
    _write_splits(course.student / DATASET, corpus, told=False)
    (course.student / DATASET / "README.md").write_text(_CARD, encoding="utf-8")
    write_assets(course.teacher / "assets", corpus)
    for home in (course.student, course.teacher):
        (home / "competition.toml").write_text(competition_text(len(corpus.test)), "utf-8")
    (course.student / "demo.toml").write_text(_SETTINGS, encoding="utf-8")
    grading = _GRADING.format(released=RELEASED)
    (course.teacher / "grading.toml").write_text(grading, encoding="utf-8")
    (course.teacher / "key.csv").write_text(key_text(corpus), encoding="utf-8")
    sample = predictions_text([_SAMPLE] * len(corpus.test))
    (course.student / "sample_submission.csv").write_text(sample, encoding="utf-8")
    return course


def write_assets(folder: Path, corpus: Corpus) -> None:
    """The models and data that running students' code again takes, with all summaries."""
    _write_models(folder / "models")
    _write_splits(folder / "datasets" / DATASET, corpus, told=True)


def competition_text(
    rows: int, name: str = _NAME, open_between: tuple[str, str] = _ALWAYS, wall_seconds: int = 300
) -> str:
    """The `competition.toml` of the course."""
    sizes = "\n".join(f"{key} = {value}" for key, value in SIZES.items())
    return _COMPETITION.format(
        rows=rows,
        name=name,
        opens=open_between[0],
        closes=open_between[1],
        wall_seconds=wall_seconds,
        baseline=BASELINE,
        parameters=parameters(weights("dense")),
        sizes=sizes,
    )


def key_text(corpus: Corpus) -> str:
    """The answer key, with the rows of the public and of the private leaderboard."""
    usages = ("Public" if row in corpus.public else "Private" for row in range(len(corpus.test)))
    labels = (as_course_writes(bill.summary) for bill in corpus.test)
    return _table(("ID", "Label", "Usage"), zip(range(len(corpus.test)), labels, usages))


def predictions_text(texts: Sequence[str]) -> str:
    """A predictions CSV, as the course's tutorial writes it."""
    return _table(("ID", "Predict"), enumerate(map(as_course_writes, texts)))


def as_course_writes(text: str) -> str:
    """The text with a full stop in place of each comma, as the course has labels and predictions.

    A text without a word becomes a dash: Kaggle takes an empty cell for a missing one.
    """
    return text.replace(",", ".").replace("\n", " ").strip() or "-"


def _write_models(folder: Path) -> None:
    write_files(folder / RELEASED, model_files(weights("dense")))
    write_files(folder / TOKENIZER, tokenizer_files())


def _write_splits(folder: Path, corpus: Corpus, told: bool) -> None:
    """The data set; without `told` the bills of the test split have no summary."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, bills in corpus.splits.items():
        lines = (_line(bill, told or name != "test") for bill in bills)
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


def _line(bill: Bill, told: bool) -> str:
    columns = asdict(bill)
    # All splits have all columns: `load_dataset` wants that.
    kept = {name: columns[name] if told or name == "text" else "" for name in _COLUMNS}
    return json.dumps(kept) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
