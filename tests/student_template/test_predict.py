"""`python predict.py`: its file, what it goes on with, what it refuses, the course's contract."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compress.settings import Settings
from compress.settings_file import read_settings
from grader.rerun.contract import read_contract
from tests.rerun_course.tokens import write_tokenizer
from tests.student_template import small_course
from tests.student_template.conftest import TEMPLATE

SETTINGS = """\
[model]
tokenizer = "t5-small"
device = "cpu"
[data]
dataset = "rows"
input_tokens = 60
[predict]
max_length = 8
batch_tokens = 200
"""


def test_the_contract_is_understood_and_agrees_with_the_settings() -> None:
    found = read_contract(TEMPLATE, ["predict.py", "rerun.toml", "settings.toml"])
    assert found.findings == ()
    assert found.contract is not None
    assert found.contract.entry is not None
    places = ("--model", "{model}", "--data", "{data}", "--output", "{output}")
    assert found.contract.entry.command == ("python", "predict.py", *places)
    declared, told = found.contract.settings, read_settings(TEMPLATE / "settings.toml")
    assert declared is not None
    assert declared.max_length == told.predict.max_length
    assert declared.beams == told.predict.num_beams
    assert declared.no_repeat_ngram == told.predict.no_repeat_ngram_size
    assert (declared.length_penalty, declared.early_stopping) == (1.0, False)
    assert declared.prefix == told.data.prefix
    assert declared.max_input_tokens == told.data.input_tokens


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--modle", "m"], "predict.py: unrecognized arguments: --modle m; python predict.py --h"),
        (["--model"], "predict.py: argument --model: expected one argument"),
        (["rows.jsonl"], "predict.py: unrecognized arguments: rows.jsonl"),
        (["--settings", "none.toml"], "predict.py: none.toml: can't be read (No such file"),
        (["--settings", "wrong.toml"], 'predict.py: wrong.toml: there is no setting "predct". Did'),
    ],
)
def test_wrong_usage_is_told_in_one_line(words: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("[predct]\n", "utf-8")
    command = [sys.executable, str(TEMPLATE / "predict.py"), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(told)
    assert done.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "pruned_model"
    small_course.model().save_pretrained(folder)
    return folder


@pytest.fixture
def home(pruned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder, which is the working directory."""
    (tmp_path / "pruned_model").symlink_to(pruned)
    (tmp_path / "rows").mkdir()
    (tmp_path / "settings.toml").write_text(SETTINGS, "utf-8")
    lines = [json.dumps({"text": bill.text, "title": "x"}) for bill in small_course.bills()[:9]]
    (tmp_path / "rows" / "test.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    write_tokenizer(tmp_path / "t5-small")
    monkeypatch.chdir(tmp_path)
    return tmp_path


Run = Callable[..., int]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program in this process, which saves the seconds that importing torch takes."""
    import predict

    def ran(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["predict.py", *words])
        found: int = predict.main()
        return found

    return ran


def expected() -> list[str]:
    """The texts of the rows, made without `predict.py`."""
    from compress.generation import write_summaries

    settings = read_settings(Path("settings.toml"))
    texts = [bill.text for bill in small_course.bills()[:9]]
    model, tokenizer = small_course.model(), small_course.tokenizer()
    return write_summaries(model, tokenizer, texts, settings.data, settings.predict)


def written(path: str = "predictions.csv") -> list[str]:
    with Path(path).open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["ID", "Predict"]
    assert [row for row, _ in rows] == [str(number) for number in range(len(rows))]
    return [text for _, text in rows]


@pytest.mark.torch
def test_the_test_split_is_predicted_as_the_settings_say(run: Run, home: Path) -> None:
    from compress.predictions_csv import plain

    assert run() == 0
    assert written() == [plain(text) for text in expected()]
    assert len(set(written())) > 5
    kept = ["pruned_model", "rows", "settings.toml", "t5-small"]
    assert sorted(each.name for each in home.iterdir()) == sorted([*kept, "predictions.csv"])


@pytest.mark.torch
def test_the_course_names_other_places(
    run: Run, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "pruned_model").rename(home / "elsewhere")
    (home / "rows" / "test.jsonl").rename(home / "given.jsonl")
    assert run("--model", "elsewhere", "--data", "given.jsonl", "--output", "out/made.csv") == 0
    assert len(written("out/made.csv")) == 9
    told = capsys.readouterr()
    assert told.out == ""
    assert "predicting 9/9" in told.err
    assert told.err.endswith("wrote out/made.csv: 9 rows\n")


@pytest.mark.torch
def test_onnxruntime_writes_the_same_file(run: Run, home: Path) -> None:
    assert run() == 0
    (home / "settings.toml").write_text(SETTINGS + 'runtime = "onnx"\n', "utf-8")
    assert run("--output", "other.csv") == 0
    assert written("other.csv") == written()
    assert [each.name for each in (home / ".onnx").rglob("*.onnx")].count("step.onnx") == 1


def stop_after_one_batch(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is ended by Ctrl-C."""
    from compress.resuming import Kept

    real = Kept.add

    def once(self: Any, rows: Any) -> None:
        real(self, rows)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Kept, "add", once)
        assert run() == 130
    assert not Path("predictions.csv").exists()
    assert Path("predictions.csv.rows").read_text("utf-8").count("\n") == 2


