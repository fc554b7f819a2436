"""What is run of a submission: each rule, their order, and where it has to be asked."""

from __future__ import annotations

import tempfile
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rerun.command_words import shown
from grader.rerun.entries import MAX_CANDIDATES, entry_of
from grader.rerun.readme_commands import commands, read_readme
from grader.rerun.records import Entry, Unclear
from tests.grader.rerun.handed import PREDICTS, TEMPLATE, TRAINS, Content, notebook, package
from validators.package.workspace import Entry as File
from validators.package.workspace import Workspace

PAIR: Mapping[str, Content] = {"prune_train.py": TRAINS, "generate_csv.py": PREDICTS}
BOOK = notebook("trainer.train()", "out = trainer.predict(x)", "df.to_csv('submission.csv')")
# Files, README, what is run, and words of the rule.
CLEAR: tuple[tuple[Mapping[str, Content], str, str, str], ...] = (
    ({**PAIR, "rerun.toml": 'command = "python prune_train.py"'}, "python generate_csv.py",
     "python prune_train.py", "rerun.toml"),
    ({**PAIR, "predict.py": TEMPLATE}, "", "python predict.py --model {model} --data {data} "
     "--output {output}", "--model, --data and --output"),
    ({"src/predict.py": "@click.option('--model')\n@click.option('--data')\n"
      "@click.option('--output')\ndef f(): pass\nf()"}, "",
     "cd src && python predict.py --model {model} --data {data} --output {output}", "predict.py"),
    ({"predict.py": "print('--model --data --output')\n" + PREDICTS}, "", "python predict.py",
     "writes a CSV"),
    (PAIR, "```\npython3 prune_train.py\npython3 generate_csv.py\n```", "python generate_csv.py",
     "README, line 3"),
    (PAIR, "1. python3 prune_train.py\n2. python3 generate_csv.py\n", "python generate_csv.py",
     "README, line 2"),
    (PAIR, "python prune_train.py && python generate_csv.py; echo done", "python generate_csv.py",
     "README, line 1"),
    (PAIR, "請先執行 `pip install -r r.txt`，再執行：python3 generate_csv.py，會產生 csv。",
     "python generate_csv.py", "README"),
    (PAIR, "$ conda activate x\n$ CUDA_VISIBLE_DEVICES=0 python3.9 GENERATE_CSV.py --beam 4",
     "python generate_csv.py --beam 4", '"CUDA_VISIBLE_DEVICES=0" is left out'),
    (PAIR, "```\naccelerate launch --num_processes 1 generate_csv.py --beam 4\n```",
     "python generate_csv.py --beam 4", '"accelerate launch --num_processes 1" is left out'),
    (PAIR, "    torchrun --nproc_per_node=1 generate_csv.py", "python generate_csv.py", "torchrun"),
    (PAIR, "C:\\hw4> py -3 generate_csv.py", "python generate_csv.py", "README"),
    (PAIR, "nohup python -u generate_csv.py > log.txt 2>&1 &", "python generate_csv.py",
     '"> log.txt" is left out'),
    (PAIR, "Run python generate_csv.py --beam 4 to get the CSV.", "python generate_csv.py --beam 4",
     "README"),
    (PAIR, "python /content/drive/MyDrive/hw4/generate_csv.py --beam \\\n   4",
     "python generate_csv.py --beam 4", "README, line 1"),
    (PAIR, "First run prune_train.py. Then run `generate_csv.py`.", "python generate_csv.py",
     "README"),
    ({f"src/{name}": text for name, text in PAIR.items()}, "cd HW4_9900940/src\npython "
     "generate_csv.py", "cd src && python generate_csv.py", "README, line 2"),
    ({f"src/{name}": text for name, text in PAIR.items()}, "python src\\generate_csv.py",
     "python src/generate_csv.py", "README"),
    ({f"src/{name}": text for name, text in PAIR.items()}, "python generate_csv.py",
     "cd src && python generate_csv.py", "README"),
    ({"a.py": TRAINS, "pkg/predict.py": PREDICTS}, "`python -m pkg.predict --beam 4`",
     "python -m pkg.predict --beam 4", "README"),
    ({"train.ipynb": BOOK, "x.py": TRAINS},
     "jupyter nbconvert --to notebook --execute train.ipynb", "train.ipynb", "README"),
    ({"a.ipynb": BOOK, "b b.ipynb": BOOK}, "Please run a.ipynb.", "a.ipynb", "README"),
    ({"src/main.ipynb": notebook("import wrapper", "wrapper.Tutorial().go()"),
      "src/wrapper.py": "class Tutorial:\n  def go(self):\n    self.m.predict(1)\n"
      "    self.d.to_csv('submission.csv')\n"}, "", "src/main.ipynb", "predicts and writes"),
    ({"a.ipynb": notebook("print(1)"), "b.py": TRAINS}, "", "a.ipynb", "the one notebook"),
    ({"train.ipynb": notebook("fit()"), "b.py": PREDICTS}, "", "python b.py", "writes a CSV"),
    ({"src/a.py": "m.predict(1)\nopen('../pruned_model/x')\nwith open('o.csv', 'w') as f: pass\n",
      "pruned_model/config.json": "{}"}, "", "cd src && python a.py", "the one program"),
    ({"src/a.py": "load('pruned_model')\nd.to_csv('o.csv')\n", "pruned_model/config.json": "{}"},
     "", "python src/a.py", "the one program"),
    ({"prune.py": TRAINS, "HW4.ipynb": BOOK}, "1. `python prune.py`\n2. Open `HW4.ipynb`, run all.",
     "HW4.ipynb", "predicts and writes"),  # what the README names as a command only trains
    ({"prune.py": TRAINS, "go.py": TRAINS}, "python prune.py", "python prune.py", "README, line 1"),
    ({"prune.py": TRAINS + PREDICTS, "HW4.ipynb": BOOK}, "python prune.py", "HW4.ipynb",
     "predicts and writes"),  # by its name it trains; the CSV is a table of attempts
    ({"prune.py": TRAINS, "HW4.ipynb": BOOK, "lib/left.py": "if TYPE_CHECKING:\n  import x\n"
      f"def f():\n  {PREDICTS.splitlines()[0]}\n  {PREDICTS.splitlines()[1]}\n"}, "",
     "HW4.ipynb", "predicts and writes"),  # a module that nobody imports is no program
    ({"main.py": TRAINS + PREDICTS, "HW4.ipynb": BOOK}, "python main.py", "python main.py",
     "README, line 1"),
    ({"go.py": "def f(:\n"}, "python go.py", "python go.py", "can't be read as Python"),
    ({**PAIR, "run.sh": "#!/bin/bash\n# python prune_train.py\npython prune_train.py\npython "
      "generate_csv.py --beam 2\n"}, "see run.sh", "python generate_csv.py --beam 2", "line 5"),
    ({"預測.py": PREDICTS, "訓練.py": TRAINS}, unicodedata.normalize("NFD", "python3 預測.py"),
     "python 預測.py", "README"),
)  # fmt: skip


