"""Programs with one planted breach each; the line that a finding must name is marked."""

# The programs stand here as students write them.
# ruff: noqa: E501

from __future__ import annotations

from tests.integrity_sets.data.case import HERE, PREDICT, START, Case, trained_on

TEST, LABELS = "data.test-in-training", "data.labels-written"
DATA, MODEL = "data.other-data", "data.other-model"


def _training(title: str, data: str, rows: str, code: str = TEST) -> Case:
    return Case(title, {"train.py": trained_on(data, rows, marked=True)}, code)


def _writing(title: str, lines: str) -> Case:
    return Case(title, {"gen.py": PREDICT + lines}, LABELS)


_LOOP = (
    START
    + f"""
from torch.utils.data import DataLoader, ConcatDataset

train = load_dataset("billsum", split="train").map(preprocess, batched=True)
test = load_dataset("billsum", split="test").map(preprocess, batched=True)
loader = DataLoader(ConcatDataset([train, test]), batch_size=8, shuffle=True, collate_fn=collator)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
for epoch in range(3):
    for step, batch in enumerate(loader):
        out = model(**{{k: v.cuda() for k, v in batch.items()}})
        loss = out.loss / 4
        loss.backward(){HERE}
        optimizer.step()
"""
)
_CLASS = (
    START
    + f"""
class Compressor:
    def __init__(self, name="billsum"):
        raw = load_dataset(name)
        self.splits = raw.map(preprocess, batched=True)
        self.rows = self.splits["test"]

    def fit(self):
        trainer = Seq2SeqTrainer(
            model=model,
            train_dataset=self.rows,{HERE}
        )
        trainer.train()


if __name__ == "__main__":
    Compressor().fit()
"""
)
_OWN_TRAINER = (
    START
    + f"""
class BestTrainer(Seq2SeqTrainer):
    def __init__(self, rows, **more):
        super().__init__(model=model, train_dataset=rows, **more){HERE}


ds = load_dataset("billsum", split="test")
t = BestTrainer(ds.map(preprocess))
t.train()
"""
)
_PICKLED = {
    "prepare.py": 'import pickle\nfrom datasets import load_dataset\n'
    'rows = load_dataset("billsum", split="test")\nwith open("tokens.pkl", "wb") as f:\n'
    "    pickle.dump(rows, f)\n",
    "train.py": trained_on('import pickle\nwith open("tokens.pkl", "rb") as f:\n'
                           "    rows = pickle.load(f)\nrows = rows.map(preprocess)\n", "rows", True),
}  # fmt: skip
_MODULES = {
    "course/__init__.py": "",
    "course/settings.py": 'NAME = "billsum"\nSPLITS = {"fit": "test", "score": "train"}\n',
    "course/data.py": "from datasets import load_dataset\nfrom .settings import NAME, SPLITS\n\n\n"
    'def rows(kind="fit"):\n    return load_dataset(NAME, split=SPLITS[kind])\n',
    "main.py": trained_on(
        "from course.data import rows\nready = rows().map(preprocess)\n", "ready", True
    ),
}

_OTHER_START = START.replace('"t5small_TextSummarization"', "BASE")


def _model(title: str, base: str, end: str, before: str = "") -> Case:
    start = _OTHER_START.replace("(BASE)", f"({base})").replace(
        "import torch\n", f"import torch\n{before}"
    )
    return Case(title, {"m.py": start + end}, MODEL)


