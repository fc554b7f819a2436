"""What a spot-check saves: rows a second of a T5-small-sized model, and what that makes of a class.

The model has random weights, so that it never stops early: every text is as long as allowed.

python benchmarks/spot_check.py [--rows 24] [--tokens 64] [--words 700]
"""

from __future__ import annotations

import os
import time

import click
from tabulate import tabulate

from grader.rerun.guarantee import guarantee, rows_for

ALL_ROWS, CLASS = 3_269, 120
BATCH = 8


def seconds_per_row(rows: int, tokens: int, words: int) -> float:
    """The processor seconds that one row takes, its encoding and its text."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.set_num_threads(1)
    config = T5Config(
        d_model=512, d_kv=64, d_ff=2048, num_layers=6, num_heads=8, vocab_size=32128,
        decoder_start_token_id=0,
    )  # fmt: skip
    model = T5ForConditionalGeneration(config).eval()
    torch.manual_seed(0)
    given = torch.randint(100, 32_000, (rows, words))
    started = time.process_time()
    with torch.no_grad():
        for start in range(0, rows, BATCH):
            model.generate(
                given[start : start + BATCH], min_new_tokens=tokens, max_new_tokens=tokens,
                num_beams=1, do_sample=False,
            )  # fmt: skip
    return (time.process_time() - started) / rows


@click.command()
@click.option("--rows", default=24, show_default=True, help="How many rows are really made.")
@click.option("--tokens", default=64, show_default=True)
@click.option("--words", default=700, show_default=True, help="Tokens of a bill.")
def main(rows: int, tokens: int, words: int) -> None:
    """Measure some rows, and multiply: the times of 90 and of all rows are extrapolated."""
    os.environ["TRANSFORMERS_VERBOSITY"] = "error"
    each = seconds_per_row(rows, tokens, words)
    sample = rows_for(ALL_ROWS)
    table = [
        (name, f"{count:,}", f"{count * each / 60:.1f}", f"{count * each * CLASS / 3600:.1f}")
        for name, count in (("spot-check", 90), ("smallest sample", sample), ("all", ALL_ROWS))
    ]
    click.echo(f"{rows} rows of {words} tokens to {tokens}: {each:.2f} CPU seconds a row")
    click.echo(tabulate(table, ("what", "rows", "CPU minutes each", f"CPU hours for {CLASS}")))
    click.echo(f"a spot-check shows: {guarantee(90, ALL_ROWS)}")


if __name__ == "__main__":
    main()
