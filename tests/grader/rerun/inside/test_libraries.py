"""The layer with the real datasets, evaluate, transformers and torch, as students call them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.grader.rerun.inside.programs import COURSE, Outcome, Place
from tests.rerun_course.tiny import PRUNED, RELEASED, make_assets, make_pruned

pytestmark = pytest.mark.torch

_TUTORIAL = """
import os
os.environ["CUDA_VISIBLE_DEVICES"] = "0"
import torch, evaluate, numpy as np
import torch.nn.utils.prune as prune
from datasets import load_dataset
from tqdm.notebook import tqdm
from tqdm.auto import trange
from transformers import (AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer, DataCollatorForSeq2Seq,
                          GenerationConfig, Seq2SeqTrainer, Seq2SeqTrainingArguments,
                          T5ForConditionalGeneration)

def say(name, value): print("@" + name, value, sep="=")

billsum = load_dataset("billsum", split="test")
train = load_dataset("billsum", split="train[:10%]").train_test_split(test_size=0.2)
tokenizer = AutoTokenizer.from_pretrained("google-t5/t5-small")
prefix = "summarize: "

def preprocess(examples):
    inputs = tokenizer([prefix + doc for doc in examples["text"]], max_length=64, truncation=True)
    labels = tokenizer(text_target=examples["summary"], max_length=16, truncation=True)
    inputs["labels"] = labels["input_ids"]
    return inputs

tokenized = billsum.map(preprocess, batched=True, remove_columns=["title"])
say("columns", tokenized.column_names)
rouge = evaluate.load("rouge")
say("rouge", rouge.compute(predictions=["a b"], references=["a b c"])["rouge1"])

device = torch.device("cuda")
released = AutoModelForSeq2SeqLM.from_pretrained("./t5small_TextSummarization/").to(device)
for _, module in released.named_modules():
    if isinstance(module, torch.nn.Linear):
        prune.identity(module, "weight")
arguments = Seq2SeqTrainingArguments(
    output_dir="out", evaluation_strategy="epoch", per_device_eval_batch_size=2, fp16=True,
    predict_with_generate=True, overwrite_output_dir=True, report_to="wandb", push_to_hub=True)
trainer = Seq2SeqTrainer(model=released, args=arguments, train_dataset=tokenized,
    eval_dataset=tokenized, tokenizer=tokenizer,
    data_collator=DataCollatorForSeq2Seq(tokenizer=tokenizer, model=released))
done = trainer.train()
say("trained", done.metrics["train_loss"])
trained = trainer.model.state_dict()
right = torch.load("pruned_model/model_state_dict.pth", map_location="cuda")
say("loaded", all(torch.equal(trained[key], right[key]) for key in right))
predicted = trainer.predict(tokenized.select(range(4)))
say("predicted", predicted.predictions.shape[0])
trainer.save_model("saved")
say("saved", sorted(os.listdir("saved"))[0])

handed = T5ForConditionalGeneration.from_pretrained(r"C:\\Users\\me\\hw4\\pruned_model")
say("tensor", torch.tensor([1], device="cuda").cuda().to("cuda:0").device)
say("module", next(handed.cuda().parameters()).device)
say("again", type(AutoConfig.from_pretrained("t5-small")).__name__)
for name in ("facebook/bart-large-cnn", "t5-small"):
    try:
        T5ForConditionalGeneration.from_pretrained(name)
    except OSError as error:
        say("refused", error)
