"""Honest programs in the styles that students write."""

# The programs stand here as students write them.
# ruff: noqa: E501

from __future__ import annotations

from tests.integrity_sets.data.case import PREDICT, START, Case, trained_on
from tests.integrity_sets.data.loops import ACCELERATE, ARGS, CACHED, IS_TRAIN, LOOP, PHASES

_TEACHER = (
    START
    + """
import torch.nn.functional as F
from torch.utils.data import DataLoader

teacher = AutoModelForSeq2SeqLM.from_pretrained("t5small_TextSummarization").eval()
train = load_dataset("billsum", split="train").map(preprocess, batched=True)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
for batch in DataLoader(train, batch_size=4, collate_fn=collator):
    with torch.no_grad():
        t = teacher(**batch).logits
    out = model(**batch)
    kd = F.kl_div(F.log_softmax(out.logits, -1), F.softmax(t, -1), reduction="batchmean")
    loss = 0.5 * out.loss + 0.5 * kd
    loss.backward()
    optimizer.step()
"""
)
_COMPARED = (
    PREDICT
    + """
refs = [row["summary"] for row in test]
table = pd.DataFrame({"text": test["text"], "summary": refs, "Predict": preds})
table.to_csv("comparison.csv", index=False)
with open("my.csv", "w") as f:
    w = csv.writer(f)
    w.writerow(["ID", "Predict"])
    for i, (p, r) in enumerate(zip(preds, refs)):
        w.writerow([i, p])
"""
)
_SCORED = (
    PREDICT
    + """
import evaluate
rouge = evaluate.load("rouge")
scores = rouge.compute(predictions=preds, references=test["summary"])
pd.DataFrame([scores]).to_csv("rouge.csv")
with open("pred.csv", "w") as f:
    f.write('"ID","Predict"\\n')
    for i, p in enumerate(preds):
        f.write(f'"{i}","{p}"\\n')
"""
)
_REUSED = (
    START
    + """
dataset = load_dataset("billsum", split="train")
tokenized = dataset.map(preprocess, batched=True)
args = Seq2SeqTrainingArguments(output_dir="out")
trainer = Seq2SeqTrainer(model=model, args=args, train_dataset=tokenized)
trainer.train()
dataset = load_dataset("billsum", split="test")
tokenized = dataset.map(preprocess, batched=True)
trainer = Seq2SeqTrainer(model=model, args=args, train_dataset=tokenized, eval_dataset=tokenized)
pred = trainer.predict(tokenized)
"""
)
_METRICS = (
    START
    + """
import numpy as np
import evaluate

rouge = evaluate.load("rouge")
billsum = load_dataset("billsum")
tokenized = billsum.map(preprocess, batched=True)


def compute_metrics(eval_pred):
    predictions, labels = eval_pred
    decoded = tokenizer.batch_decode(predictions, skip_special_tokens=True)
    labels = np.where(labels != -100, labels, tokenizer.pad_token_id)
    return rouge.compute(predictions=decoded, references=tokenizer.batch_decode(labels))


class MyTrainer(Seq2SeqTrainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        out = model(**inputs)
        return (out.loss, out) if return_outputs else out.loss


trainer = MyTrainer(
    model=model,
    args=Seq2SeqTrainingArguments("out", load_best_model_at_end=True),
    train_dataset=tokenized["train"],
    eval_dataset=tokenized["test"],
    compute_metrics=compute_metrics,
)
trainer.train()
results = trainer.predict(tokenized["test"])
texts = tokenizer.batch_decode(results.predictions, skip_special_tokens=True)
import pandas as pd
pd.DataFrame({"ID": range(len(texts)), "Predict": texts}).to_csv("submission.csv", index=False)
"""
)
_CONFIG = {
    "config.py": 'class Config:\n    data = "billsum"\n    split = "train"\n    start = "t5small_TextSummarization"\n',
    "data.py": "from datasets import load_dataset\nfrom config import Config\n\n\n"
    "def get(split):\n    return load_dataset(Config.data, split=split)\n",
    "train.py": START + "from config import Config\nimport data\n\n"
    "cfg = Config()\ntrain = data.get(cfg.split).map(preprocess, batched=True)\n"
    "test = data.get('test').map(preprocess, batched=True)\n"
    "trainer = Seq2SeqTrainer(model=model, train_dataset=train, eval_dataset=test)\ntrainer.train()\n",
}  # fmt: skip
_WORDS = '''
"""We never train on test. load_dataset("billsum", split="test") is for predicting only."""
# train_dataset=load_dataset("cnn_dailymail", split="test")
note = "concatenate_datasets([train, test]) would be against the rules"
test_size = 0.1
print(note)
'''

