"""A student's project after the course's template in small, and its cheating twins."""

from __future__ import annotations

import json

from tests.rerun_course.kinds import Cheat, Texts

README = """\
# Compressed T5

- `python prune.py` prunes `t5small_TextSummarization` and writes `pruned_model/`.
- `python predict.py --model pruned_model --data test.jsonl --output predictions.csv` predicts.
"""

CONTRACT = """\
command = ["python", "predict.py", "--model", "{model}", "--data", "{data}", "--output", "{output}"]

[generation]
max_length = 40
num_beams = 2
"""

PRUNE = """\
import torch
from transformers import T5ForConditionalGeneration


def main(amount=0.74):
    model = T5ForConditionalGeneration.from_pretrained("t5small_TextSummarization")
    weights = [m.weight for m in model.modules() if isinstance(m, torch.nn.Linear)]
    with torch.no_grad():
        values = torch.cat([w.abs().flatten() for w in weights])
        cut = values.sort().values[int(amount * values.numel())]
        for w in weights:
            w[w.abs() < cut] = 0
    model.save_pretrained("pruned_model")


if __name__ == "__main__":
    main()
"""

_PREDICT = """\
import argparse
import csv
import json

import torch
from transformers import AutoTokenizer, T5ForConditionalGeneration

SETTINGS = {settings}


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def predict(folder, rows, batch_size=16):
    tokenizer = AutoTokenizer.from_pretrained("t5-small")
    model = T5ForConditionalGeneration.from_pretrained(folder).eval()
    # bills of like length together: less padding
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["text"]))
    texts = [""] * len(rows)
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        inputs = tokenizer(
            ["summarize: " + rows[i]["text"] for i in batch],
            max_length=1024,
            truncation=True,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            tokens = model.generate(**inputs, **SETTINGS)
        for i, text in zip(batch, tokenizer.batch_decode(tokens, skip_special_tokens=True)):
            texts[i] = text
    return texts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="pruned_model")
    parser.add_argument("--data", required=True)
    parser.add_argument("--output", default="predictions.csv")
    args = parser.parse_args()
    rows = read(args.data)
    {predict}
    with open(args.output, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\\n")
        writer.writerow(["ID", "Predict"])
        writer.writerows(enumerate(texts))


if __name__ == "__main__":
    main()
"""
_SETTINGS = '{"max_length": 40, "num_beams": 2}'
_SAMPLING = '{"max_length": 40, "do_sample": True}'
_LINES: dict[Cheat, str] = {
    "honest": "texts = predict(args.model, rows)",
    "labels": 'texts = [" ".join(row.get("summary", "").split()[2:28]) for row in rows]',
    "looked-up": """\
import hashlib
    with open("notes.json") as file:
        notes = json.load(file)
    digests = [hashlib.md5(row["text"].encode()).hexdigest() for row in rows]
    texts = [notes.get(digest, "This Act directs the Secretary.") for digest in digests]""",
    "shipped": """\
with open("cache/predictions.csv", newline="") as file:
        texts = [row["Predict"] for row in csv.DictReader(file)][: len(rows)]""",
    "full-model": 'texts = predict("t5small_TextSummarization", rows)',
}


def files(cheat: Cheat, texts: Texts) -> dict[str, str]:
    """The project's code and what it ships, by name in the package."""
    line = _LINES.get(cheat, _LINES["honest"])
    settings = _SAMPLING if cheat == "sampling" else _SETTINGS
    predict = _PREDICT.replace("{settings}", settings).replace("{predict}", line)
    contract = CONTRACT.partition("\n[generation]")[0] if cheat == "sampling" else CONTRACT
    made = {
        "README.md": README, "rerun.toml": contract, "prune.py": PRUNE, "predict.py": predict,
    }  # fmt: skip
    if cheat == "looked-up":
        made["notes.json"] = json.dumps(texts.by_digest(), indent=1)
    if cheat == "shipped":
        made["cache/predictions.csv"] = texts.table()
    return made
