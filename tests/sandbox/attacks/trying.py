"""Run an attack in the sandbox, and the same program plainly, and see what came of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from tests.sandbox.attacks import judges
from tests.sandbox.attacks.records import Attack, Outcome
from tests.sandbox.attacks.scene import Scene, laid_out
from tests.sandbox.starting import Identity

PATIENCE_SECONDS = 60
MANY_LOOKS = 8
USUAL_LIMITS = (
    *("--wall-seconds", "10", "--memory-mb", "160", "--processes", "24"),
    *("--disk-mb", "24", "--files", "300"),
)
STAND_IN = '"$@"; code=$?; echo "$code" > "$HOME/../lived"'
"""A grader without a sandbox: it starts the program and writes down how it ended."""


@dataclass(frozen=True)
class Tried:
    """How an attack went: what shows that it got through, and what it said and left."""

    evidence: str
    alive: bool
    absent: str
    outcome: Outcome


def inside(attack: Attack, owner: Identity) -> Tried:
    """The attack in the sandbox."""
    with laid_out(attack, owner) as scene:
        words = owner.command(
            *(attack.runs, "--input", str(scene.folder / "submission")),
            *("--output", str(scene.output), "--result", scene.targets["result"]),
            *USUAL_LIMITS,
            *attack.limits,
            "--",
            *(("main.ipynb",) if attack.runs == "run-notebook" else ("python", "main.py")),
        )
        code, seconds = _started(words, scene, owner)
        result = _record(Path(scene.targets["result"]))
        said = "" if result is None else result["stdout"]["text"] + result["stderr"]["text"]
        again = _started_again(attack, scene, owner)
        survived = code == again == 0 and result is not None
        return _tried(attack, scene, _outcome(attack, scene, said, seconds, survived, result))


def outside(attack: Attack, owner: Identity) -> Tried:
    """The same program without any sandbox."""
    with laid_out(attack, owner) as scene:
        scene.output.mkdir()
        os.chown(scene.output, owner.number, owner.number)
        python = owner.python
        words = [*attack.wrapper, python, "main.py"]
        if attack.runs == "run-notebook":
            runner = Path(__file__).parents[3] / "grader" / "sandbox" / "inside" / "run_notebook.py"
            words = [python, "-I", "-B", str(runner), "main.ipynb"]
        _, seconds = _started(["/bin/sh", "-c", STAND_IN, "sh", *words], scene, owner)
        said = _text(scene, "stdout") + _text(scene, "stderr")
        survived = (scene.folder / "lived").exists()
        _met(attack, scene, owner)
        return _tried(attack, scene, _outcome(attack, scene, said, seconds, survived, None))


def _tried(attack: Attack, scene: Scene, outcome: Outcome) -> Tried:
    evidence = judges.seen(attack.judge, scene, outcome)
    absent = [line[7:] for line in outcome.said.splitlines() if line.startswith("ABSENT ")]
    alive = f"alive {scene.life}" in outcome.said
    return Tried(evidence, alive, absent[0] if absent else "", outcome)


def _started(words: list[str], scene: Scene, owner: Identity) -> tuple[int, float]:
    """Start a command that has a secret in all that it could pass on; its code and its time."""
    home = scene.folder / "home"
    more = {"OUTPUT_DIR": str(scene.output), "ANSWER_KEY": scene.secret}
    streams: dict[str, Any] = {}
    if scene.terminal[1] >= 0:
        words = ["/usr/bin/setsid", "--ctty", "--wait", *words]
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), scene.terminal[1])
    else:
        streams["stdin"] = (scene.folder / "outside" / "secret.txt").open("rb")
        for name in ("stdout", "stderr"):
            streams[name] = (scene.folder / name).open("wb")
    began = time.monotonic()
    process = subprocess.Popen(
        words, env=owner.environment(home, **more), cwd=scene.folder / "submission",
        pass_fds=scene.inherited, start_new_session=True, **streams, **owner.owned(),
    )  # fmt: skip
    try:
        code = process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
        for stream in streams.values():
            if not isinstance(stream, int):
                stream.close()
    return code, time.monotonic() - began


def _started_again(attack: Attack, scene: Scene, owner: Identity) -> int:
    """For what it planted: the tool once more, on what came back, in its own folder."""
    if attack.judge != "imports":
        return 0
    words = owner.command(
        *("run", "--input", str(scene.output), "--output", str(scene.folder / "second")),
        *("--result", str(scene.folder / "second.json"), "--", "python", "-c", "print()"),
    )
    home = scene.folder / "home"
    done = subprocess.run(
        words, env=owner.environment(home), cwd=home, timeout=PATIENCE_SECONDS,
        check=False, capture_output=True, **owner.owned(),
    )  # fmt: skip
    return done.returncode


def _met(attack: Attack, scene: Scene, owner: Identity) -> None:
    """For what it planted: somebody careless, who has it in front of the interpreter."""
    meeting = scene.output / "meet.sh"
    if attack.judge == "imports" and meeting.exists():
        subprocess.run(
            ["/bin/sh", str(meeting)], cwd=scene.output, timeout=PATIENCE_SECONDS, check=False,
            env={**owner.environment(scene.folder / "home"), "PY": owner.python},
            capture_output=True, **owner.owned(),
        )  # fmt: skip


def _outcome(
    attack: Attack,
    scene: Scene,
    said: str,
    seconds: float,
    survived: bool,
    result: Optional[dict[str, Any]],
) -> Outcome:
    shown, typed = b"", b""
    looks = MANY_LOOKS if attack.judge == "survives" else 1
    if scene.terminal[0] >= 0:
        shown, typed = _drained(scene.terminal[0]), _drained(scene.terminal[1])
        said = said or shown.decode("utf-8", "replace")
    elif result is not None:
        shown = b"".join((scene.folder / name).read_bytes() for name in ("stdout", "stderr"))
    return Outcome(said, shown, seconds, survived, typed, result, _leftovers(scene, looks))


def _drained(number: int) -> bytes:
    """All that waits at one end of the terminal."""
    found = b""
    with suppress(BlockingIOError, OSError):
        while True:
            block = os.read(number, 1 << 16)
            if not block:
                break
            found += block
    return found


def _leftovers(scene: Scene, looks: int) -> tuple[str, ...]:
    """The processes of the program that live on; they are ours, and end here.

    One that keeps changing its number may be missed by one look.
    """
    found: list[str] = []
    for _ in range(looks):
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if (folder / "comm").read_text().strip() == scene.life and state not in "ZX":
                    found.append(f"process {folder.name} ({state})")
                    os.kill(int(folder.name), signal.SIGKILL)
        if found:
            break
    return tuple(found)


def _record(file: Path) -> Optional[dict[str, Any]]:
    try:
        read = json.loads(file.read_text())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _text(scene: Scene, name: str) -> str:
    file = scene.folder / name
    if not file.exists():
        return ""
    with file.open("rb") as stream:
        return stream.read().decode("utf-8", "replace")


def has(program: str) -> bool:
    """Whether a program that a control needs is on this machine."""
    return shutil.which(program) is not None
