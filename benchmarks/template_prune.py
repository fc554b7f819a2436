"""How long the student template takes to prune a model of T5-small's size, method by method.

    python benchmarks/template_prune.py [--rows 8] [--threads 1]

The weights are random: what pruning takes doesn't depend on them. Calibration looks at so many
rows of 1,024 tokens with summaries of 128, and is shown for each row, since its time grows with
them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "student_template")]

RATIO = 0.295
_VOCABULARY, _BILL, _SUMMARY = 32_128, 1024, 128


def seconds(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What the work gives, and its CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    return found, time.process_time() - cpu, time.perf_counter() - wall


def batches(rows: int) -> list[dict[str, Any]]:
    """So many rows of made-up tokens, one a batch."""
    import torch

    torch.manual_seed(0)
    return [
        {
            "input_ids": torch.randint(3, _VOCABULARY, (1, _BILL)),
            "attention_mask": torch.ones(1, _BILL, dtype=torch.long),
            "labels": torch.randint(3, _VOCABULARY, (1, _SUMMARY)),
        }
        for _ in range(rows)
    ]


def measure(method: str, rows: int) -> tuple[str, ...]:
    """One line of the table."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    from compress.calibration import inputs_of
    from compress.layers import layers, nonzero_count, parameter_count
    from compress.pruning import CALIBRATED, prune
    from compress.settings import Prune

    torch.manual_seed(0)
    config = T5Config(vocab_size=_VOCABULARY, decoder_start_token_id=0)
    model = T5ForConditionalGeneration(config).eval()
    total = parameter_count(model)
    inputs, looked = None, 0.0
    if method in CALIBRATED:
        found = layers(model)
        inputs, looked, _ = seconds(
            lambda: inputs_of(model, found, batches(rows), products=method == "sparsegpt")
        )
    settings = Prune(method=method, ratio=RATIO)
    _, cpu, wall = seconds(lambda: prune(model, settings, RATIO, total, inputs))
    each = f"{looked / rows:.2f}" if inputs else ""
    return method, each, f"{cpu:.1f}", f"{wall:.1f}", f"{nonzero_count(model) / total:.6f}"


@click.command()
@click.option("--rows", default=8, show_default=True, help="Rows to calibrate with.")
@click.option("--threads", default=1, show_default=True)
def main(rows: int, threads: int) -> None:
    """Prune by every method in turn."""
    import torch

    from compress.settings import METHODS

    torch.set_num_threads(threads)
    headers = ("method", "calibration, CPU s a row", "pruning, CPU s", "wall s", "ratio")
    table = [measure(method, rows) for method in METHODS]
    click.echo(tabulate(table, headers, disable_numparse=True))


if __name__ == "__main__":
    main()