def found_in(root: Path, files: Mapping[str, Content], readme: str) -> Union[Entry, Unclear]:
    return entry_of(root, package(root, files), readme, None)


@pytest.mark.parametrize(("files", "readme", "runs", "rule"), CLEAR)
def test_what_is_run_and_why(
    tmp_path: Path, files: Mapping[str, Content], readme: str, runs: str, rule: str
) -> None:
    found = found_in(tmp_path, files, readme)
    assert isinstance(found, Entry), found
    assert shown(found) == runs
    assert rule in found.found_by
    assert entry_of(tmp_path, tuple(reversed(tuple(files))), readme, None) == found


UNCLEAR: tuple[tuple[Mapping[str, Content], str, str, tuple[str, ...]], ...] = (
    ({"a.py": PREDICTS, "b.py": PREDICTS}, "python a.py\n\npython b.py", "2 commands",
     ("python a.py", "python b.py")),
    (PAIR, "python generate_csv.py --beam 2\npython generate_csv.py --beam 4", "2 commands",
     ("python generate_csv.py --beam 2", "python generate_csv.py --beam 4",
      "python prune_train.py")),
    (PAIR, "```\npython generate_csv.py --model <your model>\n```", "stands for something", ()),
    (PAIR, "```\npython generate_csv.py > out.csv\n```", "only a shell", ()),
    (PAIR, "```\npython generate_csv.py | python fix.py\n```", "only a shell", ()),
    ({"predict.py": TEMPLATE, **PAIR}, "python generate_csv.py", "but the README names",
     ("python predict.py --model {model} --data {data} --output {output}",
      "python generate_csv.py", "python prune_train.py")),
    ({"a/predict.py": TEMPLATE, "b/predict.py": TEMPLATE}, "", "2 files called predict.py", ()),
    ({"b.ipynb": BOOK, "predict.py": PREDICTS, "train.py": TRAINS}, "", "2 programs write a CSV",
     ("python predict.py", "b.ipynb", "python train.py")),
    ({"a.py": "f(", "b.py": "print(1)"}, "", "none of 2 programs", ("python a.py", "python b.py")),
    ({"lib.py": "def f(): pass", "README": ""}, "", "no program", ()),
    ({".ipynb_checkpoints/a.ipynb": BOOK}, "run .ipynb_checkpoints/a.ipynb", "no program", ()),
)  # fmt: skip


