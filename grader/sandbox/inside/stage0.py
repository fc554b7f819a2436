"""The first program inside: it says that the walls stand, sets the inner limits, and becomes the
student's program.

It runs with `-I -S` before anything of a student does. Over one socket it hands the launcher a
descriptor of each writable folder and waits for the word to go on. The socket is closed by the
kernel when the student's program starts, so that program can't speak in its name. Python 3.9 and
newer, of any installation: only the standard library's smallest parts.
"""

# Paths are bytes here, and pathlib would double the start-up time.
# ruff: noqa: PTH101, PTH102, PTH113, PTH114, PTH115, PTH116, PTH118, PTH123, PTH202, PTH208, PTH211

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what `signal` wraps, without its enums
import _socket
import array
import os
import sys

BIG_FILE_BYTES = 16 << 20
"""Larger files than this become links to the input where the copy would take too much."""

Told = dict[bytes, list[bytes]]


def read_instructions(descriptor: int) -> Told:
    """What the launcher wants, from a file of `key NUL value NUL` pairs."""
    with open(descriptor, "rb") as file:
        words = file.read().split(b"\0")
    told: Told = {}
    for key, value in zip(words[0::2], words[1::2]):
        told.setdefault(key, []).append(value)
    return told


def hand_over(control: _socket.socket, folders: list[bytes]) -> None:
    """Send a descriptor of each folder, then wait until the launcher says to go on."""
    opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) for folder in folders]
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", opened).tobytes())
    control.sendmsg([b"here"], [rights])
    for descriptor in opened:
        os.close(descriptor)
    if control.recv(16) != b"go on":  # the launcher is dead: so is its sandbox
        os._exit(1)


def size_of(folder: bytes) -> int:
    """The bytes of all regular files below the folder."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            total += os.lstat(os.path.join(root, name)).st_size
    return total


def copy_file(source: bytes, target: bytes) -> None:
    """A copy with the times of the original, so that it shows what the program changed."""
    with open(source, "rb") as file, open(target, "xb") as out:
        while True:
            block = file.read(1 << 20)
            if not block:
                break
            out.write(block)
    found = os.stat(source)
    os.chmod(target, (found.st_mode & 0o777) | 0o600)
    os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


def lay_copy(source: bytes, target: bytes, whole_bytes: int) -> None:
    """Lay a copy of the folder; its links stay links, and what is no file or folder is left out.

    When all of it takes more than `whole_bytes`, large files become links to the original.
    """
    linked_over = None if size_of(source) <= whole_bytes else BIG_FILE_BYTES
    os.mkdir(target, 0o755)
    for root, folders, names in os.walk(source):
        there = os.path.normpath(os.path.join(target, os.path.relpath(root, source)))
        for name in (*folders, *names):
            path, new = os.path.join(root, name), os.path.join(there, name)
            if os.path.islink(path):
                os.symlink(os.readlink(path), new)
            elif name in folders:
                os.mkdir(new, 0o755)
            elif os.path.isfile(path):
                if linked_over is not None and os.path.getsize(path) > linked_over:
                    os.symlink(path, new)
                else:
                    copy_file(path, new)


def set_limits(limits: list[bytes]) -> None:
    """Set the limits that are named, soft and hard alike, so that nobody inside can raise them."""
    import resource

    for told in limits:
        name, _, value = told.partition(b"=")
        kind, most = getattr(resource, name.decode()), int(value)
        present = resource.getrlimit(kind)[1]
        # Whoever started us may have less to give; only root could raise that again.
        if present != resource.RLIM_INFINITY:
            most = min(most, present)
        resource.setrlimit(kind, (most, most))


def forget_everything() -> None:
    """Give the program no descriptor but its three streams, and the usual signal handling."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            try:
                os.set_inheritable(int(name), False)
            except OSError:  # the one that listed them is closed by now
                continue
    for number in _signal.valid_signals():
        if number not in (_signal.SIGKILL, _signal.SIGSTOP):
            _signal.signal(number, _signal.SIG_DFL)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, [])
    os.umask(0o022)


def find(command: bytes, environment: dict[bytes, bytes]) -> list[bytes]:
    """Where the command may be, as a shell would look for it."""
    if b"/" in command:
        return [command]
    return [os.path.join(part, command) for part in environment[b"PATH"].split(b":")]


def start(words: list[bytes], environment: dict[bytes, bytes]) -> None:
    """Become the program; comes back only when it can't be started, and has said so."""
    reason = "not found"
    for path in find(words[0], environment):
        try:
            os.execve(path, words, environment)  # noqa: S606 (it is what we are for)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as failure:
            reason = failure.strerror or "can't be started"
    shown = words[0].decode("utf-8", "replace")
    os.write(2, f"{shown}: {reason}\n".encode())


def main() -> None:
    """Follow the instructions; whatever fails before the program starts is told to the launcher."""
    control = _socket.socket(fileno=int(sys.argv[1]))
    told = read_instructions(int(sys.argv[2]))
    try:
        hand_over(control, told[b"hand over"])
        for source in told.get(b"copy", ()):
            lay_copy(source, told[b"copy to"][0], int(told[b"whole bytes"][0]))
        set_limits(told.get(b"limit", []))
    except Exception as failure:
        control.send(f"failed: {failure}".encode("utf-8", "replace")[:4000])
        os._exit(1)
    environment = dict((pair.partition(b"=")[::2]) for pair in told.get(b"environment", ()))
    forget_everything()
    control.send(b"started")
    try:
        os.chdir(told[b"start in"][0])
    except OSError as failure:
        os.write(2, f"the folder to start in: {failure.strerror}\n".encode())
        os._exit(126)
    start(told[b"word"], environment)
    os._exit(127)


if __name__ == "__main__":
    main()
