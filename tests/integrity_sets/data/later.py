"""Programs written last, to see once more what is read wrong."""

# The programs stand here as students write them.
# ruff: noqa: E501

from __future__ import annotations

from tests.integrity_sets.data.case import PREDICT, START, Case

HF = (
    START
    + """
import sys
from dataclasses import dataclass, field
from transformers import HfArgumentParser
from typing import Optional
@dataclass
class DataArgs:
    dataset_name: Optional[str] = field(default="billsum")
    train_file: Optional[str] = field(default=None)
    max_train_samples: Optional[int] = field(default=None)
@dataclass
class ModelArgs:
    model_name_or_path: str = field(default="t5small_TextSummarization")

def main():
    parser = HfArgumentParser((ModelArgs, DataArgs, Seq2SeqTrainingArguments))
    model_args, data_args, training_args = parser.parse_args_into_dataclasses()
    if data_args.dataset_name is not None:
        raw_datasets = load_dataset(data_args.dataset_name)
    else:
        data_files = {}
        if data_args.train_file is not None:
            data_files["train"] = data_args.train_file
        raw_datasets = load_dataset("json", data_files=data_files)
    model = AutoModelForSeq2SeqLM.from_pretrained(model_args.model_name_or_path)
    if training_args.do_train:
        train_dataset = raw_datasets["train"]
        if data_args.max_train_samples is not None:
            train_dataset = train_dataset.select(range(data_args.max_train_samples))
        with training_args.main_process_first(desc="train"):
            train_dataset = train_dataset.map(preprocess, batched=True)
    if training_args.do_eval:
        eval_dataset = raw_datasets["test"].map(preprocess)
    trainer = Seq2SeqTrainer(
        model=model, args=training_args,
        train_dataset=train_dataset if training_args.do_train else None,
        eval_dataset=eval_dataset if training_args.do_eval else None,
    )
    if training_args.do_train:
        result = trainer.train()
        trainer.save_model()
if __name__ == "__main__":
    main()
"""
)
LATER = (
    Case("a public script with its argument classes", {"r.py": HF}),
    Case(
        "train and validation in one call",
        {
            "a.py": START
            + """
train, val = load_dataset("billsum", split=["train[:95%]", "train[95%:]"])
ds = {"train": train, "test": load_dataset("billsum", split="test")}
for k, v in ds.items():
    ds[k] = v.map(preprocess, batched=True)
trainer = Seq2SeqTrainer(model=model, train_dataset=ds["train"], eval_dataset=ds["test"])
trainer.train()
"""
        },
    ),
    Case(
        "loaders in a dictionary from a function",
        {
            "a.py": START
            + """
def loaders():
    out = {}
    for split in ["train", "test", "ca_test"]:
        d = load_dataset("billsum", split=split).map(preprocess)
        out[split] = torch.utils.data.DataLoader(d, batch_size=2)
    return out
L = loaders()
opt = torch.optim.AdamW(model.parameters())
def train_one(model, loader):
    model.train()
    for batch in loader:
        loss = model(**batch).loss
        loss.backward(); opt.step()
def evaluate(model, loader):
    model.eval()
    tot = 0
    with torch.no_grad():
        for batch in loader: tot += model(**batch).loss.item()
    return tot
for e in range(3):
    train_one(model, L["train"])
    evaluate(model, L["test"])
"""
        },
    ),
    Case(
        "splits in a dataclass",
        {
            "a.py": START
            + """
from dataclasses import dataclass
@dataclass
class Splits:
    train: object
    test: object
def build():
    raw = load_dataset("billsum")
    return Splits(train=raw["train"].map(preprocess), test=raw["test"].map(preprocess))
s = build()
t = Seq2SeqTrainer(model=model, train_dataset=s.train, eval_dataset=s.test)
t.train()
"""
        },
    ),
    Case(
        "splits as attributes, by getattr",
        {
            "a.py": START
            + """
class Data:
    def __init__(self):
        raw = load_dataset("billsum")
        self.train_data = raw["train"]
        self.test_data = raw["test"]
    def prepare(self, which):
        ds = getattr(self, which + "_data")
        return ds.map(preprocess)
class Run:
    def __init__(self, data): self.data = data
    def fit(self):
        t = Seq2SeqTrainer(model=model, train_dataset=self.data.prepare("train"), eval_dataset=self.data.prepare("test"))
        t.train()
Run(Data()).fit()
"""
        },
    ),
    Case(
        "lists of texts in a Dataset class",
        {
            "a.py": START
            + """
class DS(torch.utils.data.Dataset):
    def __init__(self, texts, sums): self.texts, self.sums = texts, sums
    def __len__(self): return len(self.texts)
    def __getitem__(self, i):
        x = tokenizer(self.texts[i], truncation=True); x["labels"] = tokenizer(self.sums[i]).input_ids; return x
raw = load_dataset("billsum")
tr = DS(raw["train"]["text"], raw["train"]["summary"])
te = DS(raw["test"]["text"], raw["test"]["summary"])
print(max(len(x) for x in raw["test"]["text"]))
tl = torch.utils.data.DataLoader(tr, 4, collate_fn=collator)
el = torch.utils.data.DataLoader(te, 4, collate_fn=collator)
opt = torch.optim.AdamW(model.parameters())
best = 0
for ep in range(2):
    for i, b in enumerate(tl):
        o = model(**b); o.loss.backward(); opt.step()
    preds, refs = [], []
    for b in el:
        g = model.generate(b["input_ids"])
        preds += tokenizer.batch_decode(g); refs += tokenizer.batch_decode(b["labels"])
import pandas as pd
pd.DataFrame({"ID": list(range(len(preds))), "Predict": preds}).to_csv("o.csv", index=False)
"""
        },
    ),
    Case(
        "pruning step by step with a callback",
        {
            "a.py": START
            + """
raw = load_dataset("billsum")
tok = raw.map(preprocess, batched=True)
from transformers import TrainerCallback
class Prune(TrainerCallback):
    def __init__(self, ds): self.ds = ds
    def on_epoch_end(self, args, state, control, **kw):
        print(len(self.ds))
def make_trainer(model, train, test, lr):
    return Seq2SeqTrainer(model=model, args=Seq2SeqTrainingArguments("o", learning_rate=lr), train_dataset=train, eval_dataset=test, callbacks=[Prune(test)])
for i, amount in enumerate([0.3, 0.5, 0.7]):
    tr = make_trainer(model, tok["train"], tok["test"], 1e-4 / (i + 1))
    tr.train()
"""
        },
    ),
    Case(
        "the bill's beginning where nothing was predicted",
        {
            "g.py": PREDICT
            + """
out = []
for i, p in enumerate(preds):
    if len(p.strip()) == 0:
        p = test[i]["text"][:200]
    out.append(p)
with open("s.csv","w",newline="") as f:
    w=csv.writer(f); w.writerow(["ID","Predict"])
    for i,p in enumerate(out): w.writerow([i,p])
"""
        },
    ),
    Case(
        "the teacher's logits in a file",
        {
            "a.py": START
            + """
import os
train = load_dataset("billsum", split="train").map(preprocess)
if not os.path.exists("teacher_logits.pt"):
    outs=[]
    for b in torch.utils.data.DataLoader(train): outs.append(model(**b).logits)
    torch.save(outs, "teacher_logits.pt")
logits = torch.load("teacher_logits.pt")
opt = torch.optim.Adam(model.parameters())
for b, t in zip(torch.utils.data.DataLoader(train), logits):
    loss = ((model(**b).logits - t)**2).mean()
    loss.backward()
"""
        },
    ),
    Case(
        "a notebook that uses its names again",
        {
            "n.ipynb": (
                START,
                'split = "train"\nds = load_dataset("billsum", split=split)',
                "tok = ds.map(preprocess)",
                "tr = Seq2SeqTrainer(model=model, train_dataset=tok)\ntr.train()",
                'split = "test"\nds = load_dataset("billsum", split=split)',
                "tok = ds.map(preprocess)\ntr.predict(tok)",
                "print(undefined_name)",
            )
        },
    ),
    Case(
        "rows for comparing, without a header",
        {
            "g.py": PREDICT
            + """
rows = [[i, p, r] for i, (p, r) in enumerate(zip(preds, test["summary"]))]
with open("cmp.csv","w") as f:
    w=csv.writer(f)
    w.writerows(rows)
"""
        },
    ),
    Case(
        "a switch for debugging that is off",
        {
            "a.py": START
            + """
DEBUG=False
raw=load_dataset("billsum")
train = raw["train"]
if DEBUG:
    train = raw["test"].select(range(10))
Seq2SeqTrainer(model=model, train_dataset=train.map(preprocess)).train()
"""
        },
    ),
    Case(
        "an epoch by its phase",
        {
            "a.py": START
            + """
class T:
    def __init__(self, model, train_loader, val_loader):
        self.model=model; self.loaders={"train":train_loader,"val":val_loader}
        self.opt=torch.optim.AdamW(model.parameters())
    def _epoch(self, phase):
        training = phase == "train"
        self.model.train(training)
        for b in self.loaders[phase]:
            with torch.set_grad_enabled(training):
                loss=self.model(**b).loss
            if training:
                self.opt.zero_grad(); loss.backward(); self.opt.step()
    def run(self, n):
        for _ in range(n):
            self._epoch("train"); self._epoch("val")
raw=load_dataset("billsum").map(preprocess)
DL=torch.utils.data.DataLoader
T(model, DL(raw["train"]), DL(raw["test"])).run(3)
"""
        },
    ),
)
