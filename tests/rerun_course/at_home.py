"""Runs projects plainly, as their students did at home: `python -m tests.rerun_course.at_home`.

It reads requests from a JSON file: lists of `{"folder", "commands", "assets", "model_from"}`, one
list after the other, since those of the second want models of the first. The project's own code
runs in its folder, without a sandbox and without any of our layers. What a student has at
home is there: the models lie beside the code, the data set loads from a local copy, ROUGE is
computed, and fp16 is off where there is no GPU. torch is imported once; each program runs in a
fork of that process, two at a time, which saves some seconds for each.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.rerun_course.tiny import PRUNED

LOG = "at_home.log"
"""Where a program's output goes, in its folder."""

AT_ONCE = 2


def main(requests: Path) -> int:
    """Runs everything; the exit code is the number of programs that failed."""
    _import_once()
    asked = json.loads(requests.read_text("utf-8"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(failed for phase in asked for failed in list(pool.map(_run_all, phase)))


def _run_all(request: dict[str, Any]) -> int:
    """Runs the commands one after the other, until one fails."""
    folder, assets = Path(request["folder"]), Path(request["assets"])
    if request["model_from"]:
        shutil.copytree(request["model_from"], folder / PRUNED)
    for command in request["commands"]:
        child = os.fork()
        if child == 0:
            _in_the_child(folder, assets, command)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            told = (folder / LOG).read_text("utf-8", "replace")[-3000:]
            sys.stderr.write(f"{folder}: {command}\n{told}\n")
            return 1
    return 0


def _in_the_child(folder: Path, assets: Path, command: Sequence[str]) -> None:
    code = 1
    try:
        os.chdir(folder)
        log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        _bring_home(assets)
        sys.argv = list(command)
        sys.path.insert(0, str(folder))
        _program(command[0])()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _program(name: str) -> Callable[[], object]:
    if name.endswith(".ipynb"):
        return lambda: _run_cells(Path(name))
    return lambda: runpy.run_path(name, run_name="__main__")


def _run_cells(notebook: Path) -> None:
    """Runs the code cells in one namespace, as a kernel does."""
    space: dict[str, object] = {"__name__": "__main__"}
    for number, cell in enumerate(json.loads(notebook.read_text("utf-8"))["cells"], 1):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"<cell {number}>", "exec"), space)


def _import_once() -> None:
    """What every program needs; the classes are fetched, since transformers loads them late."""
    import torch
    import transformers

    for module in ("datasets", "evaluate", "pandas"):
        importlib.import_module(module)
    for name in ("AutoModelForSeq2SeqLM", "AutoTokenizer", "Seq2SeqTrainer"):
        getattr(transformers, name)
    importlib.import_module("transformers.models.t5.modeling_t5")
    torch.set_num_threads(1)


def _bring_home(assets: Path) -> None:
    """Puts what the student had at home in place, in this process only."""
    import datasets
    import evaluate
    import torch
    from transformers import TrainingArguments

    def load_dataset(name: str, split: str = "") -> Any:
        folder = assets / "datasets" / name
        loaded = {path.stem: _rows(path) for path in sorted(folder.glob("*.jsonl"))}
        splits = {key: datasets.Dataset.from_list(rows) for key, rows in loaded.items()}
        return splits[split] if split else datasets.DatasetDict(splits)

    datasets.load_dataset = load_dataset
    evaluate.load = lambda name: _Rouge()
    usual = TrainingArguments.__post_init__

    def without_fp16(self: TrainingArguments) -> None:
        self.fp16 = self.fp16 and torch.cuda.is_available()
        usual(self)

    TrainingArguments.__post_init__ = without_fp16


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


class _Rouge:
    """What `evaluate.load("rouge")` gives, of which a project prints one figure."""

    def compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
        from rouge_score.rouge_scorer import RougeScorer

        scorer = RougeScorer(["rougeLsum"])
        pairs = list(zip(references, predictions))
        values = [scorer.score(*pair)["rougeLsum"].fmeasure for pair in pairs]
        return {"rougeLsum": sum(values) / len(values)}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
