"""Those who decide from the outside whether an attack got through, by what it left behind."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.sandbox.attacks.records import Judge, Outcome
from tests.sandbox.attacks.scene import Scene

MANY_BYTES = 4 << 20
MANY_FILES = 1200
LONG_PATH = 2000
TOO_LONG_SECONDS = 2.0
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns text round; a line's end and a tab do not."""


def seen(judge: Judge, scene: Scene, outcome: Outcome) -> str:
    """What shows that the attack got through; empty when nothing does."""
    return JUDGES[judge](scene, outcome)


def said(scene: Scene, outcome: Outcome) -> str:
    """The program says so itself, after a call that the kernel answered well."""
    found = re.search(r"^DONE.*", outcome.said, re.MULTILINE)
    return found[0] if found else ""


def learnt(scene: Scene, outcome: Outcome) -> str:
    """The secret is among what it wrote."""
    if scene.secret in outcome.said:
        return "the secret is in its output"
    for path in _files(scene.output):
        if path.is_file() and scene.secret.encode() in path.read_bytes():
            return f"the secret is in {path.name}"
    return ""


def reached(scene: Scene, outcome: Outcome) -> str:
    """A listener of this machine heard of it."""
    for listener in scene.sockets:
        with suppress(BlockingIOError):
            if listener.type == listener.type.SOCK_STREAM:
                listener.accept()[0].close()
                return f"a connection to {listener.getsockname()!r}"
            return f"{listener.recv(4096)!r} at {listener.getsockname()!r}"
    return ""


def changed(scene: Scene, outcome: Outcome) -> str:
    """One of the decoys is not what it was."""
    after = scene.snapshot()
    different = {name for name, _ in set(scene.before.items()) ^ set(after.items())}
    return ", ".join(sorted(different))


def victim_hurt(scene: Scene, outcome: Outcome) -> str:
    """The other process is dead, stopped, slowed down, or has other limits."""
    number = scene.targets["victim"][0]
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    limits = Path(f"/proc/{number}/limits").read_text()
    files = re.search(r"Max open files +(\d+)", limits)
    assert files
    if fields[0] in "ZTtX":
        return f"its state is {fields[0]}"
    if fields[16] != "0":
        return f"its niceness is {fields[16]}"
    return "its limit is another" if files[1] == "17" else ""


def survived(scene: Scene, outcome: Outcome) -> str:
    """A process of it lives although all should be over."""
    return ", ".join(outcome.leftovers)


def shown(scene: Scene, outcome: Outcome) -> str:
    """A terminal, or the record that a terminal will show, gets control characters of it."""
    raw = outcome.shown + outcome.said.encode("utf-8", "surrogatepass")
    found = STEERING.search(_text(raw))
    return repr(found[0]) if found else ""


def typed(scene: Scene, outcome: Outcome) -> str:
    """The terminal of whoever started it has input of the program's."""
    return repr(outcome.typed) if outcome.typed else ""


def dragged(scene: Scene, outcome: Outcome) -> str:
    """It kept whoever waits for it waiting beyond its time."""
    seconds = outcome.wall_seconds
    return f"{seconds:.1f} s" if seconds > TOO_LONG_SECONDS + _START_SECONDS else ""


def brought(scene: Scene, outcome: Outcome) -> str:
    """What came back is not a plain file with a plain name, or it is too much."""
    for count, path in enumerate(_files(scene.output), start=1):
        status = os.lstat(path)
        name = os.fsencode(path)[len(os.fsencode(scene.output)) + 1 :]
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            return f"{name!r} is no plain file"
        if stat.S_ISREG(status.st_mode) and (status.st_nlink > 1 or status.st_mode & 0o6111):
            return f"{name!r}: mode {status.st_mode:o}, {status.st_nlink} links"
        if status.st_size > MANY_BYTES or count > MANY_FILES or len(name) > LONG_PATH:
            return f"{status.st_size} bytes, {count} files, {len(name)} characters"
        text = _text(name)
        if STEERING.search(text) or "\n" in text or "\ufffd" in text:
            return repr(name)
    return ""


def flooded(scene: Scene, outcome: Outcome) -> str:
    """More of its output is kept than anybody should have to keep."""
    size = len(outcome.said) + len(outcome.shown)
    return f"{size} bytes" if size > MANY_BYTES else ""


def broken(scene: Scene, outcome: Outcome) -> str:
    """Whoever started it did not live to say what came of it."""
    return "" if outcome.survived else "the tool has no result"


def forged(scene: Scene, outcome: Outcome) -> str:
    """The record says what the program wanted, or is not the tool's own."""
    record = Path(scene.targets["result"])
    text = record.read_text() if record.exists() else ""
    believed = outcome.result["exit_code"] if outcome.result else _believed(outcome.said)
    if "forged" in text.replace(outcome.said, "") and outcome.result is None:
        return "the file of the result is the program's"
    return f"exit code {believed} is believed" if believed != 7 else ""


def imported(scene: Scene, outcome: Outcome) -> str:
    """Something that it planted was run by others."""
    marks = scene.folder / "outside" / "mark", scene.folder / "home" / "mark"
    return ", ".join(str(path) for path in marks if path.exists())


def _believed(text: str) -> int:
    """What a grader believes that reads its result from the program's own output."""
    found = re.findall(r'"exit_code": (\d+)', text)
    return int(found[-1]) if found else 7


def _files(folder: Path) -> Iterator[Path]:
    """Everything below, however deep, by names that need not be text."""
    for root, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(root, name)
            with suppress(OSError):
                path.lstat()
                yield path


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


_START_SECONDS = 1.5
JUDGES: dict[Judge, Callable[[Scene, Outcome], str]] = {
    "says": said,
    "learns": learnt,
    "reaches": reached,
    "changes": changed,
    "victim": victim_hurt,
    "survives": survived,
    "shows": shown,
    "types": typed,
    "drags": dragged,
    "brings": brought,
    "floods": flooded,
    "breaks": broken,
    "forges": forged,
    "imports": imported,
}
