"""`check-submission` when its surroundings fail, or called in a way that nobody can mean."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.demo.sample import Sample, make_sample
from validators.cli import check
from validators.faults import fault_of
from validators.predictions import read_ids

CHECK = (sys.executable, "-c", "from validators.cli import main; main()")
posix = pytest.mark.skipif(os.name == "nt", reason="pipes and such signals need POSIX")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_sample(tmp_path / "given")


def call(sample: Sample, *words: object) -> Result:
    arguments = ["--competition", str(sample.competition), *(str(word) for word in words)]
    return CliRunner().invoke(check, arguments)


def run(*words: object, **more: Any) -> subprocess.CompletedProcess[str]:
    call = [*CHECK, *(str(word) for word in words)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(call, **{"check": False, "encoding": "utf-8", **streams, **more})


@pytest.mark.parametrize(
    ("only", "given", "said"),
    [
        ("csv", "model", "(model) has nothing of: csv"),
        ("model", "predictions", "(csv) has nothing of: model"),
        ("csv,model", "report", "(report) has nothing of: csv, model"),
        ("team", "folder", "Give the name with --team"),
    ],
)
def test_what_has_nothing_of_the_parts_asked_for_is_never_called_safe(
    sample: Sample, only: str, given: str, said: str
) -> None:
    result = call(sample, "--only", only, getattr(sample, given))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.parametrize(("only", "code"), [("model", "package.no-model"), ("csv", "csv.absent")])
def test_a_part_that_was_asked_for_and_is_missing_blocks(
    sample: Sample, only: str, code: str
) -> None:
    sample.predictions.unlink()
    for path in sample.model.iterdir():
        path.unlink()
    sample.model.rmdir()
    result = call(sample, "--only", only, sample.folder)
    assert code in result.output.splitlines()[-1]


@pytest.mark.parametrize("only", ["csv", "model"])
def test_a_package_that_cant_be_opened_blocks_whatever_was_asked_for(
    sample: Sample, only: str
) -> None:
    package = sample.packed()
    package.write_bytes(package.read_bytes()[:5000])
    result = call(sample, "--only", only, package)
    assert "archive.damaged" in result.output.splitlines()[-1]


def test_one_mistake_in_what_two_paths_share_is_told_once(sample: Sample) -> None:
    report = sample.report.rename(sample.report.with_name("report.pdf"))
    result = call(sample, "--team", "nobody", "--quiet", report, sample.packed())
    assert result.output.count("team.form  ") == 1
    assert result.output.count("package.report-name  ") == 1


def test_the_reports_id_is_compared_with_the_zips(sample: Sample) -> None:
    report = sample.report.rename(sample.report.with_name("HW4_0240309_佐藤和真.pdf"))
    last = call(sample, sample.packed(), report).output.splitlines()[-1]
    assert last == "not safe to submit: 1 finding blocks (package.other-id)"


def test_a_receipt_never_replaces_another_file(sample: Sample) -> None:
    package = sample.packed()
    before = package.read_bytes()
    result = call(sample, "--receipt", package, sample.report)
    assert result.exit_code == 2
    assert "it would be lost" in " ".join(result.output.split())
    assert package.read_bytes() == before


def test_a_receipt_without_a_folder_is_refused_before_the_check(sample: Sample) -> None:
    result = call(sample, "--receipt", sample.folder / "none" / "r.json", sample.folder)
    assert result.exit_code == 2
    assert "ok" not in result.output.split()


def test_a_receipt_that_fails_does_not_hide_the_answer(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    result = call(sample, "--receipt", tmp_path / "r.json", sample.folder)
    assert result.exit_code == 1
    assert "safe to submit" in result.output
    assert "No space left on device" in result.output


@posix
@pytest.mark.parametrize("name", ["a.zip", "a.pdf", "a.csv"])
def test_a_pipe_is_a_finding_with_json_too(sample: Sample, name: str) -> None:
    os.mkfifo(sample.folder.parent / name)
    answer = json.loads(call(sample, "--json", sample.folder.parent / name).output)
    assert answer["outcome"] == "blocked"
    assert answer["submissions"][0]["digests"] == []


@posix
@pytest.mark.parametrize("name", ["predictions", "report", "folder", "packed"])
def test_a_link_that_was_given_itself_is_followed(sample: Sample, name: str) -> None:
    target = sample.packed() if name == "packed" else getattr(sample, name)
    links = sample.folder.parent / "links"
    links.mkdir()
    link = links / target.name
    link.symlink_to(target)
    answer = json.loads(call(sample, "--json", link).output)
    assert answer["outcome"] == "safe"
    assert answer["submissions"][0]["path"] == target.name


def test_a_file_that_goes_away_is_a_fault_and_no_traceback(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "gone")

    monkeypatch.setattr("validators.opening.digest_file", gone)
    answer = json.loads(call(sample, "--json", sample.folder).output)
    assert answer["outcome"] == "fault"
    fault = answer["submissions"][0]["sections"][-1]["fault"]
    assert fault["code"] == "fault.digest"
    assert fault["remedy"].startswith("Not your fault.")


def test_no_temporary_folder_is_a_fault_with_a_remedy(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory in ['/home/me']")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", nowhere)
    result = call(sample, sample.packed())
    assert "fault.unpack" in result.output
    assert "TMPDIR" in result.output
    assert "safe to submit" not in result.output
    assert "/home/me" not in result.output


def test_a_full_disk_is_told_to_who_can_free_it() -> None:
    assert "Free some disk space" in fault_of("unpack", OSError(errno.ENOSPC, "full")).remedy
    assert fault_of("csv", ZeroDivisionError()).remedy.startswith("Not your fault.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cant_be_written_is_no_traceback(sample: Sample) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = run("--competition", sample.competition, sample.folder, stdout=full)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "check-submission itself failed" in done.stderr


@posix
def test_a_reader_that_stops_early_leaves_nothing_behind(sample: Sample, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = ("--competition", sample.competition, sample.packed())
    process = subprocess.Popen(
        [*CHECK, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.wait(20)
    process.stderr.close()
    assert list(scratch.iterdir()) == []


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_what_was_unpacked_is_removed_when_it_is_stopped(
    sample: Sample, tmp_path: Path, name: str
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    slow = (
        "import sys, time; from pathlib import Path; import validators.package\n"
        "def wait(*_): Path('waiting').touch(); time.sleep(60)\n"
        "sys.modules['validators.package.unpack']._planned = wait\n"
        "from validators.cli import main; main()"
    )
    words = ("--competition", sample.competition, sample.packed())
    process = subprocess.Popen(
        [sys.executable, "-c", slow, *map(str, words)],
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={
            **os.environ,
            "TMPDIR": str(scratch),
            "PYTHONPATH": os.pathsep.join(map(str, filter(None, sys.path))),
        },
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "waiting").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(scratch.iterdir())
    number = getattr(signal, name)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert b"Traceback" not in said
    assert list(scratch.iterdir()) == []


def test_the_same_ids_from_a_file_leave_the_rules_and_their_digest(sample: Sample) -> None:
    from validators.checks import with_ids

    values = read_ids(sample.predictions, "x.csv", sample.rules)
    assert with_ids(sample.rules, values) is sample.rules
    assert with_ids(sample.rules, values[::-1]) != sample.rules
