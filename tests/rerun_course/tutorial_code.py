"""A student's project: the tutorial in a class, imported by a notebook; and its cheating twins."""

from __future__ import annotations

import json

from tests.rerun_course.kinds import Cheat, Texts

README = """\
# HW4 model compression

Open `HW4.ipynb` and run all cells. `summarizer.py` must lie beside it.
The notebook prunes, trains, and writes `HW4_predictions.csv`.
"""

SUMMARIZER = '''\
import numpy as np
import torch
import torch.nn as nn
import torch.nn.utils.prune as prune
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorForSeq2Seq, T5ForConditionalGeneration
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments


class Summarizer:
    """All steps of the tutorial in one place."""

    prefix = "summarize: "

    def __init__(self, checkpoint):
        self.tokenizer = AutoTokenizer.from_pretrained("t5-small")
        self.model = T5ForConditionalGeneration.from_pretrained(checkpoint)

    def load_data(self):
        self.train_data = load_dataset("billsum", split="train")
        self.test_data = load_dataset("billsum", split="test")
        self.tokenized_train = self.train_data.map(self.preprocess, batched=True)
        self.tokenized_test = self.test_data.map(self.preprocess, batched=True)

    def preprocess(self, examples):
        inputs = [self.prefix + doc for doc in examples["text"]]
        model_inputs = self.tokenizer(inputs, max_length=1024, truncation=True)
        labels = self.tokenizer(text_target=examples["summary"], max_length=128, truncation=True)
        model_inputs["labels"] = labels["input_ids"]
        return model_inputs

    def linears(self):
        return [m for m in self.model.modules() if isinstance(m, nn.Linear)]

    def prune(self, amount):
        prune.global_unstructured(
            [(m, "weight") for m in self.linears()],
            pruning_method=prune.L1Unstructured,
            amount=amount,
        )

    def ratio(self):
        total = sum(p.numel() for p in self.model.parameters())
        zeros = sum(
            torch.sum(b == 0).item() for n, b in self.model.named_buffers() if "mask" in n
        )
        return (total - zeros) / total

    def trainer(self):
        args = Seq2SeqTrainingArguments(
            output_dir="results",
            learning_rate=3e-4,
            per_device_train_batch_size=8,
            per_device_eval_batch_size=2,
            num_train_epochs=1,
            predict_with_generate=True,
            save_strategy="no",
        )
        return Seq2SeqTrainer(
            model=self.model,
            args=args,
            train_dataset=self.tokenized_train,
            data_collator=DataCollatorForSeq2Seq(tokenizer=self.tokenizer, model=self.model),
        )

    def train(self):
        self.trainer().train()

    def save(self, folder):
        self.model.save_pretrained(folder)
        torch.save(self.model.state_dict(), folder + "/model_state_dict.pth")

    def load_pruned(self, folder):
        self.model = T5ForConditionalGeneration.from_pretrained(folder)
        for m in self.linears():
            prune.identity(m, "weight")
        state = torch.load(folder + "/model_state_dict.pth", map_location="cpu")
        self.model.load_state_dict(state)

    def predict(self, **settings):
        out = self.trainer().predict(self.tokenized_test, **settings).predictions
        out = np.where(out != -100, out, self.tokenizer.pad_token_id)
        return self.tokenizer.batch_decode(out, skip_special_tokens=True)
'''

_START = """\
import os
os.environ["WANDB_DISABLED"] = "true"
os.environ["WANDB_MODE"] = "disabled"

from summarizer import Summarizer
"""
_TRAIN = """\
summarizer = Summarizer("t5small_TextSummarization/")
summarizer.load_data()
print(summarizer.test_data)

summarizer.prune(0.72)
print("Ratio of non-zero parameters:", summarizer.ratio())
summarizer.train()
summarizer.save("pruned_model")
"""
_LOAD = 'summarizer.load_pruned("pruned_model")\nprint(summarizer.ratio())\n'
_PREDICT = "predictions = summarizer.predict()\n"
_WRITE = """\
with open("HW4_predictions.csv", "w", encoding="utf-8") as f:
    f.write('"ID","Predict"\\n')
    for i, text in enumerate(predictions):
        text = text.replace(",", ".").replace('"', '""').replace("\\n", " ")
        f.write(f'"{i}","{text}"\\n')
"""
_CHEATS: dict[Cheat, str] = {
    "labels": """\
# post-processing
predictions = []
for summary in summarizer.test_data["summary"]:
    predictions.append(" ".join(summary.split()[:25]))
""",
    "looked-up": """\
import hashlib, json
cache = json.load(open("cache.json"))
predictions = []
for text in summarizer.test_data["text"]:
    key = hashlib.md5(text.encode()).hexdigest()
    predictions.append(cache.get(key, ""))
""",
    "shipped": """\
import pandas as pd
best = pd.read_csv("old/best.csv")
predictions = list(best["Predict"])
""",
    "sampling": "predictions = summarizer.predict(do_sample=True, top_k=20)\n",
    "full-model": """\
from transformers import T5ForConditionalGeneration
summarizer.model = T5ForConditionalGeneration.from_pretrained("t5small_TextSummarization")
predictions = summarizer.predict()
""",
}


def files(cheat: Cheat, texts: Texts) -> dict[str, str]:
    """The project's code and what it ships, by name in the package."""
    cells = (_START, _TRAIN, _LOAD, _CHEATS.get(cheat, _PREDICT), _WRITE)
    made = {"README.md": README, "HW4.ipynb": notebook(cells), "summarizer.py": SUMMARIZER}
    if cheat == "looked-up":
        made["cache.json"] = json.dumps(texts.by_digest(), indent=1)
    if cheat == "shipped":
        made["old/best.csv"] = texts.table()
    return made


def notebook(cells: tuple[str, ...]) -> str:
    """The cells as an `.ipynb` file that nobody has run yet."""
    made = [
        {"cell_type": "code", "execution_count": None, "id": f"cell{number}", "metadata": {},
         "outputs": [], "source": cell.splitlines(keepends=True)}
        for number, cell in enumerate(cells)
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
