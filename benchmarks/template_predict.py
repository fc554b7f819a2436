"""How fast the student template predicts, beside the tutorial's way, in one run, with equal texts.

    python benchmarks/template_predict.py [--rows 8] [--max-length 20] [--device cpu]

The model has T5-small's size and random weights, 70 % of them pruned. The tutorial's way: masks
that are multiplied in at every call, two rows at a time, labels beside them, so that
`Seq2SeqTrainer.predict` computes a loss that nobody asked for. The template's: masks folded in,
batches by length, no loss; by torch, and on a CPU by onnxruntime, too. One thread, so that a
second of the processor is a second of one core.
"""

from __future__ import annotations

import copy
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import click
from tabulate import tabulate

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "student_template")]

AMOUNT = 0.7
SPREAD, EMBEDDING, BIAS = 0.045, 0.05, 3.0
"""Standard deviations of the weights: with these the texts differ from bill to bill."""

_SPECIALS = ("<pad>", "</s>", "<unk>")
_VOCABULARY = 32_128
_TARGET = 128
"""Tokens of a summary, as the tutorial cuts them."""


@dataclass(frozen=True)
class Taken:
    """What one way took, and the texts that it wrote."""

    way: str
    texts: list[str]
    cpu_seconds: float
    wall_seconds: float


def taken(way: str, device: str, work: Callable[[], list[str]]) -> Taken:
    """What the work takes; on a GPU all of it is waited for."""
    cpu, wall = time.process_time(), time.perf_counter()
    texts = work()
    if device == "cuda":
        import torch

        torch.cuda.synchronize()
    return Taken(way, texts, time.process_time() - cpu, time.perf_counter() - wall)


def read_rows(bills: Optional[Path], rows: int) -> list[tuple[str, str]]:
    """Bills and summaries: those of the file, or made-up ones that fill T5's window."""
    if bills is not None:
        lines = bills.read_text("utf-8").splitlines()[:rows]
        return [(row["text"], row["summary"]) for row in map(json.loads, lines)]
    from benchmarks.metric_texts import made_texts

    texts = made_texts(rows)
    return list(zip(texts.bills, texts.summaries))


def make_tokenizer(rows: Sequence[tuple[str, str]]) -> Any:
    """A tokenizer of T5's size: each word of the texts is a token, the rest of them are made up."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    found = Counter(re.findall(r"\w+|[^\w\s]+", " ".join(text for row in rows for text in row)))
    words = [word for word, _ in sorted(found.items(), key=lambda each: (-each[1], each[0]))]
    words = [*_SPECIALS, *words][:_VOCABULARY]
    words += [f"word{number}" for number in range(len(words), _VOCABULARY)]
    ids = {word: number for number, word in enumerate(words)}
    made = Tokenizer(models.WordLevel(ids, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", ids["</s>"])]
    )
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(tokenizer_object=made, **names)


def make_models(device: str) -> tuple[Any, Any]:
    """One model twice: with live masks, as the tutorial has it, and with the masks folded in."""
    import torch
    from torch.nn.utils import prune
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    config = T5Config(decoder_start_token_id=0, vocab_size=_VOCABULARY)
    masked = T5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, values in masked.named_parameters():
            if values.dim() > 1:
                values.normal_(0, BIAS if "bias" in name else _spread(name))
    layers = [(each, "weight") for each in masked.modules() if isinstance(each, torch.nn.Linear)]
    folded = copy.deepcopy(masked)
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=AMOUNT)
    modules = dict(masked.named_modules())
    with torch.no_grad():
        for name, module in folded.named_modules():
            if isinstance(module, torch.nn.Linear):
                module.weight.mul_(modules[name].weight_mask)
        # The tutorial's mask of the head leaves the embedding dense; here both are one model.
        masked.shared.weight.copy_(folded.shared.weight)
    return masked.to(device), folded.to(device)


def _spread(name: str) -> float:
    return EMBEDDING if name == "shared.weight" else SPREAD


def tutorial(
    model: Any, tokenizer: Any, rows: Sequence[tuple[str, str]], max_length: int, device: str
) -> Callable[[], list[str]]:
    """The tutorial's prediction, ready to start."""
    from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainer, Seq2SeqTrainingArguments

    examples = []
    for text, summary in rows:
        given = tokenizer("summarize: " + text, max_length=1024, truncation=True)
        labels = tokenizer(summary, max_length=_TARGET, truncation=True)["input_ids"]
        ids, mask = given["input_ids"], given["attention_mask"]
        examples.append({"input_ids": ids, "attention_mask": mask, "labels": labels})
    arguments = Seq2SeqTrainingArguments(
        output_dir=tempfile.gettempdir(), per_device_eval_batch_size=2,
        predict_with_generate=True, use_cpu=device == "cpu", report_to=[], disable_tqdm=True,
    )  # fmt: skip
    collator = DataCollatorForSeq2Seq(tokenizer=tokenizer, model=model)
    trainer = Seq2SeqTrainer(model=model, args=arguments, data_collator=collator)

    def predict() -> list[str]:
        found = trainer.predict(examples, max_length=max_length).predictions
        found[found < 0] = tokenizer.pad_token_id
        return list(tokenizer.batch_decode(found, skip_special_tokens=True))

    return predict


def measure(rows: Sequence[tuple[str, str]], max_length: int, device: str) -> list[Taken]:
    """All ways, the tutorial's first."""
    from compress.generation import write_summaries
    from compress.onnx_runtime import onnx_model
    from compress.resuming import model_digest
    from compress.settings import Data, Predict

    tokenizer = make_tokenizer(rows)
    masked, folded = make_models(device)
    texts = [text for text, _ in rows]
    settings = Predict(max_length=max_length, no_repeat_ngram_size=0)

    def template(model: Any) -> Callable[[], list[str]]:
        return lambda: write_summaries(model, tokenizer, texts, Data(), settings)

    told = tutorial(masked, tokenizer, rows, max_length, device)
    done = [taken("tutorial: live masks, 2 rows, loss", device, told)]
    done.append(taken("template, torch", device, template(folded)))
    if device == "cpu":
        with tempfile.TemporaryDirectory() as cache:
            made = onnx_model(folded, model_digest(folded), Path(cache))
            done.append(taken("template, onnxruntime", device, template(made)))
    return done


@click.command()
@click.option("--rows", default=8, show_default=True)
@click.option("--max-length", default=20, show_default=True)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--bills", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(rows: int, max_length: int, device: str, bills: Optional[Path]) -> None:
    """Measure so many rows, and fail if one way writes another text than the tutorial's."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    import torch

    torch.set_num_threads(1)
    done = measure(read_rows(bills, rows), max_length, device)
    first = done[0]
    count = len(first.texts)
    table = []
    for each in done:
        same = sum(one == other for one, other in zip(each.texts, first.texts))
        spent, before = (
            (way.cpu_seconds if device == "cpu" else way.wall_seconds) for way in (each, first)
        )
        table.append(
            (each.way, f"{each.cpu_seconds:.1f}", f"{each.wall_seconds:.1f}",
             f"{count / spent:.2f}", f"{before / spent:.2f}", f"{same} of {count}")
        )  # fmt: skip
    unit = "rows/CPU-s" if device == "cpu" else "rows/s"
    headers = (f"{count} bills, {max_length} tokens", "CPU s", "wall s", unit, "times", "same text")
    click.echo(tabulate(table, headers, disable_numparse=True))
    click.echo(f"{len(set(first.texts))} different texts, such as {first.texts[0][:90]!r}")
    sys.exit(0 if all(each.texts == first.texts for each in done) else 1)


if __name__ == "__main__":
    main()
