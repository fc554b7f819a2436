"""What a student's program finds of the course while it runs: models, data, and the layer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.rerun.assets import Assets, AssetsError, Split, last_part
from grader.rerun.records import BlindSet
from grader.sandbox.records import INPUT, OUTPUT, WORK, Mount

COURSE = "/course"
"""Where all of it is inside."""
ASKED = "asked.jsonl"
"""The file in the output folder in which the layer writes down what was asked for."""
LAYER = "course_layer"
"""What the layer's package is called inside, where nothing else of ours is."""

_SOURCES = Path(__file__).parent / "inside"
_METRIC = Path(__file__).parent.parent / "metric"
# What `rouge_row` needs of the metric.
_METRIC_MODULES = ("bitlcs", "porter", "rouge", "rouge_text", "tokens", "union")
_SCRATCH = "/tmp"  # noqa: S108 - the sandbox's own, empty at the start
_HUB_KINDS = ("models--", "spaces--")


@dataclass(frozen=True)
class CourseFolder:
    """What a program is given of the course.

    `data` is the path inside of the blinded rows, `models` and `journal` those of the models'
    folder and of the file that tells what was asked for.
    """

    mounts: tuple[Mount, ...]
    environment: tuple[tuple[str, str], ...]
    data: str
    models: str
    journal: str


@dataclass(frozen=True)
class Course:
    """How the course is seen from inside.

    `dataset` and `test_split` name the rows that are blinded. `hidden` are splits of that data
    set that no program sees, such as one that canaries come from. `model_folder` is the path
    inside of the handed-in model.
    """

    dataset: str
    test_split: str
    policy: Literal["predict", "full"]
    labels: Literal["decoys", "none"]
    model_folder: str
    hidden: tuple[str, ...] = ()
    gpu: bool = False
    threads: int = 1
    root: str = COURSE
    student_folders: tuple[str, ...] = (WORK, INPUT)
    journal: str = f"{OUTPUT}/{ASKED}"


def write_course(folder: Path, assets: Assets, blind: BlindSet, course: Course) -> CourseFolder:
    """The course as one program finds it; what has to be written for it is put into `folder`.

    The file of the split that is blinded is no mount, and neither is any data set in a hub cache:
    the real rows are nowhere inside. Raises AssetsError where the assets don't fit.
    """
    splits = tuple(_shown(assets, course))
    dataset = last_part(course.dataset)
    data = f"{course.root}/datasets/{dataset}/{course.test_split}.jsonl"
    targets = {(each.dataset, each.name): _target(course, each) for each in splits}
    targets[dataset, course.test_split] = data
    rows = folder / "rows.jsonl"
    _write_layer(folder / "inside", _config(assets, course, targets))
    _write_rows(rows, blind, course.labels)
    models = f"{course.root}/models"
    mounts = (
        Mount(folder / "inside", f"{course.root}/inside"),
        *(Mount(model.folder, f"{models}/{model.name}") for model in assets.models),
        *(Mount(split.file, _target(course, split)) for split in splits),
        Mount(rows, data),
        *_hub_mounts(assets, course),
    )
    environment = tuple(sorted(_environment(assets, course).items()))
    return CourseFolder(mounts, environment, data, models, course.journal)


def _shown(assets: Assets, course: Course) -> Iterator[Split]:
    dataset = last_part(course.dataset)
    if not dataset or not course.test_split:
        raise AssetsError("The rules name no data set or no split whose rows are predicted.")
    real = [split.file.resolve() for split in assets.splits
            if (split.dataset, split.name) == (dataset, course.test_split)]  # fmt: skip
    for split in assets.splits:
        if split.dataset == dataset and split.name in (course.test_split, *course.hidden):
            continue
        if split.file.resolve() in real:
            raise AssetsError(
                f"{split.file}: is the same file as the rows that are predicted, so a program"
                " would see their summaries. Remove it."
            )
        yield split


def _target(course: Course, split: Split) -> str:
    return f"{course.root}/datasets/{split.dataset}/{split.file.name}"


def _hub_mounts(assets: Assets, course: Course) -> Iterator[Mount]:
    # A data set in the cache would hold the real test split.
    for each in () if assets.hub is None else sorted(assets.hub.iterdir()):
        if each.is_dir() and each.name.startswith(_HUB_KINDS):
            yield Mount(each, f"{course.root}/hub/{each.name}")


def _config(assets: Assets, course: Course, targets: dict[tuple[str, str], str]) -> dict[str, Any]:
    datasets: dict[str, dict[str, str]] = {}
    for (dataset, split), target in sorted(targets.items()):
        datasets.setdefault(dataset, {})[split] = target
    models = f"{course.root}/models"
    return {
        "root": course.root,
        "journal": course.journal,
        "student_folders": course.student_folders,
        "model_folder": course.model_folder,
        "models": {model.name: f"{models}/{model.name}" for model in assets.models},
        "unweighted": [model.name for model in assets.models if not model.weights],
        "datasets": datasets,
        "blinded": (last_part(course.dataset), course.test_split),
        "labels": course.labels,
        "policy": course.policy,
        "gpu": course.gpu,
    }


def _write_layer(folder: Path, config: dict[str, Any]) -> None:
    """The layer's files under the names that they have inside."""
    package = folder / LAYER
    metric = package / "metric"
    metric.mkdir(parents=True, exist_ok=True)
    for source in sorted(_SOURCES.glob("*.py")):
        home = folder if source.name == "sitecustomize.py" else package
        _copy(source, home / source.name)
    for name in _METRIC_MODULES:
        _copy(_METRIC / f"{name}.py", metric / f"{name}.py")
    _write(metric / "__init__.py", "")
    _write(folder / "course.json", json.dumps(config, indent=1))


def _copy(source: Path, target: Path) -> None:
    """A module that finds its neighbours inside: a student may have a package `grader` too."""
    text = source.read_text(encoding="utf-8")
    text = text.replace("grader.rerun.inside", LAYER).replace("grader.metric", f"{LAYER}.metric")
    _write(target, text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    # Inside, somebody else reads it than who wrote it.
    path.chmod(0o644)


def _write_rows(path: Path, blind: BlindSet, labels: str) -> None:
    lines = []
    for number, row in enumerate(blind.rows):
        told = {"id": number, "text": row.bill.text, "title": row.bill.title}
        if labels == "decoys":
            told["summary"] = row.bill.summary
        lines.append(json.dumps(told, ensure_ascii=False) + "\n")
    _write(path, "".join(lines))


def _environment(assets: Assets, course: Course) -> dict[str, str]:
    """What makes libraries work without a network, before the layer has to do anything."""
    threads = str(course.threads)
    named = {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_EVALUATE_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HOME": f"{_SCRATCH}/huggingface",
        "WANDB_MODE": "disabled",
        "WANDB_DISABLED": "true",
        "TOKENIZERS_PARALLELISM": "true" if course.threads > 1 else "false",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": f"{_SCRATCH}/matplotlib",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{course.root}/inside",
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
    }
    if assets.hub is not None:
        named["HF_HUB_CACHE"] = f"{course.root}/hub"
    return named
