"""Runs a student's small program beside the layer, as a plain process with the course's paths."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent

from grader.rerun.asked import read_asked
from grader.rerun.assets import read_assets
from grader.rerun.course_folder import Course, CourseFolder, write_course
from grader.rerun.records import Asked, Bill, BlindRow, BlindSet

TRAIN = [{"text": f"Train bill {n}.", "summary": f"Real {n}.", "title": f"T{n}"} for n in range(20)]
BLIND = BlindSet(
    tuple(
        BlindRow("sample", 9 - n, Bill(f"Hidden bill {n}.", f"Decoy {n}.", f"H{n}"))
        for n in range(10)
    ),
    of_rows=30,
)
COURSE = Course("billsum", "test", "predict", "decoys", "")


@dataclass(frozen=True)
class Outcome:
    """What came of a program, and what it asked for."""

    exit_code: int
    stdout: str
    stderr: str
    asked: tuple[Asked, ...] = ()

    def answers(self, what: str) -> dict[str, str]:
        return {each.name: each.answer for each in self.asked if each.what == what}


@dataclass(frozen=True)
class Place:
    """A folder with a course, and beside it the submission's folder that programs run in."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> Path:
        return self.home / "package"

    @property
    def assets(self) -> Path:
        return self.home / "assets"

    def made(self, course: Course = COURSE, blind: BlindSet = BLIND) -> CourseFolder:
        """The course's folder, with copies where the sandbox has mounts."""
        self.package.mkdir(exist_ok=True)
        root = self.home / "course"
        shutil.rmtree(root, ignore_errors=True)
        within = replace(
            course,
            root=str(root),
            model_folder=str(self.package / "pruned_model"),
            student_folders=(str(self.package),),
            journal=str(self.home / "asked.jsonl"),
        )
        given = write_course(self.home / "given", read_assets(self.assets), blind, within)
        for mount in given.mounts:
            target = Path(mount.target)
            target.parent.mkdir(parents=True, exist_ok=True)
            if mount.source.is_dir():
                shutil.copytree(mount.source, target)
            else:
                shutil.copyfile(mount.source, target)
        return given

    def run(self, code: str, course: Course = COURSE, seconds: float = 120) -> Outcome:
        """Write the code as `main.py` into the package and run it there."""
        given = self.made(course)
        (self.package / "main.py").write_text(dedent(code), encoding="utf-8")
        journal = Path(given.journal)
        journal.unlink(missing_ok=True)
        environment = {
            **{key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
            **dict(given.environment),
            "HF_HOME": str(self.home / "huggingface"),
            "MPLCONFIGDIR": str(self.home / "matplotlib"),
            **self.variables,
        }
        done = subprocess.run(
            [sys.executable, "main.py"], cwd=self.package, env=environment, text=True,
            capture_output=True, timeout=seconds, check=False, encoding="utf-8",
        )  # fmt: skip
        return Outcome(done.returncode, done.stdout, done.stderr, read_asked(journal))


def make_place(home: Path) -> Place:
    """A course with a data set and two folders of models, one of which has weights."""
    data = home / "assets" / "datasets" / "billsum"
    data.mkdir(parents=True)
    for split, rows in (("train", TRAIN), ("test", TRAIN[:3]), ("ca_test", TRAIN[:5])):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (data / f"{split}.jsonl").write_text(lines, encoding="utf-8")
    for name in ("t5-small", "t5small_TextSummarization"):
        folder = home / "assets" / "models" / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    return Place(home)
