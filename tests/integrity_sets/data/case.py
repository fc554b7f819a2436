"""A small package of code, and what is to be found in it."""

# The programs stand here as students write them.
# ruff: noqa: E501

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Union

Source = Union[str, tuple[str, ...]]
"""A script, or the cells of a notebook."""
HERE = "  # HERE"
"""Marks the line that a finding must name; it isn't in the file that is written."""


@dataclass(frozen=True)
class Case:
    """A package by its files. `expects` is the accusing code, or empty for an honest one."""

    title: str
    files: dict[str, Source]
    expects: str = ""

    def write(self, folder: Path) -> tuple[str, ...]:
        """The files in the folder, and their names."""
        for name, source in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = source if isinstance(source, str) else _notebook(source)
            path.write_text(text.replace(HERE, ""), encoding="utf-8")
        return tuple(sorted(self.files))

    @property
    def place(self) -> str:
        """`file:line` of the marked line; the first one where there are several."""
        for name, source in self.files.items():
            cells = (source,) if isinstance(source, str) else source
            for number, cell in enumerate(cells, 1):
                label = name if isinstance(source, str) else f"{name}, cell {number}"
                for line, text in enumerate(cell.split("\n"), 1):
                    if text.endswith(HERE):
                        return f"{label}:{line}"
        raise AssertionError(f"{self.title}: no line is marked")


def _notebook(cells: tuple[str, ...]) -> str:
    made = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
         "source": cell.splitlines(keepends=True)}
        for cell in cells
    ]  # fmt: skip
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


TRAINER = """
args = Seq2SeqTrainingArguments(output_dir="results", num_train_epochs=1, fp16=True)
trainer = Seq2SeqTrainer(
    model=model,
    args=args,
    train_dataset=TRAIN,
    data_collator=collator,
)
trainer.train()
model.save_pretrained("pruned_model")
"""
START = """
from datasets import load_dataset
from transformers import AutoTokenizer, AutoModelForSeq2SeqLM, DataCollatorForSeq2Seq
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments
import torch

tokenizer = AutoTokenizer.from_pretrained("t5-small")
model = AutoModelForSeq2SeqLM.from_pretrained("t5small_TextSummarization")
collator = DataCollatorForSeq2Seq(tokenizer=tokenizer, model=model)


def preprocess(examples):
    inputs = tokenizer(["summarize: " + t for t in examples["text"]], max_length=1024, truncation=True)
    labels = tokenizer(text_target=examples["summary"], max_length=128, truncation=True)
    inputs["labels"] = labels["input_ids"]
    return inputs

"""


def trained_on(data: str, rows: str, marked: bool = False) -> str:
    """A script that makes its rows by these lines, and trains on what is named."""
    train = TRAINER.replace(
        "train_dataset=TRAIN,", f"train_dataset={rows},{HERE if marked else ''}"
    )
    return START + data + train


PREDICT = """
from datasets import load_dataset
from transformers import AutoTokenizer, T5ForConditionalGeneration
import csv
import pandas as pd

tokenizer = AutoTokenizer.from_pretrained("t5-small")
model = T5ForConditionalGeneration.from_pretrained("pruned_model")
test = load_dataset("billsum", split="test")
preds = []
for row in test:
    ids = tokenizer("summarize: " + row["text"], return_tensors="pt", truncation=True).input_ids
    preds.append(tokenizer.decode(model.generate(ids, max_length=64)[0], skip_special_tokens=True))
"""
