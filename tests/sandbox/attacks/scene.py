"""Decoys for one run: a secret, a home, a grader, listeners and a victim, all of its own."""

from __future__ import annotations

import ctypes
import json
import os
import pty
import secrets
import shutil
import socket
import subprocess
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sandbox.attacks.records import PREAMBLE, Attack
from tests.sandbox.starting import Identity, give, open_folder

VICTIM = """
import ctypes, sys
secret = sys.argv[1].encode()
kept = ctypes.create_string_buffer(secret, 64)
opened = open(sys.argv[2])
print(ctypes.addressof(kept), opened.fileno(), flush=True)
sys.stdin.read()
"""
DECOYS = ("submission", "outside", "home", "grader")


@dataclass
class Scene:
    """What one program is set upon. `life` is known to it, `secret` is not."""

    folder: Path
    owner: Identity
    life: str = field(default_factory=lambda: "lf" + secrets.token_hex(5))
    secret: str = field(default_factory=lambda: "secret-" + secrets.token_hex(12))
    targets: dict[str, Any] = field(default_factory=dict)
    sockets: list[socket.socket] = field(default_factory=list)
    inherited: tuple[int, ...] = ()
    terminal: tuple[int, int] = (-1, -1)
    before: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def snapshot(self) -> dict[str, tuple[int, bytes]]:
        """Every decoy with its mode and content."""
        found: dict[str, tuple[int, bytes]] = {}
        for name in DECOYS:
            for path in sorted((self.folder / name).rglob("*")):
                status = path.lstat()
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
                found[str(path.relative_to(self.folder))] = (status.st_mode, content)
        return found


@contextmanager
def laid_out(attack: Attack, owner: Identity) -> Iterator[Scene]:
    """A scene with all that the attack needs, gone at the end of the block."""
    scene = Scene(open_folder(), owner)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, scene.folder, ignore_errors=True)
        _lay_decoys(scene)
        if "listeners" in attack.needs:
            _listen(scene, stack)
        if "descriptors" in attack.needs:
            for place, flags in (("outside/secret.txt", os.O_RDWR), ("outside", os.O_RDONLY)):
                number = os.open(scene.folder / place, flags)
                scene.inherited += (number,)
                stack.callback(os.close, number)
        if "terminal" in attack.needs:
            _open_terminal(scene, stack)
        if "handle" in attack.needs:
            _find_handle(scene)
        if "victim" in attack.needs:
            stack.enter_context(_victim(scene))
        _write_program(scene, attack)
        scene.before = scene.snapshot()
        yield scene


def _lay_decoys(scene: Scene) -> None:
    for name in (*DECOYS, "submission/pruned_model"):
        (scene.folder / name).mkdir()
    (scene.folder / "outside" / "secret.txt").write_text(scene.secret)
    (scene.folder / "outside" / "empty").mkdir()
    (scene.folder / "home" / ".netrc").write_text(scene.secret)
    (scene.folder / "grader" / "__init__.py").write_text("# the grader\n")
    (scene.folder / "submission" / "pruned_model" / "model.bin").write_bytes(b"weights")
    (scene.folder / "submission" / "link").symlink_to(scene.folder / "outside" / "secret.txt")
    scene.targets.update(
        life=scene.life,
        scene=str(scene.folder),
        secret=str(scene.folder / "outside" / "secret.txt"),
        outside=str(scene.folder / "outside"),
        home=str(scene.folder / "home"),
        grader=str(scene.folder / "grader"),
        result=str(scene.folder / "result.json"),
        inputs=[str(scene.folder / "submission"), "/input"],
        disk=_disk(),
    )


def _disk() -> int:
    """The device that the temporary files of this machine lie on."""
    return Path("/").stat().st_dev


def _write_program(scene: Scene, attack: Attack) -> None:
    program = PREAMBLE % {"targets": json.dumps(scene.targets)} + attack.program.strip("\n") + "\n"
    where = scene.folder / "submission"
    if attack.runs == "run-notebook":
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": []}
        cells = [{**cell, "source": program, "execution_count": None}]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (where / "main.ipynb").write_text(json.dumps(notebook))
    else:
        (where / "main.py").write_text(program)
    give(scene.folder, scene.owner)


def _listen(scene: Scene, stack: ExitStack) -> None:
    """Listeners on every route; what comes waits in the kernel until the judge looks."""
    unix = scene.folder / "outside" / "meeting"
    wanted = (
        ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 0)),
        ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("0.0.0.0", 0)),
        ("tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
        ("udp6", socket.AF_INET6, socket.SOCK_DGRAM, ("::1", 0)),
        ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{scene.life}"),
        ("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(unix)),
        ("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, f"{unix}-datagram"),
    )
    for name, family, kind, address in wanted:
        opened = stack.enter_context(socket.socket(family, kind))
        opened.bind(address)
        opened.setblocking(False)
        if kind == socket.SOCK_STREAM:
            opened.listen()
        scene.sockets.append(opened)
        bound = opened.getsockname()
        scene.targets[name] = bound[1] if family in (socket.AF_INET, socket.AF_INET6) else address
    for path in (unix, Path(f"{unix}-datagram")):
        path.chmod(0o777)


def _open_terminal(scene: Scene, stack: ExitStack) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.fchown(slave, scene.owner.number, scene.owner.number)
    for number in (master, slave):
        os.set_blocking(number, False)
        stack.callback(os.close, number)
    scene.terminal = (master, slave)


def _find_handle(scene: Scene) -> None:
    """The handle by which the kernel knows the secret file, whatever the mounts are."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little"), 8 + 128)
    mount = ctypes.c_int()
    path = os.fsencode(scene.targets["secret"])
    found = libc.name_to_handle_at(-100, path, handle, ctypes.byref(mount), 0)
    scene.targets["handle"] = handle.raw.hex() if found == 0 else ""


@contextmanager
def _victim(scene: Scene) -> Iterator[None]:
    """A process of the same owner that keeps the secret in its memory and its file open."""
    words = [scene.owner.python, "-I", "-c", VICTIM, scene.secret, scene.targets["secret"]]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
        start_new_session=True, **scene.owner.owned(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address, descriptor = map(int, process.stdout.readline().split())
        scene.targets["victim"] = [process.pid, address, descriptor]
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                process.kill()
