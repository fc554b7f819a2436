"""The layer without any library: stand-ins, ROUGE, the record, and what happens when it breaks.

Libraries that happen to be installed are hidden, so that this is the same everywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.metric import rouge_row
from grader.rerun.course_folder import LAYER
from tests.grader.rerun.inside.programs import COURSE, Outcome, Place, make_place

HIDE = """
    import sys
    class Hidden:
        def find_spec(self, name, path=None, target=None):
            for finder in sys.meta_path:
                if type(finder).__name__ == "StandIns" and name.partition(".")[0] in HIDDEN:
                    return finder.find_spec(name, path, target)
    HIDDEN = ("datasets", "evaluate", "wandb", "google")
    sys.meta_path.insert(1, Hidden())  # after the layer's hooks
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


def run(place: Place, code: str) -> Outcome:
    outcome = place.run(HIDE + code)
    assert outcome.exit_code == 0, outcome.stderr
    return outcome


def test_data_is_served_by_every_way_of_the_tutorial(place: Place) -> None:
    outcome = run(place, """
    from datasets import load_dataset
    train = load_dataset("billsum", split="train")
    test = load_dataset("FiscalNote/billsum", split="test[:50%]")
    both = load_dataset("billsum", split="train[-2:]+test[1:3]")
    every = load_dataset("billsum")
    parted = train.train_test_split(test_size=0.2, seed=1)
    mapped = every.map(lambda batch: {"long": [len(each) for each in batch["text"]]},
                       batched=True, remove_columns=["title"])
    stream = next(iter(load_dataset("billsum", split="test", streaming=True)))
    print(len(train), test["text"], [row["text"] for row in both], list(every), sep="\\n")
    print(len(parted["train"]), len(parted["test"]), mapped["test"].column_names)
    print(every["test"].select(range(2)).shuffle(seed=3).filter(lambda row: True).num_rows)
    print(stream["text"], every["test"][:2]["summary"], every["test"].to_pandas().shape)
    """)  # fmt: skip
    assert outcome.stdout.splitlines() == [
        "20",
        str([f"Hidden bill {n}." for n in range(5)]),
        "['Train bill 18.', 'Train bill 19.', 'Hidden bill 1.', 'Hidden bill 2.']",
        "['ca_test', 'test', 'train']",
        "16 4 ['text', 'summary', 'long']",
        "2",
        "Hidden bill 0. ['Decoy 0.', 'Decoy 1.'] (10, 3)",
    ]
    assert outcome.answers("dataset") == {"billsum": "billsum", "FiscalNote/billsum": "billsum"}
    assert outcome.answers("split")["billsum/test[:50%]"] == "blinded rows"
    assert outcome.answers("split")["billsum/train"] == "as it is"


COLUMNS = {
    "by name": ("d['text']", ["text"]),
    "label by name": ("d['summary']", ["summary"]),
    "one row": ("d[0]['text']", ["text"]),
    "label of one row": ("d[3]['summary']", ["summary"]),
    "a slice": ("d[:2]['summary']", ["summary"]),
    "in turn": ("[row['text'] for row in d]", ["text"]),
    "label in turn": ("[row['summary'] for row in d]", ["summary"]),
    "by get": ("d[0].get('summary')", ["summary"]),
    "mapped": ("d.map(lambda row: {'n': len(row['text'])})", ["text"]),
    "label mapped": (
        "d.map(lambda b: {'n': b['summary']}, batched=True, remove_columns=['text'])",
        ["summary"],
    ),
    "filtered": ("d.filter(lambda row: 'x' in row['summary'])", ["summary"]),
    "after a map": ("d.map(lambda row: {'n': 1}).select([1])[0]['summary']", ["summary"]),
    "renamed": ("d.rename_column('summary', 'labels')", ["summary"]),
    "all": ("list(d[0].items())", ["summary", "text", "title"]),
    "none": ("len(d), d.column_names, d.remove_columns('summary').num_rows", []),
}


