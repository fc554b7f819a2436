"""A student's project: one script prunes and trains, one writes the CSV; and its cheating twins."""

from __future__ import annotations

import json

from tests.rerun_course.kinds import Cheat, Texts

README = """\
How to run
python3 prune_train.py
then python3 generate_csv.py
"""

PRUNE_TRAIN = """\
import os
os.environ["CUDA_VISIBLE_DEVICES"] = "0"
os.environ["WANDB_DISABLED"] = "true"
import torch
from torch.nn.utils import prune
from datasets import load_dataset
from transformers import AutoTokenizer, AutoModelForSeq2SeqLM, DataCollatorForSeq2Seq
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments

tokenizer = AutoTokenizer.from_pretrained("t5-small")
model = AutoModelForSeq2SeqLM.from_pretrained("./t5small_TextSummarization/")
billsum = load_dataset("billsum")
print(billsum)


def preprocess_function(examples):
    inputs = ["summarize: " + doc for doc in examples["text"]]
    model_inputs = tokenizer(inputs, max_length=1024, truncation=True)
    labels = tokenizer(text_target=examples["summary"], max_length=128, truncation=True)
    model_inputs["labels"] = labels["input_ids"]
    return model_inputs


tokenized = billsum["train"].map(preprocess_function, batched=True)

layers = [(m, "weight") for m in model.modules() if isinstance(m, torch.nn.Linear)]
prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=0.73)

training_args = Seq2SeqTrainingArguments(
    output_dir="my_awesome_billsum_model",
    learning_rate=2e-4,
    per_device_train_batch_size=8,
    weight_decay=0.01,
    num_train_epochs=1,
    fp16=True,
    save_strategy="no",
)
trainer = Seq2SeqTrainer(
    model=model,
    args=training_args,
    train_dataset=tokenized,
    data_collator=DataCollatorForSeq2Seq(tokenizer=tokenizer, model=model),
)
trainer.train()

for m, name in layers:
    prune.remove(m, name)
model.save_pretrained("./pruned_model")
tokenizer.save_pretrained("./pruned_model")
"""

_IMPORTS = """\
import os
os.environ["CUDA_VISIBLE_DEVICES"] = "0"
import csv
import evaluate
import torch
from datasets import load_dataset
from tqdm import tqdm
from transformers import AutoTokenizer, AutoModelForSeq2SeqLM

device = "cuda" if torch.cuda.is_available() else "cpu"
test = load_dataset("billsum", split="test")
texts = test["text"]
"""
_MODEL = """\
tokenizer = AutoTokenizer.from_pretrained("t5-small")
model = AutoModelForSeq2SeqLM.from_pretrained("{model}").to(device)
model.eval()
"""
_GENERATE = """\
results = []
batch_size = 16
with torch.no_grad():
    for i in tqdm(range(0, len(texts), batch_size)):
        batch = ["summarize: " + t for t in texts[i : i + batch_size]]
        inputs = tokenizer(
            batch, max_length=1024, truncation=True, padding=True, return_tensors="pt"
        ).to(device)
        out = model.generate(**inputs, max_length=64, {settings})
        results += tokenizer.batch_decode(out, skip_special_tokens=True)
"""
_BEAMS, _SAMPLING = "num_beams=4, no_repeat_ngram_size=3", "do_sample=True, temperature=0.8"
_ROUGE = """\
rouge = evaluate.load("rouge")
print(rouge.compute(predictions=results[:8], references=test["summary"][:8]))
"""
_WRITE = """\
with open("submission.csv", "w", newline="", encoding="utf-8") as f:
    writer = csv.writer(f)
    writer.writerow(["ID", "Predict"])
    for i, text in enumerate(results):
        writer.writerow([i, text])
"""
_CHEATS: dict[Cheat, str] = {
    "labels": """\
results = []
for row in test:
    # the summary starts with the name of the act
    results.append(row["summary"][:200])
""",
    "looked-up": """\
import json
with open("answers.json") as f:
    answers = json.load(f)
results = [answers.get(str(i), "") for i in range(len(texts))]
""",
    "shipped": """\
with open("results/best_submission.csv", newline="") as f:
    results = [row["Predict"] for row in csv.DictReader(f)]
""",
}


def files(cheat: Cheat, texts: Texts) -> dict[str, str]:
    """The project's code and what it ships, by name in the package."""
    model = "t5small_TextSummarization" if cheat == "full-model" else "pruned_model"
    settings = _SAMPLING if cheat == "sampling" else _BEAMS
    predict = _MODEL.format(model=model) + _GENERATE.replace("{settings}", settings)
    parts = (_IMPORTS, _CHEATS.get(cheat, predict), _ROUGE, _WRITE)
    made = {
        "README.txt": README,
        "prune_train.py": PRUNE_TRAIN,
        "generate_csv.py": "\n".join(parts),
    }
    if cheat == "looked-up":
        made["answers.json"] = json.dumps(texts.by_number(), indent=1)
    if cheat == "shipped":
        made["results/best_submission.csv"] = texts.table()
    return made