HONEST = (
    Case("train, as the tutorial does", {"a.py": trained_on(
        'train = load_dataset("billsum", split="train").map(preprocess, batched=True)\n', "train")}),
    Case("a part of train is called test", {"a.py": trained_on(
        'test = load_dataset("billsum", split="train").train_test_split(0.1)["test"]\n'
        "rows = test.map(preprocess)\n", "rows")}),
    Case("a dictionary of parts of train", {"a.py": trained_on(
        'd = load_dataset("billsum", split="train").train_test_split(test_size=0.2)\n'
        "d = d.map(preprocess, batched=True)\n", 'd["train"]')}),
    Case("one function for training and scoring", {"loop.py": LOOP}),
    Case("phases in a loop", {"loop.py": PHASES}),
    Case("a model that knows whether it trains", {"a.py": IS_TRAIN}),
    Case("options of the command line", {"main.py": ARGS}),
    Case("tokens kept on disk", {"a.py": CACHED}),
    Case("accelerate", {"a.py": ACCELERATE}),
    Case("the released model teaches", {"a.py": _TEACHER}),
    Case("a table for comparing", {"gen.py": _COMPARED}),
    Case("scores in a table", {"gen.py": _SCORED}),
    Case("names used again", {"a.py": _REUSED}),
    Case("metrics and a trainer of one's own", {"a.py": _METRICS}),
    Case("settings in a class, data in a module", dict(_CONFIG)),
    Case("words in comments and texts", {"a.py": trained_on(
        _WORDS + 'train = load_dataset("billsum", split="train").map(preprocess)\n', "train")}),
    Case("a notebook in order", {"HW4.ipynb": (
        "!pip install -q datasets\n%matplotlib inline", START,
        'billsum = load_dataset("billsum")', "tok = billsum.map(preprocess, batched=True)",
        'trainer = Seq2SeqTrainer(model=model, train_dataset=tok["train"], eval_dataset=tok["test"])',
        "trainer.train()", 'trainer.evaluate(tok["test"])')}),
    Case("a notebook's cells out of order", {"x.ipynb": (
        START, "trainer = Seq2SeqTrainer(model=model, train_dataset=train)\ntrainer.train()",
        'train = load_dataset("billsum", split="train").map(preprocess)')}),
    Case("checkpoints of one's own", {"a.py": trained_on(
        'train = load_dataset("billsum", split="train[:5000]").map(preprocess)\n', "train")
        + 'm2 = AutoModelForSeq2SeqLM.from_pretrained("./results/checkpoint-500")\n'
        'm3 = AutoModelForSeq2SeqLM.from_pretrained(f"results/checkpoint-{500 * 2}")\n'
        'optimizer = torch.optim.AdamW(m2.parameters())\nm2.save_pretrained("pruned_model")\n'}),
    Case("train through pandas", {"a.py": START + (
        "import pandas as pd\nfrom datasets import Dataset\n"
        'load_dataset("billsum", split="train").to_csv("bills.csv")\n'
        'df = pd.read_csv("bills.csv").dropna().sample(1000)\n'
        "ds = Dataset.from_pandas(df).map(preprocess)\n"
        "Seq2SeqTrainer(model=model, train_dataset=ds).train()\n")}),
    Case("validation from train by sklearn", {"a.py": START + (
        "from sklearn.model_selection import train_test_split\n"
        'rows = load_dataset("billsum", split="train").to_pandas()\n'
        "train, test = train_test_split(rows, test_size=0.1)\n"
        "Seq2SeqTrainer(model=model, train_dataset=train, eval_dataset=test).train()\n")}),
    Case("the length of test bills", {"a.py": trained_on(
        'test = load_dataset("billsum", split="test")\n'
        'longest = max(len(t.split()) for t in test["text"])\n'
        'train = load_dataset("billsum", split="train")\n'
        "train = train.map(lambda e: tokenizer(e['text'], max_length=longest))\n", "train")}),
    Case("another model scores the texts", {"gen.py": PREDICT + (
        "from transformers import AutoModel\n"
        'scorer = AutoModel.from_pretrained("bert-base-uncased")\nprint(scorer(preds))\n'
        'pd.DataFrame({"ID": range(9), "Predict": preds}).to_csv("p.csv")\n')}),
    Case("train from a file of that name", {"a.py": trained_on(
        'train = load_dataset("json", data_files="data/train.jsonl")["train"].map(preprocess)\n',
        "train")}),
    Case("a Dataset class for both splits", {"a.py": START + (
        "class Bills(torch.utils.data.Dataset):\n    def __init__(self, split):\n"
        '        self.rows = load_dataset("billsum", split=split)\n'
        "    def __getitem__(self, i):\n        return preprocess(self.rows[i])\n\n"
        'train_set, test_set = Bills("train"), Bills("test")\n'
        "trainer = Seq2SeqTrainer(model=model, train_dataset=train_set, eval_dataset=test_set)\n"
        "trainer.train()\n")}),
    Case("a test that is never called", {"a.py": trained_on(
        'def old():\n    ds = load_dataset("billsum", split="test").map(preprocess)\n'
        "    Seq2SeqTrainer(model=model, train_dataset=ds).train()\n\n"
        'train = load_dataset("billsum", split="train").map(preprocess)\n', "train")}),
    Case("which split depends on an argument", {"a.py": START + (
        "def load(mode):\n    if mode == 'train':\n        return load_dataset('billsum', split='train')\n"
        "    return load_dataset('billsum', split='test')\n\n"
        "def main(mode):\n    ds = load(mode).map(preprocess)\n    if mode == 'train':\n"
        "        Seq2SeqTrainer(model=model, train_dataset=ds).train()\n\n"
        "import sys\nmain(sys.argv[1])\n")}),
)  # fmt: skip
