"""The projects as a course site exports them, and what the course tells `grade` about them."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from pathlib import Path

from tests.rerun_course.projects import TinyCourse
from tests.rerun_course.tiny import DATASET, RELEASED

CLEAN_ROOM_SECONDS = 120
_GRADING = f"""\
answers = "key.csv"
assets = "assets"
released_model = "assets/models/{RELEASED}"

[rerun]
clean_room_seconds = {CLEAN_ROOM_SECONDS}
"""


def export(course: TinyCourse) -> Path:
    """The folder with every zip, its predictions in it, and the report beside it."""
    folder = course.home / "export"
    for made in course.made:
        own = folder / f"Student {made.project.number}_{made.project.number}_assignsubmission_file"
        own.mkdir(parents=True)
        for path in (made.zip, made.report):
            shutil.copy(path, own)
        with zipfile.ZipFile(own / made.zip.name, "a") as archive:
            archive.write(made.predictions, "predictions.csv")
    return folder


def write_grading(course: TinyCourse) -> Path:
    """The course's `grading.toml`, with the answers beside it."""
    lines = (course.assets / "datasets" / DATASET / "test.jsonl").read_text("utf-8").splitlines()
    with (course.home / "key.csv").open("w", encoding="utf-8", newline="") as file:
        rows = ((number, json.loads(line)["summary"]) for number, line in enumerate(lines))
        csv.writer(file).writerows([("ID", "Label"), *rows])
    path = course.home / "grading.toml"
    path.write_text(_GRADING, "utf-8")
    return path
