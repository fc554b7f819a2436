"""`rerun.toml`: what is used, what is refused and told, and the words that are run."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rerun.command_words import shown
from grader.rerun.contract import (
    MAX_BYTES,
    ReadContract,
    command_line,
    read_contract,
    template_entry,
)
from grader.rerun.entries import entry_of
from grader.rerun.records import Entry, Settings
from tests.grader.rerun.handed import PREDICTS, Content, package
from validators.rerun_codes import CONTRACT

FILES: dict[str, Content] = {"predict.py": PREDICTS, "src/go.py": PREDICTS, "book.ipynb": "{}"}


def read(root: Path, text: Content, path: str = "rerun.toml") -> ReadContract:
    return read_contract(root, package(root, {**FILES, path: text}))


COMMANDS = (
    ('command = ["python", "predict.py", "--model", "{model}"]', "contract",
     "python predict.py --model {model}"),
    ('command = "python3 predict.py --output={output}"', "contract",
     "python predict.py --output={output}"),
    ('command = "python predict.py --beam 4"', "command", "python predict.py --beam 4"),
    ('command = "predict.py"', "command", "python predict.py"),
    ('command = "python go.py"\nfolder = "src"', "command", "cd src && python go.py"),
    ('command = "python go.py"\nfolder = "SRC/"', "command", "cd src && python go.py"),
    ('command = ["book.ipynb"]', "notebook", "book.ipynb"),
    ('command = "jupyter nbconvert --execute book.ipynb"', "notebook", "book.ipynb"),
    ('\ufeffcommand = "python predict.py"\r\n', "command", "python predict.py"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "runs"), COMMANDS)
def test_the_command_is_found(tmp_path: Path, text: str, kind: str, runs: str) -> None:
    found = read(tmp_path, text)
    assert not found.findings
    assert found.contract is not None
    assert found.contract.entry is not None
    assert (found.contract.entry.kind, shown(found.contract.entry)) == (kind, runs)
    assert found.contract.entry.found_by == "rerun.toml"


GENERATION = (
    ("", Settings(max_length=20)),
    ("max_length = 64\nnum_beams = 4\nno_repeat_ngram_size = 3\nlength_penalty = 2\n"
     "early_stopping = true\nprefix = ''\nmax_input_tokens = 512",
     Settings(64, 4, 3, 2.0, True, "", 512)),
    ("max_new_tokens = 63", Settings(max_length=64)),
)  # fmt: skip


@pytest.mark.parametrize(("text", "declared"), GENERATION)
def test_the_declared_settings(tmp_path: Path, text: str, declared: Settings) -> None:
    found = read(tmp_path, f"[generation]\n{text}")
    assert found.contract is not None
    assert found.contract.settings == declared
    assert isinstance(found.contract.settings.length_penalty, float)
    assert found.contract.entry is None


WRONG: tuple[tuple[Content, str], ...] = (
    ("command = ", "not valid TOML"),
    (b"\xff", "not UTF-8"),
    ("#" * (MAX_BYTES + 1), "over 65,536 bytes"),
    ("a = " + "[" * 5_000, "not valid TOML"),
    ("command = 5", "no list of words"),
    ("command = ['python', 5]", "no list of words"),
    ("command = []", "expected python and a script"),
    ("command = 'bash run.sh'", 'command is "bash run.sh"; expected python'),
    ("command = 'python predict.py | tee x'", "expected one command, no shell"),
    ("command = 'python predict.py > x.csv'", "only a shell"),
    ("command = 'python \"predict.py'", "can't be split"),
    ("command = 'python gone.py'", 'command names "gone.py"; expected a file'),
    ("command = ['python', 'predict.py', '<model>']", "stands for something"),
    ("command = ['python', 'predict.py', '\\u0000']".replace("'", '"'), "expected python"),
    ("folder = 5", "folder is no text"),
    ("folder = '../..'", 'folder is "../.."; expected a folder'),
    ("folder = '/etc'", "expected a folder of the package"),
    ("command = 'predict.py'\noutputs = 5", "outputs is no list"),
    ("command = 'predict.py'\noutputs = ['../x.csv']", 'outputs holds "../x.csv"'),
    ("command = 'predict.py'\noutputs = ['/x.csv']", 'outputs holds "/x.csv"'),
    ("command = 'predict.py'\noutputs = [0x" + "f" * 9_000 + "]", "more than 30 digits"),
    ("generation = 5", "no table"),
    ("[generation]\nmax_length = 0", 'max_length is "0"; expected a whole number from 1 to 4096'),
    ("[generation]\nmax_length = 64.0", 'max_length is "64.0"; expected a whole number'),
    ("[generation]\nmax_length = 0x" + "f" * 9_000, "more than 30 digits"),
    ("[generation]\nmax_length = true", 'max_length is "True"'),
    ("[generation]\nlength_penalty = nan", 'length_penalty is "nan"'),
    ("[generation]\nmax_length = 2\nmax_new_tokens = 2", "both given"),
    ("[generation]\nearly_stopping = 1", "early_stopping is not true or false"),
    ("[generation]\nprefix = 1", "prefix is no text"),
)


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_cannot_be_used_is_told(tmp_path: Path, text: Content, said: str) -> None:
    found = read(tmp_path, text)
    (finding,) = found.findings
    assert found.contract is None
    assert finding.code == CONTRACT.name
    assert said in finding.message
    assert str(finding.place) == "rerun.toml"


def test_an_unknown_key_is_told_and_the_rest_used(tmp_path: Path) -> None:
    text = 'command = "predict.py"\nseed = 1\n[generation]\nnum_beam = 4\nmax_length = 64'
    found = read(tmp_path, text)
    assert found.contract is not None
    assert found.contract.settings == Settings(max_length=64)
    assert [finding.message.partition(";")[0] for finding in found.findings] == [
        'there is no key "seed"', 'there is no key "num_beam"',
    ]  # fmt: skip
    assert "did you mean num_beams?" in found.findings[1].message


@pytest.mark.parametrize(
    ("paths", "used"),
    [
        (("src/rerun.toml",), "src/rerun.toml"),
        (("rerun.toml", "src/rerun.toml"), "rerun.toml"),
        (("ReRun.TOML",), "ReRun.TOML"),
        (("a/rerun.toml", "b/rerun.toml"), None),
        ((".ipynb_checkpoints/rerun.toml",), None),
        ((), None),
    ],
)
def test_where_it_lies(tmp_path: Path, paths: tuple[str, ...], used: Optional[str]) -> None:
    files = package(tmp_path, {**FILES, **dict.fromkeys(paths, "[generation]")})
    found = read_contract(tmp_path, files)
    assert (found.contract and found.contract.path) == used
    assert bool(found.findings) == (paths[:1] == ("a/rerun.toml",))


def test_a_command_beside_the_file_starts_in_its_folder(tmp_path: Path) -> None:
    found = read(tmp_path, 'command = "go.py"', "src/rerun.toml")
    assert found.contract is not None
    assert found.contract.entry == Entry(
        "command", ("python", "go.py"), "src", (), "src/rerun.toml"
    )


def test_outputs_of_the_contract_stand_for_what_the_code_shows(tmp_path: Path) -> None:
    text = 'command = "predict.py"\noutputs = ["out/./a.csv", "b.csv"]'
    files = package(tmp_path, {**FILES, "rerun.toml": text})
    found = entry_of(tmp_path, files, "", None)
    assert isinstance(found, Entry)
    assert found.outputs == ("out/a.csv", "b.csv")


def test_a_broken_one_leaves_it_to_the_other_rules(tmp_path: Path) -> None:
    files = package(tmp_path, {"go.py": PREDICTS, "rerun.toml": "command = 5"})
    found = entry_of(tmp_path, files, "", None)
    assert isinstance(found, Entry)
    assert "writes a CSV" in found.found_by


def test_the_words_that_are_run() -> None:
    entry = template_entry("src/predict.py")
    assert entry.folder == "src"
    assert command_line(entry, "/m/{data}", "/d x", "/o") == (
        "python", "predict.py", "--model", "/m/{data}", "--data", "/d x", "--output", "/o",
    )  # fmt: skip
    joined = Entry("contract", ("python", "p.py", "--model={model}", "{data}:{output}"))
    assert command_line(joined, "m", "d", "o")[2:] == ("--model=m", "d:o")
    typed = Entry("command", ("python", "p.py", "{model}"))
    assert command_line(typed, "m", "d", "o") == typed.command


TOML = st.sampled_from(
    ["command", "folder", "outputs", "[generation]", "max_length", "num_beams", "=", "\n", '"',
     "'", "[", "]", "predict.py", "src", "python", "{model}", "1", "true", "..", "prefix", "{", "}"]
)  # fmt: skip


@given(st.lists(TOML | st.text(max_size=5), max_size=20).map(" ".join) | st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_used_or_told(text: Content) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        found = read(Path(scratch), text if isinstance(text, bytes) else text.encode())
    assert found.contract or found.findings


def test_what_the_guide_shows_is_accepted(tmp_path: Path) -> None:
    guide = Path(__file__).parents[3] / "docs" / "guides" / "rerun-contract.md"
    shown_there = re.findall(r"^```toml\n(.*?)^```", guide.read_text("utf-8"), re.M | re.S)
    assert len(shown_there) == 2
    for text in shown_there:
        files = {**FILES, "src/generate_csv.py": PREDICTS, "rerun.toml": text}
        found = read_contract(tmp_path, package(tmp_path, files))
        assert found.contract is not None
        assert found.contract.entry is not None
        assert not found.findings
