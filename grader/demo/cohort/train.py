"""Makes the models of the class, and their texts: `python -m grader.demo.cohort.train FOLDER`.

Each is made by running the template, or its student's own code, in a folder of its own, with one
thread. What FOLDER has already is not made again. On two cores it takes some ten minutes; torch
and transformers must be installed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from grader.demo.cohort.code import code_of, program_of
from grader.demo.cohort.recipes import RECIPES, Recipe
from grader.demo.cohort.storing import Halves, halves, pruned_again, restored, stored
from grader.demo.corpus import SIZES, make_corpus
from grader.demo.course import DATASET, RELEASED, TOKENIZER, write_course
from grader.demo.shipped import model_files, weights, write_files
from grader.demo.weights import read_safetensors

MODELS, TEXTS = "models", "texts"
"""The folders of what is made: a model and a JSON list of texts for each recipe, packed."""

_PRUNED, _PREDICTIONS = "pruned_model", "predictions.csv"
_TRAIN = ("compress_model.py", "prune.py")
_PREDICT = ("HW4.ipynb", "sample.py", "make_csv.py", "write_csv.py", "predict.py")
_README = """\
# The models of the demo's class

Made by `python -m grader.demo.cohort.train FOLDER` (torch {torch}, transformers {transformers};
another version or processor gives other last digits). `recipes.py` says how each was made. A file
of `models/` has the values that are not zero, in 16 bits, and where they belong; `texts/` has what
its student's code wrote about the test split with it. The texts of `sampler` were drawn without a
seed: another run gives others, as it would for its student.

| file | bytes | SHA-256 |
|---|---|---|
{files}
"""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--only", multiple=True, metavar="RECIPE", help="Make this one; repeatable.")
@click.option("--jobs", default=os.cpu_count() or 1, help="How many are made at a time.")
def main(folder: Path, only: Sequence[str], jobs: int) -> None:
    """Make the models of the class in FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / "work"
    if not (work / "course").exists():
        write_course(work / "course", make_corpus())
    asked = [each for each in RECIPES if not only or each.name in only]
    with ThreadPoolExecutor(jobs) as pool:
        for told in pool.map(lambda each: make(each, folder, work), asked):
            click.echo(told, err=True)
    (folder / "README.md").write_text(_readme(folder), encoding="utf-8")


def make(recipe: Recipe, folder: Path, work: Path) -> str:
    """Make one model and its texts, unless they are there; says what was done."""
    model, texts = folder / MODELS / f"{recipe.name}.xz", folder / TEXTS / f"{recipe.name}.json.xz"
    if model.exists() and texts.exists():
        return f"{recipe.name}: there already"
    home = work / recipe.name
    shutil.rmtree(home, ignore_errors=True)
    lay_out(home, recipe, work / "course" / "student")
    kept = _trained(home, recipe, folder)
    write_files(home / _PRUNED, model_files(kept))
    _run(home, program_of(recipe, _PREDICT))
    for path in (model, texts):
        path.parent.mkdir(exist_ok=True)
    model.write_bytes(stored(kept, weights("dense")))
    with (home / _PREDICTIONS).open(encoding="utf-8", newline="") as file:
        written = [row["Predict"] for row in csv.DictReader(file)]
    assert len(written) == SIZES.test, recipe.name
    texts.write_bytes(lzma.compress(json.dumps(written).encode(), preset=9))
    return f"{recipe.name}: made"


def _trained(home: Path, recipe: Recipe, folder: Path) -> Halves:
    """The model in 16 bits, as it is handed in; the predictions are made with these values."""
    released = weights("dense")
    if recipe.taken_from:
        data = (folder / MODELS / f"{recipe.taken_from}.xz").read_bytes()
        return pruned_again(restored(data, released))
    _run(home, program_of(recipe, _TRAIN))
    trained = read_safetensors((home / _PRUNED / "model.safetensors").read_bytes())
    shutil.rmtree(home / _PRUNED)
    return halves(trained)


def lay_out(home: Path, recipe: Recipe, course: Path) -> None:
    """The student's folder at home: their code and settings, and what the course gives."""
    for name, data in code_of(recipe, recipe.project).items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(data)
    for name in (RELEASED, TOKENIZER, DATASET):
        (home / name).symlink_to((course / name).resolve())


def _run(home: Path, program: str) -> None:
    """Run the program plainly, as its student did; what it says is kept in a log beside it."""
    if program.endswith(".ipynb"):
        cells = json.loads((home / program).read_text(encoding="utf-8"))["cells"]
        code = "\n\n".join("".join(each["source"]) for each in cells if each["cell_type"] == "code")
        program = "notebook_cells.py"
        (home / program).write_text(code, encoding="utf-8")
    quiet = {
        "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1",
        "CUDA_VISIBLE_DEVICES": "", "GPU_QUEUE": "off",
    }  # fmt: skip
    with (home / f"{program}.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(  # noqa: S603 (our own template, or code that ships beside this)
            [sys.executable, program], cwd=home, env={**os.environ, **quiet},
            stdout=log, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode:
        raise click.ClickException(
            f"{home.name}: {program} ended with {done.returncode}: see {log.name}"
        )


def _readme(folder: Path) -> str:
    import torch
    import transformers

    rows = []
    for path in sorted((*folder.glob(f"{MODELS}/*"), *folder.glob(f"{TEXTS}/*"))):
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        rows.append(f"| `{name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")
    return _README.format(
        torch=torch.__version__.partition("+")[0], transformers=transformers.__version__,
        files="\n".join(rows),
    )  # fmt: skip


if __name__ == "__main__":
    main()