say("bars", sum(1 for _ in tqdm(range(2))) + sum(1 for _ in trange(2)))
"""

_COLUMNS = """
from datasets import load_dataset, concatenate_datasets
d = load_dataset("billsum", split="test")
d["text"]                                                                               #0
d[0]["text"]                                                                            #1
[row["text"] for row in d]                                                              #2
d.map(lambda b: {"n": [len(t) for t in b["text"]]}, batched=True, remove_columns=["summary"])  #3
d.map(lambda row: {"n": len(row["summary"])}, remove_columns=["text"])                  #4
d.filter(lambda row: row["summary"] == "")                                              #5
d.shuffle(seed=1).select([0, 1])[:2]["summary"]                                         #6
next(iter(d.map(lambda row: {"n": 1})))["summary"]                                      #7
d.train_test_split(test_size=2)["train"][0]["summary"]                                  #8
d.to_pandas()                                                                           #9
d.remove_columns(["summary"]).map(lambda row: {"n": row["title"]})                      #10
load_dataset("billsum")["test"].with_format("numpy")[0]["summary"]                      #11
load_dataset("billsum", split="train")[0]["summary"]                                    #12
d.map(lambda text: {"n": 1}, input_columns=["text"])                                    #13
concatenate_datasets([d, load_dataset("billsum", split="train")])[0]["summary"]         #14
list(load_dataset("billsum", split="test", streaming=True))                             #15
next(iter(__import__("torch").utils.data.DataLoader(d.remove_columns("title"))))["text"]  #16
len(d), d.features, d.num_rows, d.column_names, str(d)                                  #17
"""
_READ = {
    0: {"text"}, 1: {"text"}, 2: {"text"}, 3: {"text"}, 4: {"summary"}, 5: {"summary"},
    6: {"summary"}, 7: {"summary"}, 8: {"summary"}, 9: {"summary", "text", "title"}, 10: {"title"},
    11: {"summary"}, 13: {"text"}, 15: {"summary", "text", "title"}, 17: set(),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("real"))
    make_assets(place.assets, 12, 20)
    make_pruned(place.package / PRUNED, "masked")
    return place


def said(outcome: Outcome, name: str) -> list[str]:
    lines = [line[1:].partition("=") for line in outcome.stdout.splitlines() if line[:1] == "@"]
    return [value for key, _, value in lines if key == name]


@pytest.fixture(scope="module")
def tutorial(place: Place) -> Outcome:
    outcome = place.run(_TUTORIAL)
    assert outcome.exit_code == 0, outcome.stderr
    return outcome


def test_the_tutorials_lines_run_offline(tutorial: Outcome) -> None:
    assert "labels" in said(tutorial, "columns")[0]
    names = ("rouge", "trained", "loaded", "predicted", "tensor", "module", "again", "bars")
    values = {name: said(tutorial, name) for name in names}
    assert values == {
        "rouge": ["0.8"], "trained": ["0.0"], "loaded": ["True"], "predicted": ["4"],
        "tensor": ["cpu"], "module": ["cpu"], "again": ["T5Config"], "bars": ["4"],
    }  # fmt: skip
    other, bare = said(tutorial, "refused")
    assert 'no model "facebook/bart-large-cnn"' in other
    assert f"There are: {PRUNED}, t5-small, {RELEASED}." in other
    assert "not its weights" in bare


def test_what_the_tutorials_lines_asked_for_is_told(tutorial: Outcome) -> None:
    assert tutorial.answers("tokenizer") == {"google-t5/t5-small": "the course's t5-small"}
    assert {(each.name, each.answer) for each in tutorial.asked if each.what == "model"} == {
        (f"./{RELEASED}/", f"the course's {RELEASED}"),
        ("C:\\Users\\me\\hw4\\pruned_model", "the handed-in folder"),
        ("t5-small", "the course's t5-small, its configuration only"),
        ("t5-small", "refused: the course's t5-small has no weights"),
        ("facebook/bart-large-cnn", "refused"),
        ("pruned_model/model_state_dict.pth", "the handed-in folder"),
    }
    skipped = tutorial.answers("training")["Seq2SeqTrainer.train"]
    assert skipped.startswith("skipped: the handed-in weights were loaded (")
    assert set(tutorial.answers("hardware")) == {"cuda", "fp16"}
    columns = {each.name for each in tutorial.asked if each.what == "column"}
    assert columns == {"billsum/test/text", "billsum/test/summary"}
    assert not tutorial.answers("record"), tutorial.asked
    assert not {each.what for each in tutorial.asked} & {"network", "file", "process", "import"}
    assert all(each.where.startswith("main.py:") for each in tutorial.asked), tutorial.asked


def test_columns_read_through_the_library_are_told(place: Place) -> None:
    outcome = place.run(_COLUMNS)
    assert outcome.exit_code == 0, outcome.stderr
    lines = (place.package / "main.py").read_text(encoding="utf-8").splitlines()
    numbered = {int(text.rpartition("#")[2]): number for number, text in enumerate(lines, 1)
                if "#" in text}  # fmt: skip
    found = {
        case: {each.name for each in outcome.asked
               if each.what == "column" and each.where == f"main.py:{line}"}
        for case, line in numbered.items()
    }  # fmt: skip
    for case, columns in _READ.items():
        assert found[case] == {f"billsum/test/{column}" for column in columns}, case
    assert found[12] == {"billsum/train/summary"}
    assert found[14] == {"billsum/test+train/summary"}
    # torch puts every column that is left into its batches.
    assert found[16] == {"billsum/test/text", "billsum/test/summary"}


_TRAIN = """
import torch
from transformers import T5ForConditionalGeneration, Trainer, TrainingArguments
model = T5ForConditionalGeneration.from_pretrained("t5small_TextSummarization")
before = model.shared.weight.detach().clone()
rows = [{"input_ids": [5, 6, 7], "labels": [8, 9, 1]}] * 2
collate = lambda batch: {key: torch.tensor([row[key] for row in batch]) for key in rows[0]}
arguments = TrainingArguments(output_dir="out", max_steps=1, learning_rate=0.1, report_to="none")
Trainer(model=model, args=arguments, train_dataset=rows, data_collator=collate).train()
print("@untrained", torch.equal(before, model.shared.weight), sep="=")
"""


_WEIGHTS = """
import sys, torch
import torch.nn.utils.prune as prune
from course_layer.weights import load_into
from transformers import T5ForConditionalGeneration
def fresh(masked):
    torch.manual_seed(0)
    model = T5ForConditionalGeneration.from_pretrained("t5small_TextSummarization")
    for module in model.modules():
        if masked and isinstance(module, torch.nn.Linear): prune.identity(module, "weight")
    return model
