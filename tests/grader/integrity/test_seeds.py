"""The seeds that a package states: read from its code and settings, unknown where in doubt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.reading import CODE, Ready, _Reading
from grader.integrity.seeds import MOST_FILES, MOST_SEEDS, seeds_of
from validators.package.workspace import Entry, Workspace
from validators.rules import load_rules

SHUFFLES = "random.shuffle(rows)\n"
Files = dict[str, Union[str, bytes]]


def stated(folder: Path, files: Files) -> tuple[str, ...]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = seeds_of(folder, list(files))
    assert seeds_of(folder, list(reversed(list(files)))) == found
    return found


def of_script(folder: Path, code: str) -> tuple[str, ...]:
    return stated(folder, {"main.py": SHUFFLES + code})


@pytest.mark.parametrize(
    ("code", "seeds"),
    [
        ("set_seed(7)", "7"),
        ("torch.manual_seed(7); random.seed(8); np.random.seed(9)", "7 8 9"),
        ("rng = np.random.default_rng(7)", "7"),
        ("torch.manual_seed(-1)", "-1"),
        ("SEED = 7\nset_seed(SEED)", "7"),
        ("SEED, STEPS = 7, 3\nset_seed(SEED)", "7"),
        ("SEED = 7\nUNUSED = 8\nset_seed(SEED)", "7"),
        ("args = Seq2SeqTrainingArguments('out', seed=7, data_seed=8)\nTrainer(m, args)", "7 8"),
        ("from transformers import TrainingArguments as T\nT(seed=7)", "7"),
        ("from transformers import set_seed as fix\nfix(7)", "7"),
        ("split = rows.train_test_split(seed=7)", "7"),
        ("train_test_split(rows, random_state=7)", "7"),
        ("def fix(n):\n    torch.manual_seed(n)\nfix(7)", "7"),
        ("def fix(seed=5):\n    torch.manual_seed(seed)\nfix(seed=7)", "5 7"),
        ("class C:\n    seed: int = 7\nset_seed(C().seed)", "7"),
        ("class C:\n    def __init__(self, s):\n        set_seed(s)\nC(7)", "7"),
        ("CFG = {'seed': 7}\nset_seed(CFG['seed'])", "7"),
        ("CFG = {'seed': 7}\nset_seed(int(CFG.get('seed', 9)))", "7 9"),
        ("p.add_argument('--seed', type=int, default=7)\nset_seed(p.parse_args().seed)", "7"),
        ("for seed in (7, 8):\n    set_seed(seed)", "7 8"),
        ("def w(i):\n    random.seed(torch.initial_seed() % 2**32)\nset_seed(7)", "7"),
        ("def run(seed=None):\n    set_seed(seed or 7)\nrun()", "7"),
        ("set_seed(8)\nset_seed(7)\nset_seed(8)", "7 8"),
    ],
)
def test_a_stated_seed_is_read(code: str, seeds: str, tmp_path: Path) -> None:
    assert of_script(tmp_path, code) == tuple(seeds.split())


@pytest.mark.parametrize(
    "code",
    [
        "",
        "SEED = 7",
        "x = 7  # seed",
        "set_seed(int(time.time()))",
        "set_seed(SEED)",
        "SEED = 7\nSEED += 1\nset_seed(SEED)",
        "SEED = 7\nset_seed(SEED + rank)",
        "set_seed(7)\nrows.shuffle(seed=epoch)",
        "set_seed(True)",
        "set_seed('7')",
        "set_seed(7.5)",
        "set_seed(*numbers)",
        f"set_seed({10**30})",
        "random.seed()",
        "p.add_argument('--seed', type=int)\nset_seed(p.parse_args().seed)",
        "for seed in range(3):\n    set_seed(seed)",
        "def fix(n):\n    set_seed(n)\nfix(**given)",
        ";".join(f"set_seed({number})" for number in range(MOST_SEEDS + 1)),
    ],
)
def test_without_a_constant_nothing_is_known(code: str, tmp_path: Path) -> None:
    assert of_script(tmp_path, code) == ()


@pytest.mark.parametrize(
    "code",
    [
        "args = TrainingArguments('out')",
        "args = TrainingArguments(**given)",
        "args = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()",
        "class Mine(TrainingArguments):\n    pass\nMine(seed=8)",
        "Seq2SeqTrainer(model).train()",
        "class Mine(Trainer):\n    pass\nMine(model).train()",
    ],
)
def test_the_seed_of_a_library_is_not_the_packages_own(code: str, tmp_path: Path) -> None:
    assert of_script(tmp_path, f"set_seed(7)\n{code}") == ()


def test_an_own_class_that_trains_is_no_library(tmp_path: Path) -> None:
    assert of_script(tmp_path, "class Trainer:\n    pass\nset_seed(7)\nTrainer(model)") == ("7",)


@pytest.mark.parametrize(
    ("code", "seeds"),
    [
        ("DataLoader(rows, shuffle=True)", ("7",)),
        ("DataLoader(rows, shuffle=False)", ()),
        ("DataLoader(rows)", ()),
        ("order = torch.randperm(9)", ("7",)),
        ("TrainingArguments(seed=7)", ("7",)),
    ],
)
def test_a_seed_decides_only_where_rows_are_shuffled(
    code: str, seeds: tuple[str, ...], tmp_path: Path
) -> None:
    assert stated(tmp_path, {"main.py": f"set_seed(7)\n{code}"}) == seeds


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", "[model]\nseed = 7   # the usual\n"),
        ("a.yaml", "train:\n  seed: 7\n"),
        ("a.ini", "[x]\nseed=7 ; why\n"),
        ("a.cfg", 'seed = "7"\n'),
    ],
)
def test_settings_come_before_what_code_would_take(name: str, text: str, tmp_path: Path) -> None:
    code = SHUFFLES + "class C:\n    seed: int = 1\nset_seed(read(C).seed)"
    assert stated(tmp_path, {"main.py": code, name: text}) == ("7",)
    assert stated(tmp_path, {"main.py": code, "a.json": text}) == ("1",)
    assert stated(tmp_path, {"main.py": code, name: "seed = ${SEED}\n"}) == ()
    assert stated(tmp_path, {"main.py": SHUFFLES, name: text}) == ()


@pytest.mark.parametrize("name", ["run.sh", "README.md", "Makefile"])
def test_a_command_may_give_another_seed(name: str, tmp_path: Path) -> None:
    code = SHUFFLES + "p.add_argument('--seed', default=1)\nset_seed(p.parse_args().seed)"
    files: Files = {"main.py": code, name: "python main.py --seed 7\n"}
    assert stated(tmp_path, files) == ("1", "7")


def notebook(*cells: str) -> str:
    told = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"cells": told, "nbformat": 4})


def test_cells_of_a_notebook_are_one_program(tmp_path: Path) -> None:
    files: Files = {
        "a.ipynb": notebook("SEED = 7", "!pip install x\n" + SHUFFLES, "set_seed(SEED)")
    }
    assert stated(tmp_path, files) == ("7",)


@pytest.mark.parametrize(
    "other",
    [
        {"b.py": "def ("},
        {"b.ipynb": notebook("set_seed(8", "x = 1")},
        {"b.ipynb": b"\xff\x00"},
        {"b.py": b"# coding: rot13\n"},
        {f"{number}.py": "" for number in range(MOST_FILES)},
    ],
    ids=["script", "cell", "no notebook", "encoding", "many files"],
)
def test_code_that_cant_be_read_may_state_another(other: Files, tmp_path: Path) -> None:
    files: Files = {"main.py": SHUFFLES + "set_seed(7)"}
    assert stated(tmp_path, files) == ("7",)
    assert stated(tmp_path, {**files, **other}) == ()


def test_traits_keep_them(tmp_path: Path) -> None:
    stated(tmp_path, {"main.py": SHUFFLES + "set_seed(7)"})
    workspace = Workspace("one", tmp_path, entries=(Entry("main.py", 1),))
    for parts, seeds in (((CODE,), ("7",)), ((), ())):
        look = _Reading(workspace, load_rules(), Ready(parts), "one").done()
        assert look.traits is not None
        assert (look.traits.seeds, look.traits.faults) == (seeds, ())


def test_a_missing_file_is_unknown(tmp_path: Path) -> None:
    assert seeds_of(tmp_path, ["gone.py"]) == ()
    assert seeds_of(tmp_path, ["gone.toml"]) == ()


@pytest.mark.parametrize(
    "code",
    [
        "seed = " + " % ".join(["a"] * 400) + "\nset_seed(seed)",
        "set_seed(" + "int(" * 60 + "7" + ")" * 61,
        "a = b\nb = a\nset_seed(a)",
        "(seed) = seed = seed\nset_seed(seed)",
        "set_seed(lambda: 7)",
        "set_seed((yield))",
        "for a.seed[0], *b in c: pass\nset_seed(a.seed)",
        "x[1:2] = 7\nset_seed(x[...])",
    ],
)
def test_odd_code_states_nothing(code: str, tmp_path: Path) -> None:
    assert of_script(tmp_path, code) == ()


@given(st.sets(st.integers(-(2**40), 2**60), min_size=1, max_size=6), st.booleans())
@settings(max_examples=30, deadline=None)
def test_all_stated_seeds_are_told_in_order(
    tmp_path_factory: pytest.TempPathFactory, numbers: set[int], keyword: bool
) -> None:
    folder = tmp_path_factory.mktemp("package")
    call = "f(seed={})" if keyword else "set_seed({})"
    code = "\n".join(call.format(number) for number in numbers)
    assert of_script(folder, code) == tuple(map(str, sorted(numbers)))
