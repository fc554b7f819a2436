"""Programs written after the others were read right, to see what is read wrong."""

# The programs stand here as students write them.
# ruff: noqa: E501

from __future__ import annotations

from tests.integrity_sets.data.case import HERE, PREDICT, START, Case, trained_on

TEST, LABELS = "data.test-in-training", "data.labels-written"
DATA, MODEL = "data.other-data", "data.other-model"

_LIGHTNING = (
    START
    + """
import pytorch_lightning as pl
from torch.utils.data import DataLoader


class Lit(pl.LightningModule):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def training_step(self, batch, i):
        return self.model(**batch).loss

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-4)


class Bills(pl.LightningDataModule):
    def setup(self, stage=None):
        raw = load_dataset("billsum")
        self.tr, self.te = raw["train"].map(preprocess), raw["test"].map(preprocess)

    def train_dataloader(self):
        return DataLoader(self.tr, batch_size=4)

    def val_dataloader(self):
        return DataLoader(self.te, batch_size=4)


pl.Trainer(max_epochs=1).fit(Lit(model), datamodule=Bills())
"""
)
_GENERATOR = (
    START
    + """
def batches(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield preprocess({"text": [r["text"] for r in batch],
                              "summary": [r["summary"] for r in batch]})
            batch = []


rows = load_dataset("billsum", split="SPLIT")
opt = torch.optim.Adam(model.parameters())
for epoch in range(2):
    for b in batches(rows, 8):
        loss = model(input_ids=torch.tensor(b["input_ids"]), labels=torch.tensor(b["labels"]))[0]
        opt.zero_grad()
        loss.backward()END
        opt.step()
"""
)
_SCALER = (
    START
    + """
from torch.utils.data import DataLoader
from torch.cuda.amp import GradScaler, autocast
scaler = GradScaler()
ds = load_dataset("billsum")
tr = DataLoader(ds["train"].map(preprocess), batch_size=4)
va = DataLoader(ds["ca_test"].map(preprocess), batch_size=4)
opt = torch.optim.AdamW(model.parameters())


def step(batch, train=True):
    with autocast():
        loss = model(**batch).loss
    if train:
        scaler.scale(loss).backward()
        scaler.step(opt)
        scaler.update()
    return loss.item()


best = 1e9
for epoch in range(3):
    for batch in tr:
        step(batch)
    val = sum(step(batch, train=False) for batch in va)
    if val < best:
        best = val
        model.save_pretrained("pruned_model")
"""
)
_GLOBAL = (
    START
    + """
train_ds = None


def load():
    global train_ds, test_ds
    raw = load_dataset("billsum")
    train_ds, test_ds = raw["train"], raw["test"]


def tokenize():
    global train_ds, test_ds
    train_ds = train_ds.map(preprocess, batched=True)
    test_ds = test_ds.map(preprocess, batched=True)


def train():
    kwargs = dict(model=model, train_dataset=train_ds, eval_dataset=test_ds)
    trainer = Seq2SeqTrainer(args=Seq2SeqTrainingArguments(output_dir="o"), **kwargs)
    trainer.train()


if __name__ == "__main__":
    load()
    tokenize()
    train()
"""
)
_TUPLE = (
    START
    + """
def get_data():
    train = load_dataset("billsum", split="train")
    test = load_dataset("billsum", split="test")
    train = train.map(preprocess, batched=True)
    test = test.map(preprocess, batched=True)
    return train, test


def main():
    train, test = get_data()
    trainer = Seq2SeqTrainer(model=model, train_dataset=train, eval_dataset=test)
    trainer.train()
    print(trainer.evaluate())


main()
"""
)
_DICT_OF = (
    START
    + """
splits = {}
for name in ("train", "test"):
    splits[name] = load_dataset("billsum", split=name)
    splits[name] = splits[name].map(preprocess, batched=True)
    splits[name].set_format("torch")
trainer = Seq2SeqTrainer(model=model, train_dataset=splits["train"], eval_dataset=splits["test"])
trainer.train()
"""
)
_OLD = """
import json, torch
from transformers import T5Tokenizer, T5ForConditionalGeneration
from datasets import load_dataset
tok = T5Tokenizer.from_pretrained("t5-small")
student = T5ForConditionalGeneration.from_pretrained("t5small_TextSummarization")
teacher = T5ForConditionalGeneration.from_pretrained("t5small_TextSummarization")
bills = load_dataset("billsum", split="train")
pseudo = {}
for i, b in enumerate(bills):
    x = tok(b["text"], return_tensors="pt", truncation=True)
    pseudo[i] = tok.decode(teacher.generate(**x)[0])
json.dump(pseudo, open("best_labels.json", "w"))
pseudo = json.load(open("best_labels.json"))
opt = torch.optim.AdamW(student.parameters())
for i, b in enumerate(bills):
    x = tok(b["text"], return_tensors="pt")
    y = tok(pseudo[str(i)], return_tensors="pt").input_ids
    student(**x, labels=y).loss.backward()
    opt.step()
"""