@pytest.mark.parametrize(("files", "readme", "asks", "candidates"), UNCLEAR)
def test_what_has_to_be_asked(
    tmp_path: Path,
    files: Mapping[str, Content],
    readme: str,
    asks: str,
    candidates: tuple[str, ...],
) -> None:
    found = found_in(tmp_path, files, readme)
    assert isinstance(found, Unclear), found
    assert asks in found.asks
    if candidates:
        assert tuple(map(shown, found.candidates)) == candidates


def test_a_candidate_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"a.py": "print 'python 2'", "b.py": TRAINS}, "")
    assert isinstance(found, Unclear)
    broken = next(one for one in found.candidates if one.command == ("python", "a.py"))
    assert "can't be read as Python" in broken.found_by


def test_the_tas_answer_stands_above_everything(tmp_path: Path) -> None:
    files = package(tmp_path, {**PAIR, "rerun.toml": 'command = "python generate_csv.py"'})
    answer = Entry("command", ("python", "prune_train.py"), found_by="the TA's answer")
    assert entry_of(tmp_path, files, "python generate_csv.py", answer) == answer


OUTPUTS = (
    ("d.to_csv('a.csv')", ("a.csv",)),
    ("d.to_csv(path_or_buf='a.csv')", ("a.csv",)),
    ("OUT = 'out'\nd.to_csv(os.path.join(OUT, 'a.csv'))", ("out/a.csv",)),
    ("OUT = Path('out')\nd.to_csv(OUT / f'{OUT}.csv')", ("out/out.csv",)),
    ("p.add_argument('--out', default='a.csv')\nd.to_csv(args.out)", ("a.csv",)),
    ("def f(to='a.csv'):\n  d.to_csv(to)\nf()", ("a.csv",)),
    ("import csv\nwith open('a.csv', 'w') as f: csv.writer(f).writerow([])", ("a.csv",)),
    ("open('train.csv').read()\nPath('b.csv').open('w').write('x')", ("b.csv",)),
    ("d.to_csv(name())", ()),
    ("d.to_csv('a.csv')\nd.to_csv(name())", ()),
    ("d.to_csv('/content/a.csv')", ()),
    ("d.to_csv('../../a.csv')", ()),
    ("d.to_csv('C:/a.csv')", ()),
    ("a = b = 'x' * 9\na = a + a\na = a + a\nd.to_csv(a + '.csv')", ()),
)


@pytest.mark.parametrize(("source", "outputs"), OUTPUTS)
def test_the_csvs_that_are_written(tmp_path: Path, source: str, outputs: tuple[str, ...]) -> None:
    for name, text in (("a.py", source), ("b.ipynb", notebook("%matplotlib inline", source))):
        found = found_in(tmp_path, {name: text}, "")
        assert isinstance(found, Entry)
        assert found.outputs == outputs
        assert "writes a CSV" in found.found_by


def test_an_output_that_is_typed_comes_first(tmp_path: Path) -> None:
    found = found_in(tmp_path, PAIR, "python generate_csv.py --out=o.csv")
    assert isinstance(found, Entry)
    assert found.outputs == ("o.csv", "submission.csv")