@pytest.mark.torch
@pytest.mark.parametrize("change", ["nothing", "setting", "row", "weight", "tokenizer", "fresh"])
def test_a_stopped_run_goes_on_unless_something_has_changed(
    run: Run, home: Path, change: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    stop_after_one_batch(run, monkeypatch)
    before = capsys.readouterr().err
    assert before.endswith("stopped; the same command goes on from here\n")
    if change == "setting":
        path = home / "settings.toml"
        path.write_text(SETTINGS.replace("max_length = 8", "max_length = 7"), "utf-8")
    elif change == "row":
        path = home / "rows" / "test.jsonl"
        path.write_text(path.read_text("utf-8").replace("SECTION 1", "SECTION 2", 1), "utf-8")
    elif change == "weight":
        (home / "pruned_model").unlink()
        small_course.model(seed=1).save_pretrained(home / "pruned_model")
    elif change == "tokenizer":
        path = home / "t5-small" / "tokenizer.json"
        path.write_text(path.read_text("utf-8").replace('"▁Alabama"', '"▁Alobama"'), "utf-8")
    assert run(*(["--fresh"] if change == "fresh" else [])) == 0
    told = capsys.readouterr().err
    assert ("were kept in predictions.csv.rows" in told) == (change == "nothing")
    if change == "nothing":
        from compress.predictions_csv import plain

        assert written() == [plain(text) for text in expected()]
    assert not Path("predictions.csv.rows").exists()


@pytest.mark.torch
# transformers 4.39 asks the hub's newer clients for something that they do without being asked.
@pytest.mark.filterwarnings("ignore:.resume_download.:FutureWarning")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--model", "no/model"], 'predict.py: There is no model "no/model": '),
        (["--model", "rows"], "predict.py: rows: holds no weights; expected model.safetensors."),
        (["--data", "none.jsonl"], "predict.py: none.jsonl: can't be read (No such file"),
        (["--data", "bad.jsonl"], 'predict.py: bad.jsonl:2: has no "text"; expected'),
        (["--settings", "far.toml"], 'predict.py: There is no tokenizer "far": '),
    ],
)
def test_what_is_missing_is_told_in_one_line(
    words: list[str], told: str, run: Run, home: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (home / "bad.jsonl").write_text('{"text": "a"}\n{"txt": "b"}\n', "utf-8")
    (home / "far.toml").write_text(SETTINGS.replace('"t5-small"', '"far"'), "utf-8")
    assert run(*words) == 2
    err = capsys.readouterr().err
    assert err.startswith(told)
    assert err.count("\n") == 1
    assert not Path("predictions.csv").exists()


@pytest.mark.torch
def test_a_place_that_can_not_be_written_is_told_in_one_line(
    run: Run, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").write_text("", "utf-8")
    assert run("--output", "file/predictions.csv") == 1
    err = capsys.readouterr().err
    assert err.startswith("predict.py: file")
    assert err.count("\n") == 1


@pytest.mark.torch
def test_a_contract_that_says_something_else_is_told(tmp_path: Path) -> None:
    from compress.predicting import disagreements

    path = tmp_path / "rerun.toml"
    assert disagreements(Settings(), path) == []
    assert disagreements(Settings(), TEMPLATE / "rerun.toml") == []
    path.write_text("[generation]\nmax_length = 65\nnum_beams = 1\n", "utf-8")
    (told,) = disagreements(Settings(), path)
    assert told == "rerun.toml says max_length = 65 and the settings say 64; change one"
    more = replace(Settings(), predict=replace(Settings().predict, num_beams=4))
    assert len(disagreements(more, path)) == 2
    path.write_text("command = 'python predict.py'", "utf-8")
    assert disagreements(Settings(), path) == []
    path.write_text("[generation", "utf-8")
    (told,) = disagreements(Settings(), path)
    assert told.startswith(f"{path}: is no TOML: ")
    assert told.endswith(". The course can't read it either.")