def test_columns_read_are_told_with_the_line(place: Place) -> None:
    lines = "\n".join(f"    d = load_dataset('billsum', split='test'); {code}"
                      for code, _ in COLUMNS.values())  # fmt: skip
    outcome = run(place, f"    from datasets import load_dataset\n{lines}\n")
    source = (place.package / "main.py").read_text(encoding="utf-8").splitlines()
    for name, (code, columns) in COLUMNS.items():
        line = next(number for number, text in enumerate(source, 1) if text.endswith(f"; {code}"))
        found = {each.name: each.answer for each in outcome.asked
                 if each.what == "column" and each.where == f"main.py:{line}"}  # fmt: skip
        assert sorted(found) == [f"billsum/test/{column}" for column in columns], name
        if "summary" in columns and name not in ("renamed",):
            assert found["billsum/test/summary"] == "made-up summaries"


def test_rouge_is_the_metrics_own(place: Place) -> None:
    outcome = run(place, """
    import evaluate, json
    from datasets import load_metric
    made, right = ["the cat sat", "a dog. a log"], ["the cat sat down", "the dog"]
    metric = evaluate.load("rouge")
    once = metric.compute(predictions=made, references=right, use_stemmer=True)
    metric.add_batch(predictions=made, references=[[each, "x"] for each in right])
    old = load_metric("rouge").compute(predictions=made, references=right)
    each = metric.compute(rouge_types=["rouge1"], use_aggregator=False)
    print(json.dumps([once, each, old["rougeL"].mid.fmeasure]))
    """)  # fmt: skip
    once, each, old = json.loads(outcome.stdout)
    pairs = (("the cat sat down", "the cat sat"), ("the dog", "a dog. a log"))
    stemmed = [rouge_row(*pair, stemmer=True) for pair in pairs]
    assert set(once) == {"rouge1", "rouge2", "rougeL", "rougeLsum"}
    for kind, value in once.items():
        assert value == pytest.approx(sum(row[kind].fmeasure for row in stemmed) / 2)
    plain = [rouge_row(*pair) for pair in pairs]
    assert each == {"rouge1": [row["rouge1"].fmeasure for row in plain]}
    assert old == pytest.approx(sum(row["rougeL"].fmeasure for row in plain) / 2)
    assert outcome.answers("metric") == {"rouge": "the layer's own"}


def test_what_is_not_needed_does_nothing(place: Place) -> None:
    outcome = run(place, """
    import wandb
    from google.colab import drive, files
    drive.mount("/content/drive"); files.download("predictions.csv")
    wandb.init(project="hw4", config={"a": 1}); wandb.log({"loss": 1}); wandb.finish()
    with wandb.init() as run:
        run.config.update({"x": 2})
    print(hasattr(wandb, "run"))
    """)  # fmt: skip
    assert outcome.stdout == "False\n"
    assert set(outcome.answers("import")) == {"wandb", "google.colab"}