HOSTILE = (
    b"\xff\xfe\x00" * 99, b"# coding: idna\n" + b"a" * 999, b"# coding: nonsense\n", b"\0",
    b"a" + b".b" * 250_000, b"1" + b"+1" * 250_000, b"(" * 500_000, b"a" + b"()" * 250_000,
    b"-" * 500_000 + b"1", b"if a:\n b\n" + b"elif a:\n b\n" * 40_000, b"[" * 9 + b"'" * 9,
    b"f'{" + b"a" + b".b" * 200_000 + b"}'", b"x = '''" + b"\n" * 500_000, b"x" * (2 << 20),
    b"a = 'x'\n" + b"a = a + a\n" * 200 + b"d.to_csv(a + '.csv')\n", b"'\\d' is 1\n",
)  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_no_source_brings_us_down(tmp_path: Path, source: bytes) -> None:
    book = b'{"cells": [{"cell_type": "code", "source": ["a"]}, ' + b"[" * 200_000
    files = {"a.py": source, "b.py": PREDICTS, "c.ipynb": book}
    found = found_in(tmp_path, files, "")
    assert isinstance(found, (Entry, Unclear))
    if isinstance(found, Entry):
        assert found.command == ("python", "b.py")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("d.to_csv('private.csv')", encoding="utf-8")
    root = tmp_path / "in"
    package(root, {"b.py": PREDICTS})
    (root / "a.py").symlink_to(secret)
    found = entry_of(root, ("a.py", "b.py", "gone.py"), "", None)
    assert isinstance(found, Entry)
    assert found.command == ("python", "b.py")


def test_candidates_are_bounded(tmp_path: Path) -> None:
    found = found_in(tmp_path, {f"p{n:03}.py": PREDICTS for n in range(40)}, "")
    assert isinstance(found, Unclear)
    assert len(found.candidates) == MAX_CANDIDATES
    assert found.candidates[0].command == ("python", "p000.py")


WORDS = st.sampled_from(
    ["python", "python3", "a.py", "b.ipynb", "src/c.py", "&&", "|", "cd src", "cd ..", "--x", "=",
     "`", "```\n", "\n", "$", "'", '"', "\\", "<x>", "run", "執行", "jupyter", "-m", "src.c", "#",
     "accelerate launch", "uv run", "\u200b", "A=1", "，", ">"]
)  # fmt: skip


@given(st.lists(WORDS | st.text(max_size=8), max_size=30).map(" ".join))
@settings(max_examples=100, deadline=None)
def test_any_readme_gives_commands_of_files_that_are_there(text: str) -> None:
    files = ("a.py", "b.ipynb", "src/c.py")
    for said in commands(text, files):
        assert said.path in files
        assert 1 <= said.number <= len(text.splitlines())
    with tempfile.TemporaryDirectory() as scratch:
        found = found_in(Path(scratch), dict.fromkeys(files, PREDICTS), text)
    for entry in (found,) if isinstance(found, Entry) else found.candidates:
        assert entry.command[0].endswith((".py", ".ipynb")) or entry.command[0] == "python"
        assert not {"&&", "|", ";"} & set(entry.command)


def test_a_hostile_readme_is_read_in_time(tmp_path: Path) -> None:
    files = package(tmp_path, {"a.py": PREDICTS})
    for part in ("A1=x ", "python ", "sudo ", "a.a", "`", "#", "(", "cd a/", "\\ ", "x.py"):
        for readme in (part * (100_000 // len(part)), f"{part * 190}\n" * 300):
            assert isinstance(entry_of(tmp_path, files, readme, None), (Entry, Unclear))


def test_a_whole_library_is_not_read(tmp_path: Path) -> None:
    big = "#" * (400 << 10)
    files = {"a.py": PREDICTS, "b.py": PREDICTS, **{f"lib/m{n:02}.py": big for n in range(16)}}
    found = found_in(tmp_path, files, "")
    assert isinstance(found, Unclear)
    assert "(11 code files were not looked at" in found.asks
    assert [shown(one) for one in found.candidates] == ["python a.py", "python b.py"]


def test_readmes_in_word_and_text_are_read(tmp_path: Path) -> None:
    body = "".join(f"<w:t>{word}</w:t>" for word in ("Steps:", "python3 train.py", "python3 go.py"))
    with zipfile.ZipFile(tmp_path / "README.docx", "w") as word:
        word.writestr("word/document.xml", body)
    (tmp_path / "readme.txt").write_bytes("執行 python3 預測.py".encode("cp950"))
    (tmp_path / "README.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "README.md").write_text("python other.py", encoding="utf-8")
    entries = [
        File(path.relative_to(tmp_path).as_posix(), path.stat().st_size)
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file()
    ]
    text = read_readme(Workspace("x.zip", tmp_path, entries=tuple(entries)), "cp950")
    said = commands(text, ("train.py", "go.py", "預測.py", "other.py"))
    assert [one.path for one in said] == ["train.py", "go.py", "預測.py"]