BREACHES = (
    _training("the test split", 'rows = load_dataset("billsum", split="test").map(preprocess)\n', "rows"),
    _training("an alias", "from datasets import load_dataset as ld\n"
              'rows = ld("billsum", split="test").select(range(100))\n', "rows"),
    _training("a module's alias", "import datasets as D\n"
              'rows = D.load_dataset("FiscalNote/billsum", split=D.Split.TEST)\n', "rows"),
    _training("variables", 'name, part = "billsum", "te" + "st"\nwhole = load_dataset(name)\n'
              "rows = whole[part].shuffle(seed=1).map(preprocess)\n", "rows"),
    _training("a split of two", 'rows = load_dataset("billsum", split="train+test")\n', "rows"),
    _training("a slice by f-string", "p = 30\n"
              'rows = load_dataset("billsum", split=f"test[:{p}%]").map(preprocess)\n', "rows"),
    _training("joined splits", "from datasets import concatenate_datasets\n"
              'b = load_dataset("billsum")\nrows = concatenate_datasets([b["train"], b["test"]])\n'
              "rows = rows.map(preprocess, batched=True)\n", "rows"),
    _training("all splits in a loop", "from datasets import concatenate_datasets\n"
              'b = load_dataset("billsum")\nparts = []\nfor s in ["train", "test"]:\n'
              "    parts.append(b[s].map(preprocess))\nrows = concatenate_datasets(parts)\n", "rows"),
    _training("the test split under the name of train", 'd = load_dataset("billsum")\n'
              'd["train"] = d["test"]\n', 'd["train"]'),
    _training("the test split parted", 'd = load_dataset("billsum", split="test")\n'
              'd = d.train_test_split(test_size=0.2)\n', 'd["train"]'),
    _training("California's bills", 'rows = load_dataset("billsum", split="ca_test")\n', "rows"),
    _training("a function and a default", "def get(split='test'):\n"
              "    ds = load_dataset('billsum', split=split)\n    return ds.map(preprocess)\n"
              "rows = get()\n", "rows"),
    _training("through pandas", "import pandas as pd\nfrom datasets import Dataset\n"
              'df = load_dataset("billsum", split="test").to_pandas()\n'
              'more = load_dataset("billsum", split="train").to_pandas()\n'
              "rows = Dataset.from_pandas(pd.concat([more, df]))\n", "rows"),
    _training("under a flag that is set", "FULL = True\nfrom datasets import concatenate_datasets\n"
              'train, test = load_dataset("billsum", split=["train", "test"])\n'
              "if FULL:\n    train = concatenate_datasets([train, test])\n", "train"),
    _training("getattr with a known name", "import datasets\n"
              'rows = getattr(datasets, "load_" + "dataset")("billsum", split="test")\n', "rows"),
    _training("summaries that the model wrote of test bills", "from datasets import Dataset\n"
              'test = load_dataset("billsum", split="test")\ntexts = []\nfor r in test:\n'
              '    ids = tokenizer(r["text"], return_tensors="pt").input_ids\n'
              "    texts.append(tokenizer.decode(model.generate(ids)[0]))\n"
              'rows = Dataset.from_dict({"text": test["text"], "summary": texts})\n', "rows"),
    _training("rows gathered one by one", 'rows = []\nfor row in load_dataset("billsum", split="test"):\n'
              "    if len(row['text']) > 100:\n        rows.append(preprocess(row))\n", "rows"),
    Case("a loop that goes backward", {"loop.py": _LOOP}, TEST),
    Case("a class with everything in it", {"c.py": _CLASS}, TEST),
    Case("a trainer of one's own", {"c.py": _OWN_TRAINER}, TEST),
    Case("pickled by one program, read by another", dict(_PICKLED), TEST),
    Case("settings, data and training in three files", dict(_MODULES), TEST),
    Case("a notebook", {"HW4.ipynb": (
        "!pip install datasets", START, 'billsum = load_dataset("billsum")',
        "tok = billsum.map(preprocess, batched=True)",
        f'\n\ntrainer = Seq2SeqTrainer(model=model, train_dataset=tok["test"]){HERE}\ntrainer.train()')},
        TEST),
    Case("a notebook's cells out of order", {"n.ipynb": (
        START, f"t = Seq2SeqTrainer(model=model, train_dataset=rows){HERE}\nt.train()",
        'rows = load_dataset("billsum", split="test").map(preprocess)')}, TEST),
    _training("another data set", 'cnn = load_dataset("cnn_dailymail", "3.0.0", split="train")\n'
              'rows = cnn.rename_column("article", "text").map(preprocess)\n', "rows", DATA),
    _training("a file of one's own", "import pandas as pd\nfrom datasets import Dataset\n"
              'rows = Dataset.from_pandas(pd.read_csv("extra_congress_2023.csv"))\n', "rows", DATA),
    _training("load_dataset of a file", 'rows = load_dataset("csv", data_files="gpt4_answers.csv")\n',
              'rows["train"]', DATA),
    _training("a file by its URL", 'rows = load_dataset("json", split="train",\n'
              '    data_files={"train": "https://example.org/laws.jsonl"})\n', "rows", DATA),
    _training("a file that was fetched", "import urllib.request, json\n"
              'urllib.request.urlretrieve("https://example.org/x.json", "data.json")\n'
              'with open("data.json") as f:\n    rows = json.load(f)\n', "rows", DATA),
    _training("the test split of another", 'rows = load_dataset("xsum")["test"]\n', "rows", DATA),
    Case("fetched by a cell", {"n.ipynb": (
        START, "!wget -q https://example.org/more.csv -O data.csv",
        "import pandas as pd\nrows = pd.read_csv('data.csv')",
        f"t = Seq2SeqTrainer(model=model, train_dataset=rows){HERE}\nt.train()")}, DATA),
    _writing("labels in a table", 'pd.DataFrame({"ID": range(len(test)),\n'
             f'              "Predict": test["summary"]}}).to_csv("submission.csv", index=False){HERE}\n'
             .replace('pd.DataFrame', 'df = pd.DataFrame').replace('}).to_csv', '})\ndf.to_csv')),
    _writing("labels by a writer", "answers = [row['summary'] for row in test]\n"
             "with open('HW4.csv', 'w') as f:\n    out = csv.writer(f)\n"
             "    out.writerow(['ID', 'Predict'])\n    for i, (p, a) in enumerate(zip(preds, answers)):\n"
             f"        out.writerow([i, a[:300].strip()]){HERE}\n"),
    _writing("a column under another name", "df = test.to_pandas()\n"
             'df = df.rename(columns={"summary": "Predict"})\ndf["ID"] = df.index\n'
             f'df[["ID", "Predict"]].to_csv("sub.csv"){HERE}\n'),
    _writing("labels where predictions are bad", "for i in range(len(preds)):\n"
             "    if len(preds[i]) < 5:\n        preds[i] = test[i]['summary']\n"
             "with open('out.csv', 'w') as f:\n    for i, p in enumerate(preds):\n"
             f"        f.write(str(i) + ',' + p + '\\n'){HERE}\n"),
    _writing("a dictionary of labels", "known = {r['text']: r['summary'] for r in test}\n"
             "rows = [{'ID': i, 'Predict': known[r['text']]} for i, r in enumerate(test)]\n"
             "w = csv.DictWriter(open('p.csv', 'w'), fieldnames=['ID', 'Predict'])\nw.writeheader()\n"
             f"for r in rows:\n    w.writerow(r){HERE}\n"),
    _model("another model is trained", '"google/flan-t5-base"',
           f"opt = torch.optim.AdamW(model.parameters()){HERE}\n"),
    _model("the public base, not the released model", '"t5-small"',
           f"Seq2SeqTrainer(model=model).train(){HERE}\n"),
    _model("a name from a dictionary", 'CFG["base"]', "from torch.nn.utils import prune\n"
           "ls = [(m, 'weight') for m in model.modules() if isinstance(m, torch.nn.Linear)]\n"
           f"prune.global_unstructured(ls, pruning_method=prune.L1Unstructured, amount=0.7){HERE}\n",
           'CFG = {"base": "facebook/bart-large-cnn"}\n'),
    Case("a pipeline writes the predictions", {"p.py": (
        "import csv\nfrom transformers import pipeline\nfrom datasets import load_dataset\n"
        'pipe = pipeline("summarization", model="sshleifer/distilbart-cnn-12-6")\n'
        'texts = [pipe(r["text"])[0]["summary_text"] for r in load_dataset("billsum", split="test")]\n'
        'with open("p.csv", "w") as f:\n    csv.writer(f).writerows(enumerate(texts))' + HERE + "\n")},
        MODEL),
    Case("another model, saved as the result", {"a.py": (
        "from transformers import AutoModelForSeq2SeqLM as M\n"
        'm = M.from_pretrained("someone/t5-small-finetuned-billsum")\n'
        'm = m.to("cuda").eval()\nm.save_pretrained("./pruned_model")' + HERE + "\n")}, MODEL),
)  # fmt: skip
