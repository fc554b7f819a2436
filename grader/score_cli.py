"""`grade score` and `grade kaggle-metric`: the number alone, and the file that Kaggle takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from grader.given import FILE, competition_option, json_option, load
from grader.metric.dialects import HANDOUT, METRICS
from validators.console import DONE

if TYPE_CHECKING:
    from grader.answer_files import Table
    from grader.metric import PreparedAnswers, Score

_STANDARD = "rougeLsum"


@click.command()
@click.argument("predictions", type=FILE)
@click.option("--answers", required=True, type=FILE, help="The answer key, a CSV.")
@click.option("--metric", type=click.Choice(METRICS), help="The competition's own if left out.")
@click.option("--stemmer", is_flag=True, help="Compare stems of words (not in handout).")
@competition_option
@json_option
def score(
    predictions: Path,
    answers: Path,
    metric: Optional[str],
    stemmer: bool,
    competition: Optional[Path],
    as_json: bool,
) -> int:
    """Score the CSV file PREDICTIONS against an answer key.

    \b
    Examples:
      grade score predictions.csv --answers key.csv
      grade score predictions.csv --answers key.csv --metric rougeLsum --stemmer
    """
    from grader.answer_files import aligned_texts, metric_of, read_table
    from grader.metric import PreparedAnswers

    rules, _, _ = load(competition, None)
    if metric is None:
        metric = metric_of(rules)
        stemmer = stemmer or rules.metric.stemmer
    if stemmer and metric == HANDOUT:
        raise click.UsageError("the metric handout has no stemmer; choose another with --metric")
    columns = rules.predictions
    key = read_table(answers, columns.id_column, rules.metric.label_column)
    given = read_table(
        predictions, columns.id_column, columns.text_column,
        strict=True, delimiter=columns.delimiter,
    )  # fmt: skip
    texts = aligned_texts(key, given)
    shown = _scores(PreparedAnswers(key.texts), texts, metric, stemmer)
    click.echo(_as_json(key, shown) if as_json else _as_text(shown))
    return DONE


@click.command("kaggle-metric")
def kaggle_metric() -> int:
    """Print the metric as the one Python file that Kaggle takes.

    \b
    Example:
      grade kaggle-metric > metric.py
    """
    from grader.metric.kaggle_file import kaggle_source

    click.echo(kaggle_source(), nl=False)
    return DONE


def _scores(
    prepared: PreparedAnswers, texts: list[str], metric: str, stemmer: bool
) -> dict[str, Score]:
    """The score asked for; beside the handout's the standard one, as their gap shows gaming."""
    shown = {_title(metric, stemmer): prepared.score(texts, metric, stemmer=stemmer)}
    if metric == HANDOUT:
        shown[_title(_STANDARD, False)] = prepared.score(texts, _STANDARD)
    return shown


def _title(metric: str, stemmer: bool) -> str:
    if metric == HANDOUT:
        return "handout (ROUGE-Lsum, recall by sentence)"
    return f"{metric} F, {'stemmed' if stemmer else 'not stemmed'}"


def _as_text(shown: dict[str, Score]) -> str:
    from tabulate import tabulate

    table = []
    for title, found in shown.items():
        interval = found.interval()
        table.append(
            (title, f"{found.value:.5f}", f"{interval.low:.5f} to {interval.high:.5f}",
             f"{len(found.rows):,}")
        )  # fmt: skip
    headers = ("metric", "score", "95% interval", "rows")
    lines = [tabulate(table, headers, disable_numparse=True, colalign=("left", *["right"] * 3)), ""]
    return "\n".join([*lines, *(f"signature {found.signature}" for found in shown.values())])


def _as_json(key: Table, shown: dict[str, Score]) -> str:
    from dataclasses import asdict

    first, *others = shown.values()
    answer = {
        "value": first.value,
        "interval": asdict(first.interval()),
        "signature": first.signature,
        "rows": len(first.rows),
        "row_values": dict(zip(key.ids, first.rows)),
        "beside": [
            {"value": other.value, "interval": asdict(other.interval()),
             "signature": other.signature}
            for other in others
        ],
    }  # fmt: skip
    return json.dumps(answer, indent=2)
