"""Predictions that the demo's T5 really wrote, cut and trained in other ways: all are honest.

PYTHONPATH=. python benchmarks/integrity_generated.py [--rows 100] [--steps 150]
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import click
from tabulate import tabulate

from grader.answer_files import AnswerKey
from grader.integrity.predictions.compare import compare_predictions
from grader.integrity.predictions.extract import course_of, prediction_traits
from grader.integrity.predictions.gathered import gathered
from grader.integrity.predictions.single import FULL_FIGURES, KEY_FIGURES, all_measured
from grader.integrity.records import Inspection, PredictionTraits, Work
from grader.metric import PreparedAnswers
from validators.rules.inspecting import PredictionForensicsRules

RULES = PredictionForensicsRules()
Works = list[Work[PredictionTraits]]


def generated(rows: int, steps: int) -> tuple[Works, Work[PredictionTraits]]:
    """Texts of the demo's T5: cut at other ratios at once, and trained again with other seeds."""
    import torch
    from transformers import AutoTokenizer

    from grader.demo.corpus import make_corpus
    from grader.demo.shipped import model_files, weights, write_files
    from grader.demo.train_model import Plan, load, new_model, summaries, train
    from grader.demo.weights import layer_masks, masked

    torch.set_num_threads(1)
    corpus, dense = make_corpus(), weights("dense")
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), model_files(dense))
        tokenizer = AutoTokenizer.from_pretrained(folder)
    bills, model, texts = corpus.test[:rows], new_model(0), {}
    for percent in (100, 90, 80, 70, 60, 55):
        load(model, masked(dense, layer_masks(dense, Fraction(percent, 100))))
        texts[f"cut to {percent} %"] = summaries(model, tokenizer, bills)
    masks = layer_masks(dense, Fraction(299, 1000))
    held = {name: torch.from_numpy(mask) for name, mask in masks.items()}
    for seed in range(4):
        load(model, masked(dense, masks))
        plan = Plan(steps=steps, learning_rate=2e-3, warmup=10, seed=seed)
        train(model, tokenizer, corpus.train, plan, lambda step, loss: None, held)
        texts[f"trained again, seed {seed}"] = summaries(model, tokenizer, bills)
    answers = [bill.summary for bill in bills]
    ids = tuple(map(str, range(rows)))
    key = AnswerKey(ids, tuple(range(rows)), PreparedAnswers(answers), (), (), "demo")
    released = texts.pop("cut to 100 %")
    course = course_of(key, [bill.text for bill in bills], released)
    works = [
        Work(name, *prediction_traits(each, name, name, course)) for name, each in texts.items()
    ]
    traits, arrays = prediction_traits(released, "released", "", course_of(None, (), None))
    return works, Work("released model", traits, arrays, True)


def show_inspection(found: Inspection) -> None:
    """The spreads and the findings of a class."""
    headers = ("figure", "compared", "median", "95 of 100", "highest that doesn't stand out")
    table = [
        (each.figure, each.compared, f"{each.median:.3f}", f"{each.percentile_95:.3f}",
         f"{each.highest:.3f}")
        for each in found.spreads
    ]  # fmt: skip
    click.echo(tabulate(table, headers, "github", disable_numparse=True))
    click.echo([(each.name, each.finding.code) for each in found.found])


@click.command()
@click.option("--rows", default=100, show_default=True)
@click.option("--steps", default=150, show_default=True, help="Of training after pruning.")
def main(rows: int, steps: int) -> None:
    """Let the models write, and compare what they wrote."""
    works, full = generated(rows, steps)
    class_ = gathered(works, full, RULES)
    measured = all_measured(class_)
    table = [
        (name, *(f"{measured[place][each].value:.3f}" for each in (*FULL_FIGURES, *KEY_FIGURES)))
        for place, name in enumerate(class_.names)
    ]
    headers = ("model", *FULL_FIGURES, *KEY_FIGURES)
    click.echo("\n" + tabulate(table, headers, "github", disable_numparse=True) + "\n")
    show_inspection(compare_predictions(works, full, RULES))


if __name__ == "__main__":
    main()
