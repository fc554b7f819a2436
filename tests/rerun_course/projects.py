"""The table of projects, and their packages and predictions as they are handed in.

The predictions of a project are what its own code made when it was run plainly, see `at_home`.
A twin has the honest project's model, except for the notebook, which trains each time anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from grader.demo.sample import pack, pdf_bytes
from tests.rerun_course import scripts_code, template_code, tutorial_code
from tests.rerun_course.kinds import CHEATS, Cheat, Kind, Texts, read_texts
from tests.rerun_course.tiny import (
    DATASET,
    PRUNED,
    RELEASED,
    TEST_ROWS,
    TOKENIZER,
    competition_text,
    make_assets,
)

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Project:
    """A student's project as the table has it. `commands` are what it takes to run all of it."""

    number: int
    kind: Kind
    cheat: Cheat
    files: Callable[[Cheat, Texts], dict[str, str]]
    train: tuple[str, ...]
    predict: tuple[str, ...]
    output: str

    @property
    def name(self) -> str:
        """What tests call it."""
        return f"{self.kind} {self.cheat}"

    @property
    def student(self) -> str:
        """The student's id."""
        return f"{9_910_001 + self.number}"

    @property
    def team(self) -> str:
        """The team name on Kaggle."""
        return f"{self.student}_{self.kind}-{self.cheat}"

    @property
    def package(self) -> str:
        """The zip's name without its suffix."""
        return f"HW4_{self.team}"

    @property
    def accused(self) -> bool:
        """Whether a code that accuses must come up; else none may."""
        return self.cheat not in ("honest", "sampling")


@dataclass(frozen=True)
class Made:
    """A project on disk: its package unpacked and as a zip, its report, its file on Kaggle."""

    project: Project
    folder: Path
    zip: Path
    report: Path
    predictions: Path


@dataclass(frozen=True)
class TinyCourse:
    """Everything that was made, under `home`."""

    home: Path
    made: tuple[Made, ...]

    @property
    def assets(self) -> Path:
        """The course's models and data sets."""
        return self.home / "assets"

    @property
    def competition(self) -> Path:
        """The rules."""
        return self.home / "competition.toml"

    def of(self, kind: Kind, cheat: Cheat) -> Made:
        """The project of this kind that cheats like this."""
        return next(x for x in self.made if (x.project.kind, x.project.cheat) == (kind, cheat))


def _table() -> tuple[Project, ...]:
    data = ("--data", "test.jsonl", "--output", "predictions.csv")
    kinds = (
        ("notebook", tutorial_code.files, (), ("HW4.ipynb",), "HW4_predictions.csv"),
        ("scripts", scripts_code.files, ("prune_train.py",), ("generate_csv.py",),
         "submission.csv"),
        ("template", template_code.files, ("prune.py",),
         ("predict.py", "--model", PRUNED, *data), "predictions.csv"),
    )  # fmt: skip
    rows = [(kind, cheat) for kind in kinds for cheat in CHEATS]
    return tuple(
        Project(number, kind[0], cheat, *kind[1:])  # type: ignore[arg-type]
        for number, (kind, cheat) in enumerate(rows)
    )


PROJECTS = _table()
"""All projects: three kinds, each honest and with its twins."""


def make_tiny_course(
    home: Path, projects: Sequence[Project] = PROJECTS, rows: int = TEST_ROWS
) -> TinyCourse:
    """Assets, rules, packages and predictions under `home`, in about a minute for all projects."""
    make_assets(home / "assets", rows)
    (home / "competition.toml").write_text(competition_text(rows), encoding="utf-8")
    honest = [each for each in projects if each.cheat == "honest"]
    twins = [each for each in projects if each.cheat != "honest"]
    lacking = {each.kind for each in twins} - {each.kind for each in honest}
    honest += [each for each in PROJECTS if each.kind in lacking and each.cheat == "honest"]
    texts = read_texts(home / "assets")
    asked = [[_laid_out(home, each, texts) for each in some] for some in (honest, twins)]
    _run_at_home(home / "at_home", asked)
    return TinyCourse(home, tuple(_hand_in(home, each, texts) for each in projects))


def _laid_out(home: Path, project: Project, texts: Texts) -> dict[str, object]:
    """What is asked of `at_home`; the code lies in its folder, beside what it needs at home."""
    folder = _at_home(home, project)
    _write(folder, project.files(project.cheat, texts))
    for model in (TOKENIZER, RELEASED):
        shutil.copytree(home / "assets" / "models" / model, folder / model)
    shutil.copy(home / "assets" / "datasets" / DATASET / "test.jsonl", folder)
    commands, model_from = [project.train, project.predict], ""
    if project.cheat != "honest" and project.train:
        honest = next(x for x in PROJECTS if (x.kind, x.cheat) == (project.kind, "honest"))
        commands, model_from = [project.predict], str(_at_home(home, honest) / PRUNED)
    return {
        "folder": str(folder), "assets": str(home / "assets"), "model_from": model_from,
        "commands": [command for command in commands if command],
    }  # fmt: skip


def _run_at_home(folder: Path, asked: object) -> None:
    file = folder / "requests.json"
    file.write_text(json.dumps(asked), encoding="utf-8")
    quiet = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1",
             "CUDA_VISIBLE_DEVICES": "", "HF_HOME": str(folder / "cache")}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.rerun_course.at_home", str(file)],
        cwd=ROOT, env={**os.environ, **quiet}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _hand_in(home: Path, project: Project, texts: Texts) -> Made:
    """Packs what the student hands in: code, README, model; the report and the CSV apart."""
    folder = home / "packages" / project.package
    _write(folder, project.files(project.cheat, texts))
    ran = _at_home(home, project)
    shutil.copytree(ran / PRUNED, folder / PRUNED)
    for name in ("submissions", "kaggle"):
        (home / name).mkdir(exist_ok=True)
    report = home / "submissions" / f"{project.package}.pdf"
    report.write_bytes(pdf_bytes("Homework 4"))
    predictions = home / "kaggle" / f"{project.team}.csv"
    shutil.copy(ran / project.output, predictions)
    packed = pack(folder, home / "submissions" / f"{project.package}.zip")
    return Made(project, folder, packed, report, predictions)


def _at_home(home: Path, project: Project) -> Path:
    return home / "at_home" / project.package


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