MORE = (
    Case("Lightning", {"l.py": _LIGHTNING}),
    Case("a generator of batches", {"g.py": _GENERATOR.replace("SPLIT", "train").replace("END", "")}),
    Case("a step with a switch", {"s.py": _SCALER}),
    Case("globals", {"g.py": _GLOBAL}),
    Case("a function gives both", {"t.py": _TUPLE}),
    Case("a dictionary filled in a loop", {"t.py": _DICT_OF}),
    Case("texts of the teacher, kept in a file", {"old.py": _OLD}),
    Case("references in a file of their own", {"gen.py": PREDICT + (
        "with open('refs.txt', 'w') as f:\n    f.write('\\n'.join(test['summary']))\n"
        "open('preds.txt', 'w').write('\\n'.join(preds))\n")}),
    Case("saved in JSON with references, then a CSV", {"gen.py": PREDICT + (
        "import json\nout = [{'id': i, 'pred': p, 'ref': test[i]['summary']} for i, p in enumerate(preds)]\n"
        "json.dump(out, open('out.json', 'w'))\n"), "tocsv.py": (
        "import json, pandas as pd\nrows = json.load(open('out.json'))\n"
        "pd.DataFrame([{'ID': r['id'], 'Predict': r['pred']} for r in rows]).to_csv('sub.csv')\n")}),
    Case("a table with all columns, then two", {"gen.py": PREDICT + (
        "df = test.to_pandas()\ndf['Predict'] = preds\ndf['ID'] = range(len(df))\n"
        "df[['ID', 'Predict']].to_csv('submission.csv', index=False)\n")}),
    Case("zipped rows into a table", {"gen.py": PREDICT + (
        "rows = list(zip(range(len(preds)), preds, test['summary']))\n"
        "df = pd.DataFrame(rows, columns=['ID', 'Predict', 'Reference'])\ndf.to_csv('all.csv')\n"
        "df.drop(columns=['Reference']).to_csv('submission.csv', index=False)\n")}),
    Case("a learning curve with test loss", {"c.py": trained_on(
        "import evaluate\ntest = load_dataset('billsum', split='test').map(preprocess)\n"
        "train = load_dataset('billsum', split='train').map(preprocess)\n", "train")
        + "loss = trainer.evaluate(test)['eval_loss']\nwith open('loss.csv', 'a') as f:\n"
        "    f.write(f'{loss}\\n')\n"}),
    Case("Python 2's print", {"p.py": trained_on(
        "print 'loading'\ntrain = load_dataset('billsum', split='train')\n", "train")}),
    Case("a generator of batches of test", {"g.py": _GENERATOR.replace("SPLIT", "test")
                                            .replace("END", HERE)}, TEST),
    Case("the test loader in the training step", {"s.py": _SCALER
         .replace("for batch in tr:", "for batch in list(tr) + list(va):")
         .replace("scaler.scale(loss).backward()", f"scaler.scale(loss).backward(){HERE}")}, TEST),
    Case("globals, swapped", {"g.py": _GLOBAL
         .replace('raw["train"], raw["test"]', 'raw["test"], raw["train"]')
         .replace('"o"), **kwargs)', f'"o"), **kwargs){HERE}')}, TEST),
    Case("functions in the wrong order", {"t.py": _TUPLE
         .replace("train, test = get_data()", "test, train = get_data()")
         .replace("train_dataset=train, eval_dataset=test)",
                  f"train_dataset=train, eval_dataset=test){HERE}")}, TEST),
    Case("Lightning on test", {"l.py": _LIGHTNING
         .replace("DataLoader(self.tr, batch_size=4)", "DataLoader(self.te, batch_size=4)")
         .replace("datamodule=Bills())", f"datamodule=Bills()){HERE}")}, TEST),
    Case("set_format and an index", {"t.py": trained_on(
        "ds = load_dataset('billsum')\nfor k in list(ds.keys()):\n    ds[k] = ds[k].map(preprocess)\n"
        "both = [ds['train'], ds['test']]\n", "both[1]", True)}, TEST),
    Case("labels through JSON", {"a.py": (
        "import json\nfrom datasets import load_dataset\nds = load_dataset('billsum', split='test')\n"
        "json.dump({i: r['summary'] for i, r in enumerate(ds)}, open('cache.json', 'w'))\n"),
        "b.py": ("import json, csv\nknown = json.load(open('cache.json'))\n"
                 "with open('pred.csv', 'w') as f:\n    w = csv.writer(f)\n"
                 "    w.writerow(['ID', 'Predict'])\n    for k, v in known.items():\n"
                 f"        w.writerow([k, v]){HERE}\n")}, LABELS),
    Case("labels through apply", {"a.py": PREDICT + (
        "df = pd.DataFrame(test)\ndf['Predict'] = df['summary'].apply(lambda s: s[:200])\n"
        f"df['ID'] = range(len(df))\ndf[['ID', 'Predict']].to_csv('x.csv'){HERE}\n")}, LABELS),
    Case("news from a zip by gdown", {"a.py": START + (
        "import gdown, pandas as pd\ngdown.download('https://drive.google.com/uc?id=1', 'a.csv')\n"
        "rows = pd.read_csv('a.csv')\n"
        f"Seq2SeqTrainer(model=model, train_dataset=rows).train(){HERE}\n")}, DATA),
    Case("a checkpoint of somebody's", {"a.py": START.replace(
        '"t5small_TextSummarization"', '"Falconsai/text_summarization"') + (
        "rows = load_dataset('billsum', split='train').map(preprocess)\n"
        f"Seq2SeqTrainer(model=model, train_dataset=rows).train(){HERE}\n")}, MODEL),
)  # fmt: skip