def text(model):
    return model.eval().generate(torch.arange(3, 40)[None], max_length=20)[0].tolist()
for masked in (True, False):
    for folder in ("masked", "folded", "empty", "broken"):
        model = fresh(masked)
        print(masked, folder, load_into(model, folder), text(model), sep="|")
"""


def test_training_runs_by_policy_and_weights_serve_both_kinds_of_model(place: Place) -> None:
    for style in ("masked", "folded"):
        folder = place.package / style
        if not folder.exists():
            make_pruned(folder, "masked" if style == "masked" else "folded")
    for name in ("empty", "broken"):
        (place.package / name).mkdir(exist_ok=True)
    (place.package / "broken" / "model.safetensors").write_bytes(b"no")
    # In one process with the training, since importing torch is what takes the time.
    outcome = place.run(_TRAIN + _WEIGHTS, replace(COURSE, policy="full"))
    assert outcome.exit_code == 0, outcome.stderr
    assert said(outcome, "untrained") == ["False"]
    assert outcome.answers("training") == {"Trainer.train": "run"}
    rows = [line.split("|") for line in outcome.stdout.splitlines() if line.count("|") == 3]
    found = {(masked, folder): (told, text) for masked, folder, told, text in rows}
    released = found["True", "empty"][1]
    for (_, source), (told, text) in found.items():
        if source in ("masked", "folded"):
            assert told.startswith("the handed-in weights were loaded")
            assert text != released
        else:
            assert told.startswith("nothing loaded")
            assert text == released
    assert "model.safetensors can't be read" in found["True", "broken"][0]
    assert found["True", "folded"][1] == found["False", "folded"][1]
