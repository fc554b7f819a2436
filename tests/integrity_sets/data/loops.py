"""Honest programs that train in loops and phases, or take what to do from outside."""

# The programs stand here as students write them.
# ruff: noqa: D1, E501

from __future__ import annotations

from tests.integrity_sets.data.case import START

LOOP = (
    START
    + """
from torch.utils.data import DataLoader

raw = load_dataset("billsum")
tok = raw.map(preprocess, batched=True, remove_columns=raw["train"].column_names)
loaders = {
    "train": DataLoader(tok["train"], batch_size=8, shuffle=True, collate_fn=collator),
    "test": DataLoader(tok["test"], batch_size=8, collate_fn=collator),
}
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)


def run_epoch(loader, optimizer=None):
    total = 0
    for batch in loader:
        batch = {k: v.cuda() for k, v in batch.items()}
        loss = model(**batch).loss
        if optimizer is not None:
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        total += loss.item()
    return total / len(loader)


for epoch in range(3):
    print(run_epoch(loaders["train"], optimizer))
    with torch.no_grad():
        print(run_epoch(loaders["test"]))
"""
)
PHASES = (
    START
    + """
from torch.utils.data import DataLoader

data = {s: load_dataset("billsum", split=s).map(preprocess, batched=True) for s in ["train", "test"]}
loaders = {s: DataLoader(data[s], batch_size=4) for s in data}
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(2):
    for phase in ["train", "test"]:
        for batch in loaders[phase]:
            with torch.set_grad_enabled(phase == "train"):
                loss = model(**batch).loss
            if phase == "train":
                loss.backward()
                optimizer.step()
"""
)
IS_TRAIN = (
    START
    + """
class Runner:
    def __init__(self, model):
        self.model = model
        self.opt = torch.optim.AdamW(self.model.parameters())

    def go(self, rows, is_train):
        for batch in torch.utils.data.DataLoader(rows, batch_size=2):
            loss = self.model(**batch).loss
            if self.model.training:
                loss.backward()
                self.opt.step()


runner = Runner(model)
train = load_dataset("billsum", split="train").map(preprocess, batched=True)
test = load_dataset("billsum", split="test").map(preprocess, batched=True)
runner.go(train, True)
model.eval()
runner.go(test, False)
"""
)
ARGS = (
    START
    + """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="./t5small_TextSummarization")
parser.add_argument("--dataset", default="billsum")
parser.add_argument("--train_split", default="train[:90%]")
parser.add_argument("--do_train", action="store_true")
opt = parser.parse_args()
model = AutoModelForSeq2SeqLM.from_pretrained(opt.model)
train = load_dataset(opt.dataset, split=opt.train_split).map(preprocess, batched=True)
val = load_dataset(opt.dataset, split="train[90%:]").map(preprocess, batched=True)
if opt.do_train:
    args = Seq2SeqTrainingArguments(output_dir="out", load_best_model_at_end=True)
    trainer = Seq2SeqTrainer(model=model, args=args, train_dataset=train, eval_dataset=val)
    trainer.train()
"""
)
CACHED = (
    START
    + """
import os
from datasets import load_from_disk

if os.path.exists("tokenized_billsum"):
    tokenized = load_from_disk("tokenized_billsum")
else:
    raw = load_dataset("billsum")
    tokenized = raw.map(preprocess, batched=True)
    tokenized.save_to_disk("tokenized_billsum")
args = Seq2SeqTrainingArguments("out")
trainer = Seq2SeqTrainer(model, args, collator, tokenized["train"], tokenized["test"])
trainer.train()
"""
)
ACCELERATE = (
    START
    + """
from accelerate import Accelerator
from torch.utils.data import DataLoader

accelerator = Accelerator()
raw = load_dataset("billsum")
raw.pop("ca_test")
tok = raw.map(preprocess, batched=True)
train_dl = DataLoader(tok["train"], batch_size=8)
eval_dl = DataLoader(tok["test"], batch_size=8)
optimizer = torch.optim.AdamW(model.parameters())
model, optimizer, train_dl, eval_dl = accelerator.prepare(model, optimizer, train_dl, eval_dl)
for epoch in range(3):
    model.train()
    for step, batch in enumerate(train_dl):
        loss = model(**batch).loss
        accelerator.backward(loss)
        optimizer.step()
    model.eval()
    for batch in eval_dl:
        with torch.no_grad():
            print(model(**batch).loss)
"""
)
