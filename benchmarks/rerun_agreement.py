"""How much the texts of one model differ when only the arithmetic does, and when the model does.

    python benchmarks/rerun_agreement.py BILLS.jsonl [--steps 1500] [--rows 200]

A small T5 is trained on windows of the bills (JSON lines with `text`): each window's longer words
are its summary. It then writes the summaries of unseen windows in ways that an honest re-run
differs in (batches, rounding), and in ways that only another model or other settings do. The
tables are where the threshold of `grader/rerun/comparing.py` was read off.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import T5Config, T5ForConditionalGeneration

from grader.rerun.comparing import UNLIKE_BEGIN, UNLIKE_BELOW, likeness

Windows = list[tuple[list[int], list[int]]]
WINDOW, LONGEST, WORDS = 96, 64, 2000
PAD, END, UNKNOWN = 0, 1, 2
OTHER_WAYS = (
    {"num_beams": 2},
    {"num_beams": 4},
    {"no_repeat_ngram_size": 3},
    {"max_length": 48},
)
HEADS = ("exact", "close", "0.8", "or begun", "half", "unlike")
"""Close by our rule; by a laxer one; or with 0.7 of the words before the texts part."""


def windows_of(path: Path) -> tuple[list[str], Windows]:
    """The vocabulary, and every window as its words' numbers with those of its summary."""
    with path.open(encoding="utf-8") as lines:
        bills = [json.loads(line)["text"].split() for line in lines]
    counts = Counter(word for bill in bills for word in bill)
    known = [word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    names = ["", "", "?", *known[: WORDS - 3]]
    number = {word: place for place, word in enumerate(names) if place > UNKNOWN}
    found: Windows = []
    for bill in bills:
        for start in range(0, len(bill) - WINDOW, WINDOW // 8):
            words = bill[start : start + WINDOW]
            long = [word for word in words if len(word) > 5][: LONGEST - 1]
            pair = ([number.get(w, UNKNOWN) for w in each] for each in (words, long))
            found.append((next(pair), next(pair)))
    return names, found


def padded(rows: Sequence[Sequence[int]], value: int) -> torch.Tensor:
    """The rows as one tensor, filled up at the end."""
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


def trained(windows: Windows, steps: int, model: Any = None) -> Any:
    """The model after so many more steps; the same every time."""
    torch.manual_seed(0)
    if model is None:
        shape: dict[str, Any] = {
            "vocab_size": WORDS, "d_model": 128, "d_kv": 32, "d_ff": 256, "num_layers": 2,
            "num_heads": 4, "dropout_rate": 0.0, "decoder_start_token_id": PAD,
            "eos_token_id": END, "pad_token_id": PAD,
        }  # fmt: skip
        model = T5ForConditionalGeneration(T5Config(**shape))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for step in range(steps):
        chosen = [windows[int(place)] for place in torch.randint(len(windows), (16,))]
        loss = model(
            input_ids=padded([[*row, END] for row, _ in chosen], PAD),
            attention_mask=padded([[1] * (len(row) + 1) for row, _ in chosen], 0),
            labels=padded([[*row, END] for _, row in chosen], -100),
        ).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 250 == 0:
            print(f"step {step}: loss {loss.item():.2f}", flush=True)
    return model.eval()


def written(model: Any, rows: Windows, names: list[str], batch: int = 8, **how: Any) -> list[str]:
    """The texts that the model gives for the rows."""
    texts: list[str] = []
    for start in range(0, len(rows), batch):
        inputs = [[*row, END] for row, _ in rows[start : start + batch]]
        with torch.no_grad():
            made = model.generate(
                input_ids=padded(inputs, PAD),
                attention_mask=padded([[1] * len(row) for row in inputs], 0),
                **{"max_length": LONGEST, "num_beams": 1, **how},
            )
        texts += [" ".join(names[n] for n in row.tolist() if n > END) for row in made]
    return texts


def changed(model: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """A copy of the model with other values in its matrices."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        for values in other.parameters():
            if values.dim() > 1:
                values.copy_(change(values))
    return other


def rounded_to(bits: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """Every value with so many bits after the leading one, as narrower formats keep them."""

    def change(values: torch.Tensor) -> torch.Tensor:
        mantissa, exponent = torch.frexp(values)
        return torch.ldexp(torch.round(mantissa * 2.0 ** (bits + 1)) / 2.0 ** (bits + 1), exponent)

    return change


def pruned(share: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """The smallest values set to zero."""

    def change(values: torch.Tensor) -> torch.Tensor:
        least = torch.quantile(values.abs().flatten()[:1_000_000], share)
        return torch.where(values.abs() < least, torch.zeros_like(values), values)

    return change


def told(name: str, made: Sequence[str], base: Sequence[str]) -> None:
    """One line of the table: how many rows are the same, close by three rules, and unlike."""
    rows = [likeness(*pair) for pair in zip(made, base)]
    longest = [max(1, len(a.split()), len(b.split())) for a, b in zip(made, base)]
    begun = [row[2] / words for row, words in zip(rows, longest)]
    cells = [
        [row[0] == "exact" for row in rows],
        [row[0] != "different" for row in rows],
        [row[1] >= 0.8 for row in rows],
        [row[0] != "different" or long >= 0.7 for row, long in zip(rows, begun)],
        [row[1] < UNLIKE_BELOW for row in rows],
        [row[1] < UNLIKE_BELOW and row[2] < UNLIKE_BEGIN for row in rows],
    ]
    print(f"{name:40s}" + "".join(f"{sum(cell) / len(rows):9.3f}" for cell in cells), flush=True)


def compare(model: Any, later: Any, rows: Windows, names: list[str], **how: Any) -> None:
    """Print the table for one way of decoding."""
    base = written(model, rows, names, **how)
    print(f"\n{how}: {len(set(base))} different texts of {len(rows)}; share of rows")
    print(f"{'':40s}" + "".join(f"{cell:>9s}" for cell in HEADS))
    order = sorted(range(len(rows)), key=lambda place: (-len(rows[place][1]), place))
    back = written(model, [rows[place] for place in order], names, batch=16, **how)
    told("batches of 16, another order", [back[order.index(n)] for n in range(len(rows))], base)
    for batch in (1, 2):
        told(f"batches of {batch}", written(model, rows, names, batch=batch, **how), base)
    for title, bits in (("float32 less 3 bits", 20), ("TF32, float16", 10), ("bfloat16", 7)):
        other = changed(model, rounded_to(bits))
        told(f"weights rounded as {title}", written(other, rows, names, **how), base)
    for title, kind in (("float16", torch.float16), ("bfloat16", torch.bfloat16)):
        narrow = copy.deepcopy(model).to(kind)
        told(f"{title} throughout", written(narrow, rows, names, **how), base)
    told("200 steps of training more", written(later, rows, names, **how), base)
    for share in (0.1, 0.3, 0.5, 0.7):
        other = changed(model, pruned(share))
        told(f"{share:.0%} pruned", written(other, rows, names, **how), base)
    for other_how in OTHER_WAYS:
        if not other_how.items() <= how.items():
            told(
                f"decoded with {other_how}",
                written(model, rows, names, **{**how, **other_how}),
                base,
            )


def main() -> None:
    """Train, then print a table for each way of decoding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bills", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rows", type=int, default=200)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    names, windows = windows_of(asked.bills)
    unseen = windows[:: max(1, len(windows) // asked.rows)][: asked.rows]
    seen = [each for each in windows if each not in unseen]
    start = time.perf_counter()
    model = trained(seen, asked.steps)
    print(f"{len(windows)} windows; trained in {time.perf_counter() - start:.0f} s")
    later = trained(seen, 200, copy.deepcopy(model))
    for how in ({"max_length": 20}, {"max_length": 64}, {"max_length": 64, "num_beams": 4}):
        compare(model, later, unseen, names, **how)


if __name__ == "__main__":
    main()
