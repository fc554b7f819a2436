"""`check-submission` as a student runs it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from grader.demo.sample import Sample, make_sample
from validators.cli import check
from validators.report_json import schema

CHECK = (sys.executable, "-c", "from validators.cli import main; main()")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_sample(tmp_path / "given")


def call(sample: Sample, *words: object) -> Result:
    arguments = ["--competition", str(sample.competition), *(str(word) for word in words)]
    return CliRunner().invoke(check, arguments, standalone_mode=False)


def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHECK, *(str(word) for word in words)],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def test_a_valid_package_is_safe(sample: Sample) -> None:
    result = call(sample, sample.packed(), sample.report)
    assert result.return_value == 0
    assert result.output.splitlines()[-1] == "safe to submit"


def test_what_blocks_is_said_with_its_remedy_and_in_the_last_line(sample: Sample) -> None:
    (sample.folder / "README.md").unlink()
    result = call(sample, sample.packed())
    assert result.return_value == 3
    assert "→" in result.output
    assert result.output.splitlines()[-1].startswith("not safe to submit: 1 finding blocks (")


def test_blocking_findings_stand_before_warnings_and_what_passed(sample: Sample) -> None:
    (sample.folder / "README.md").unlink()
    (sample.folder / "kaggle.json").write_text('{"key": "x"}', encoding="utf-8")
    section = call(sample, "--only", "package", sample.folder).output.splitlines()
    labels = [line.split()[0] for line in section if line.startswith("  ") and "→" not in line]
    kept = [label for label in labels if label in ("blocks", "warns", "notes", "ok")]
    assert kept == sorted(kept, key=("blocks", "warns", "notes", "ok").index)
    assert {"blocks", "warns", "ok"} <= set(kept)


def test_quiet_shows_only_what_blocks(sample: Sample) -> None:
    assert call(sample, "--quiet", sample.folder).output == "safe to submit\n"


def test_json_is_one_document_that_fits_the_schema(sample: Sample) -> None:
    package = sample.packed()
    result = call(sample, "--json", package, sample.predictions)
    answer = json.loads(result.output)
    jsonschema.Draft202012Validator(schema()).validate(answer)
    assert answer["outcome"] == "safe"
    assert [each["kind"] for each in answer["submissions"]] == ["zip", "csv"]
    digests = {each["file"]: each["sha256"] for each in answer["submissions"][0]["digests"]}
    assert digests[package.name] == hashlib.sha256(package.read_bytes()).hexdigest()
    readme = (sample.folder / "README.md").read_bytes()
    assert digests["README.md"] == hashlib.sha256(readme).hexdigest()
    model = next(s for s in answer["submissions"][0]["sections"] if s["name"] == "model")
    ratios = model["model"]["ratios"]
    assert ratios["handout"]["parameters"] == 12032
    assert 0.2 < ratios["handout"]["ratio"] <= 0.3


def test_a_receipt_is_the_same_document_every_time(sample: Sample, tmp_path: Path) -> None:
    receipts = [tmp_path / "one.json", tmp_path / "two.json"]
    for receipt in receipts:
        assert call(sample, "--receipt", receipt, sample.folder).return_value == 0
    assert receipts[0].read_bytes() == receipts[1].read_bytes()
    assert json.loads(receipts[0].read_text(encoding="utf-8"))["outcome"] == "safe"


@pytest.mark.parametrize(
    ("only", "sections"), [("csv", ["csv"]), ("model,package", ["package", "model"])]
)
def test_only_chooses_parts(sample: Sample, only: str, sections: list[str]) -> None:
    answer = json.loads(call(sample, "--json", "--only", only, sample.folder).output)
    assert [section["name"] for section in answer["submissions"][0]["sections"]] == sections


def test_ids_come_from_the_sample_submission(sample: Sample, tmp_path: Path) -> None:
    given = tmp_path / "sample_submission.csv"
    given.write_text("ID,Predict\n0,x\n1,x\n", encoding="utf-8")
    rows = sample.predictions.read_text(encoding="utf-8").splitlines()[:3]
    sample.predictions.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert call(sample, sample.predictions).return_value == 3
    assert call(sample, "--ids", given, sample.predictions).return_value == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument"),
        (["nowhere.zip"], "does not exist"),
        (["--only", "cvs", "."], 'there is no part "cvs"'),
        (["--competition", "setup.cfg", "."], "not valid TOML"),
        (["--ids", "README.md", "."], "README.md"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(words: list[str], said: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_single_weight_file_is_sent_back_for_its_folder(sample: Sample) -> None:
    done = run(sample.model / "model.safetensors")
    assert done.returncode == 2
    assert "give the folder that it lies in" in " ".join(done.stderr.split())


def test_exit_codes_reach_the_shell(sample: Sample) -> None:
    options = ("--competition", sample.competition)
    assert run(*options, sample.folder).returncode == 0
    sample.predictions.write_text("", encoding="utf-8")
    done = run(*options, sample.predictions)
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1].startswith("not safe to submit")


def test_a_failure_of_ours_is_a_fault_and_no_finding(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr("validators.predictions.section", broken)
    result = call(sample, sample.folder)
    assert result.return_value == 1
    assert "fault.csv" in result.output
    assert "Traceback" not in result.output
    assert "safe to submit" not in result.output
    assert "no fault of yours" in result.output.splitlines()[-1]
    assert "ok" in result.output, "the other sections are still checked"


def test_colour_only_on_a_terminal_and_never_with_no_color(sample: Sample) -> None:
    assert "\x1b" not in run("--competition", sample.competition, sample.folder).stdout


def test_a_terminal_without_the_letters_still_gets_its_answer(sample: Sample) -> None:
    package = sample.packed()
    done = run("--competition", sample.competition, package, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "safe to submit"


@pytest.mark.skipif(sys.platform == "win32", reason="a FIFO that blocks the command needs POSIX")
def test_ctrl_c_exits_130(sample: Sample, tmp_path: Path) -> None:
    fifo = tmp_path / "competition.toml"
    os.mkfifo(fifo)
    process = subprocess.Popen([*CHECK, "--competition", str(fifo), str(sample.folder)])
    writer = os.open(fifo, os.O_WRONLY)  # returns once the command has opened the other end
    process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.close(writer)
    assert process.wait(1) == 130