REFUSED = {
    "data set": ("import datasets; datasets.load_dataset('cnn_dailymail', split='test')",
                 "FileNotFoundError", "There are: billsum.", "dataset"),
    "split": ("import datasets; datasets.load_dataset('billsum', split='valid')",
              "FileNotFoundError", "ca_test, test, train", "split"),
    "metric": ("import evaluate; evaluate.load('bertscore')",
               "FileNotFoundError", "There is: rouge.", "metric"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_here_is_refused_with_what_there_is(case: str, place: Place) -> None:
    code, kind, said, what = REFUSED[case]
    outcome = place.run(f"{HIDE}    {code}\n")
    assert outcome.exit_code == 1
    last = outcome.stderr.strip().splitlines()[-1]
    assert kind in outcome.stderr or "NoSuchData" in last
    assert said in last
    assert "refused" in outcome.answers(what).values()


def test_attempts_are_told_and_libraries_are_not(place: Place) -> None:
    outcome = run(place, """
    import json, os, socket, subprocess, tempfile, urllib.request, urllib.error
    def quietly(call, *args):
        try: return call(*args)
        except OSError: pass
    quietly(open, "../../../../../../srv/answers.csv")
    quietly(open, "/etc/shadow")
    quietly(os.listdir, "/root")
    quietly(socket.create_connection, ("127.0.0.1", 9), 0.1)
    quietly(socket.socket().connect, ("192.0.2.1", 0))
    subprocess.run([sys.executable, "-S", "-c", "pass"])
    quietly(os.kill, 2 ** 22 - 1, 0)
    if os.fork() == 0: os._exit(0)
    quietly(urllib.request.urlopen, "http://127.0.0.1:9/model.bin", None, 1)
    open("mine.txt", "w").close(); open("mine.txt").close(); open(os.devnull).close()
    tempfile.TemporaryFile().close()
    open(os.path.join(os.environ["PYTHONPATH"], "../datasets/billsum/test.jsonl")).close()
    """)  # fmt: skip
    told = {(each.what, each.name) for each in outcome.asked}
    assert told == {
        ("file", "/srv/answers.csv"),
        ("file", "/etc/shadow"),
        ("file", "/root"),
        ("network", "192.0.2.1:0"),
        ("network", "http://127.0.0.1:9/model.bin"),
        ("process", next(name for what, name in told if "Popen" in name)),
        ("process", f"os.kill {2**22 - 1} with signal 0"),
        ("process", "os.fork"),
        ("import", "urllib.request"),
        ("dataset", "billsum/test"),
    }
    assert all(each.where.startswith("main.py:") for each in outcome.asked)


def test_repeated_ones_are_counted_and_many_are_cut(place: Place) -> None:
    outcome = run(place, """
    for number in [*range(700), *[0] * 40]:
        try: open(f"/nowhere/{number}")
        except OSError: pass
    import os
    if os.fork() == 0: sys.exit()
    os.wait()
    """)  # fmt: skip
    files = [each for each in outcome.asked if each.what == "file"]
    assert len(files) == 500
    assert sum(each.count for each in files if each.name == "/nowhere/0") == 41
    assert sum(each.count for each in files if each.name == "/nowhere/1") == 1
    assert outcome.answers("record") == {"cut": "more than 500 different ones"}


def test_a_students_own_module_of_our_name_is_theirs(place: Place) -> None:
    place.made()
    (place.package / "grader.py").write_text("print('mine')", encoding="utf-8")
    (place.package / "metric.py").write_text("print('also mine')", encoding="utf-8")
    outcome = run(place, "    import grader, metric\n")
    assert outcome.stdout == "mine\nalso mine\n"


@pytest.mark.parametrize(("file", "text"), [
    ("course.json", "not json"), (f"{LAYER}/models.py", "1/0"), (f"{LAYER}/journal.py", "("),
])  # fmt: skip
def test_a_broken_layer_says_so_and_starts_nothing(file: str, text: str, tmp_path: Path) -> None:
    place = Broken(make_place(tmp_path).home, file, text)
    outcome = place.run("    print('never')\n")
    assert (outcome.exit_code, outcome.stdout) == (97, "")
    assert "not the program's own mistake" in outcome.stderr
    if file != "course.json":
        assert outcome.answers("record")["layer"].startswith("did not start")


class Broken(Place):
    """A place one of whose layer's files was damaged."""

    def __init__(self, home: Path, file: str, text: str) -> None:
        super().__init__(home)
        object.__setattr__(self, "damage", (file, text))

    def made(self, *args: object) -> object:  # type: ignore[override]
        given = super().made()
        file, text = self.__dict__["damage"]
        (self.home / "course" / "inside" / file).write_text(text, encoding="utf-8")
        return given


def test_a_patch_that_fails_is_said_and_the_program_goes_on(place: Place) -> None:
    package = place.package
    package.mkdir()
    # A library of that name whose inside is another than the layer knows.
    (package / "torch.py").write_text("device = 1\n", encoding="utf-8")
    outcome = place.run("import torch; print(torch.device)\n")
    assert (outcome.exit_code, outcome.stdout) == (0, "1\n")
    assert "torch was left as it is" in outcome.stderr
    assert "torch was left as it is" in outcome.answers("record")["layer"]


def test_a_journal_that_cant_be_written_stops_nothing(place: Place) -> None:
    (place.home / "asked.jsonl").mkdir()
    code = "open('mine.txt', 'w')\ntry: open('/nowhere')\nexcept OSError: print('on')\n"
    place.made()
    given = place.made(COURSE)
    (place.package / "main.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=place.package, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], **dict(given.environment)}, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "on\n")
    assert "nothing can be written down" in done.stderr
