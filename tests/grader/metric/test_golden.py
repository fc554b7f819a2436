from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from grader.metric import PreparedAnswers, rouge_row
from tests.grader.metric.golden import PATH, ROWS, golden, naive_mean
from tests.grader.metric.plain import plain_handout

# Real rows lie beside a checkout of the project's own team; what we ship stands in for them.
REAL = Path(__file__).parents[4] / "shared" / "data"


class GoldenFile(NamedTuple):
    name: str
    labels: list[str]
    summaries: list[str]
    predictions: list[str]
    scores: dict[str, float]


def shipped() -> GoldenFile:
    scores = {
        "handout": naive_mean([float(value) for value in golden_values()["handout"]]),
        **{name: mean_f(name) for name in golden_values() if name != "handout"},
    }
    texts, predictions = map(list, zip(*ROWS))
    return GoldenFile("shipped", texts, texts, predictions, scores)


def golden_values() -> dict[str, list[str]]:
    values: dict[str, list[str]] = json.loads(PATH.read_text(encoding="utf-8"))
    return values


def mean_f(name: str) -> float:
    figures = [text.strip("()").split(", ")[2] for text in golden_values()[name]]
    return naive_mean([float(figure) for figure in figures])


def real() -> list[GoldenFile]:
    if not REAL.is_dir():
        return []
    lines = (REAL / "bills.jsonl").read_text(encoding="utf-8").splitlines()
    summaries = [json.loads(line)["summary"] for line in lines]
    labels = [text.replace(",", ".") for text in summaries]
    found = json.loads((REAL / "golden_scores.json").read_text(encoding="utf-8"))
    return [
        GoldenFile(name, labels, summaries, predictions_of(name), renamed(scores))
        for name, scores in found.items()
    ]


def predictions_of(name: str) -> list[str]:
    with (REAL / f"predictions_{name}.csv").open(encoding="utf-8", newline="") as stream:
        _, *rows = csv.reader(stream)
    return [text for _, text in sorted(rows, key=lambda row: int(row[0]))]


def renamed(scores: dict[str, float]) -> dict[str, float]:
    """`rougeL.f_stem` as `rougeL, stemmed`."""
    return {
        name.replace(".f_stem", ", stemmed").replace(".f", ""): value
        for name, value in scores.items()
    }


FILES = [shipped(), *real()]


def test_the_golden_file_is_what_the_plain_implementations_say() -> None:
    assert golden_values() == golden()


@pytest.mark.parametrize("row", range(len(ROWS)))
@pytest.mark.parametrize("stemmer", [False, True])
def test_every_row_is_the_golden_one(row: int, stemmer: bool) -> None:
    for name, figure in rouge_row(*ROWS[row], stemmer=stemmer).items():
        key = f"{name}, stemmed" if stemmer else name
        assert repr(tuple(figure)) == golden_values()[key][row]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_handout_score_is_the_golden_one_to_the_last_bit(file: GoldenFile) -> None:
    found = PreparedAnswers(file.labels).score(file.predictions)
    assert found.value == file.scores["handout"]
    assert list(found.rows) == [plain_handout(*row) for row in zip(file.labels, file.predictions)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("stemmer", [False, True])
@pytest.mark.parametrize("metric", ["rouge1", "rouge2", "rougeL", "rougeLsum"])
def test_the_standard_scores_are_the_golden_ones(
    file: GoldenFile, metric: str, stemmer: bool
) -> None:
    found = PreparedAnswers(file.summaries).score(file.predictions, metric, stemmer=stemmer)
    assert found.value == file.scores[f"{metric}, stemmed" if stemmer else metric]
