"""The demonstration: a valid and a broken submission, checked as a student would, and scores."""

from __future__ import annotations

import shlex
import shutil
from fractions import Fraction
from pathlib import Path

import click

from grader.demo.baselines import score, without_a_model
from grader.demo.corpus import SIZES, Sizes, make_corpus
from grader.demo.course import BASELINE
from grader.demo.sample import Sample, write_safetensors
from grader.demo.shipped import COMPRESSIONS, RATIO, weights, written
from grader.demo.submission import make_submission
from grader.demo.weights import layer_masks, masked
from validators.checks import check_submission
from validators.rendering import last_line, section_lines
from validators.report import Outcome

_TOO_MUCH = Fraction(2, 5)
_TOLD = {
    "dense": "the released model, all of it",
    "one-shot": f"its largest weights, a ratio of {float(RATIO):.3f}",
    "recovered": "the same weights after some more training",
}


def show_demo(folder: Path) -> bool:
    """Make both submissions, check them, and tell whether each came out as it must."""
    for name in ("valid", "broken"):  # an earlier demonstration is made anew
        shutil.rmtree(folder / name / "submission", ignore_errors=True)
    valid = make_submission(folder / "valid")
    broken = make_submission(folder / "broken")
    break_submission(broken)
    click.echo(f"Two sample submissions lie in {folder}/ beside their competition.toml.\n")
    outcomes = [_checked(sample) for sample in (valid, broken)]
    click.echo("\n".join(score_lines()))
    click.echo(
        f"\nNow break the valid one in a way of your own, and look:\n"
        f"  {_command(valid, valid.folder)}"
    )
    return outcomes == [Outcome.SAFE, Outcome.BLOCKED]


def break_submission(sample: Sample) -> None:
    """Give the submission six ordinary mistakes."""
    (sample.folder / "README.md").unlink()
    rows = sample.predictions.read_text(encoding="utf-8").splitlines()
    rows[3] = rows[2]
    rows[7] = '"6",""'
    sample.predictions.write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    (sample.folder / "__pycache__").mkdir(exist_ok=True)
    (sample.folder / "__pycache__" / "main.cpython-311.pyc").write_bytes(bytes(64))
    dense = weights("dense")
    too_much = masked(dense, layer_masks(dense, _TOO_MUCH))
    write_safetensors(sample.model / "model.safetensors", too_much)


def score_lines() -> list[str]:
    """What the models score on the course's test bills, and what needs no model at all."""
    corpus = make_corpus(sizes=Sizes(SIZES.test, 0, SIZES.validation, train=100))
    texts = {_TOLD[name]: written(name).texts for name in COMPRESSIONS}
    scores = {told: score(corpus.test, found) for told, found in texts.items()}
    others = {told: score(corpus.test, found) for told, found in without_a_model(corpus).items()}
    width = max(map(len, (*scores, *others)))
    lines = [
        f"  {told:<{width}}  {found:.3f}" for told, found in (*scores.items(), *others.items())
    ]
    heading = f"What they score on {len(corpus.test)} bills (the course's baseline is {BASELINE}):"
    lines.insert(len(scores), "  without a model:")
    return [heading, *lines]


def _checked(sample: Sample) -> Outcome:
    package = sample.packed()
    click.echo(click.style(f"$ {_command(sample, package)}", dim=True))
    report = check_submission(package, sample.rules)
    for section in report.sections:
        click.echo("\n".join(section_lines(section)))
    click.echo(f"{last_line((report,))}\n")
    return report.outcome


def _command(sample: Sample, path: Path) -> str:
    """What a reader types to check the path, quoted for their shell."""
    words = ("check-submission", "--competition", str(sample.competition), str(path))
    return shlex.join(words)
