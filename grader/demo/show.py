"""The demonstration: a valid and a broken submission, checked as a student would."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import click

from grader.demo.sample import (
    Sample,
    make_sample,
    predictions_text,
    pruned_arrays,
    write_safetensors,
)
from validators.checks import check_submission
from validators.model.architecture import reference_of
from validators.rendering import last_line, section_lines
from validators.report import Outcome


def show_demo(folder: Path) -> bool:
    """Make both submissions, check them, and tell whether each came out as it must."""
    for name in ("valid", "broken"):  # an earlier demonstration is made anew
        shutil.rmtree(folder / name / "submission", ignore_errors=True)
    valid = make_sample(folder / "valid")
    broken = make_sample(folder / "broken")
    break_sample(broken)
    click.echo(f"Two sample submissions lie in {folder}/ beside their competition.toml.\n")
    outcomes = [_checked(sample) for sample in (valid, broken)]
    click.echo(
        f"Now break the valid one in a way of your own, and look:\n"
        f"  {_command(valid, valid.folder)}"
    )
    return outcomes == [Outcome.SAFE, Outcome.BLOCKED]


def break_sample(sample: Sample) -> None:
    """Give the sample six ordinary mistakes."""
    assert sample.rules.model is not None
    (sample.folder / "README.md").unlink()
    rows = predictions_text().splitlines()
    rows[3] = rows[2]
    rows[7] = '"6",""'
    sample.predictions.write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    (sample.folder / "__pycache__").mkdir(exist_ok=True)
    (sample.folder / "__pycache__" / "main.cpython-311.pyc").write_bytes(bytes(64))
    arrays = pruned_arrays(reference_of(sample.rules.model), keep=0.4)
    write_safetensors(sample.model / "model.safetensors", arrays)


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
