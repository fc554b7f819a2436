"""Attempts at the network, at files outside, at other processes: seen by an audit hook.

The hook only looks. It never raises and never refuses: the sandbox does that.
"""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH109, PTH118, PTH120, S108

from __future__ import annotations

import os
import sys
import sysconfig
from types import FrameType
from typing import Any, Callable, Optional

from grader.rerun.inside.journal import ours
from grader.rerun.inside.layer import Layer

# These are the sandbox's own places, or hold nothing of anybody's.
_OPEN_TO_ALL = (
    "/usr/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/sys/", "/sandbox/", "/tmp/", "/output/",
    "/input/", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/shm",
    "/dev/tty", "/dev/pts", "/dev/fd", "/dev/std", "/proc/self/", "/proc/cpuinfo", "/proc/meminfo",
    "/proc/stat", "/proc/mounts", "/proc/version", "/proc/sys/kernel/", "/etc/localtime",
    "/etc/timezone", "/etc/mime.types", "/etc/ssl/", "/etc/hosts", "/etc/nsswitch.conf",
    "/etc/resolv.conf", "/etc/os-release", "/etc/ld.so", "/etc/fonts/", "/etc/ipython",
    "/etc/jupyter", "/etc/matplotlibrc", "/etc/apache2/mime.types", "/etc/httpd/", "/etc/pip.conf",
)  # fmt: skip
_DOWNLOADERS = frozenset({"requests", "gdown", "kaggle", "kagglehub", "openai", "anthropic", "wget",
                          "urllib.request", "httpx", "aiohttp"})  # fmt: skip
_LOCAL_HOSTS = ("", "localhost", "127.", "::1", "0.0.0.0")  # noqa: S104 - compared, not listened on
_STARTING_PROCESSES = ("subprocess.py", "os.py", "pty.py", "system.py", "process.py")
_WEIGHTS = (".safetensors", ".bin", ".pth", ".pt", ".npz")
_SPAWNING = ("_posix_spawn", "_execute_child")
Handler = Callable[[Any, FrameType], None]


def install(layer: Layer) -> None:
    """Look from now on; an audit hook can't be taken away again."""
    handlers = _Watch(layer).handlers()
    journal = layer.journal

    def hook(event: str, args: Any) -> None:
        handler = handlers.get(event)
        frame = None if handler is None else sys._getframe().f_back
        # Without a frame it is the interpreter itself, which shows a traceback at the end.
        if handler is None or frame is None or journal.busy:
            return
        try:
            handler(args, frame)
        except Exception as trouble:
            journal.complain(f"watching {event}", trouble)

    sys.addaudithook(hook)


class _Watch:
    def __init__(self, layer: Layer) -> None:
        self._journal, self._config = layer.journal, layer.config
        own = (sys.prefix, sys.base_prefix, sys.exec_prefix, *layer.config.student_folders)
        folders = {each.rstrip("/") + "/" for each in (*own, *map(os.path.realpath, own)) if each}
        self._open = (*_OPEN_TO_ALL, *sorted(folders))
        folder = layer.config.model_folder
        self._handed = os.path.normpath(folder) + "/" if folder else "\0"
        self._course = layer.config.root.rstrip("/") + "/"
        self._data = {path: f"{dataset}/{split}" for dataset, files in layer.config.datasets.items()
                      for split, path in files.items()}  # fmt: skip
        self._library = sysconfig.get_path("stdlib") + "/"

    def handlers(self) -> dict[str, Handler]:
        """What is done by event."""
        processes = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
                     "os.forkpty", "os.spawn", "os.kill", "os.killpg")  # fmt: skip
        return {
            "open": self._opened, "os.listdir": self._opened, "os.scandir": self._opened,
            "socket.connect": self._connected, "socket.sendto": self._connected,
            "socket.getaddrinfo": self._looked_up, "socket.gethostbyname": self._looked_up,
            "urllib.Request": self._requested, "import": self._imported,
            **{event: self._started(event) for event in processes},
        }  # fmt: skip

    def _opened(self, args: Any, frame: FrameType) -> None:
        path = args[0]
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if not isinstance(path, str):
            return
        path = os.path.normpath(os.path.join(os.getcwd(), path))
        if path in self._data:
            if not ours(frame.f_code.co_filename):
                where = self._journal.where(frame)
                self._journal.tell("dataset", self._data[path], "opened as a file", where)
            return
        if path.startswith(self._handed) and path.endswith(_WEIGHTS):
            self._loaded(path, frame)
            return
        inside = path + "/"
        if inside.startswith(self._course) or inside.startswith(self._open):
            return
        where = self._asker(frame)
        if where and not path.startswith(f"/proc/{os.getpid()}/"):
            self._journal.tell("file", path, "outside of what the program is given", where)

    def _loaded(self, path: str, frame: FrameType) -> None:
        """Weights of the handed-in folder are read, as by `torch.load`."""
        asker: Optional[FrameType] = frame
        while asker is not None:
            filename = asker.f_code.co_filename
            if ours(filename) and filename.endswith("weights.py"):
                return  # That is the layer, in place of a training; it tells what came of it.
            asker = asker.f_back
        name = os.path.relpath(path, os.path.dirname(self._handed.rstrip("/")))
        self._journal.tell("model", name, "the handed-in folder", self._journal.where(frame))

    def _asker(self, frame: Optional[FrameType]) -> str:
        """Where the student's code asked for it; empty if a library did so in being imported."""
        while frame is not None:
            filename = frame.f_code.co_filename
            place = self._journal.place(filename)
            if place:
                return f"{place}:{frame.f_lineno}"
            if filename.startswith("<frozen importlib"):
                return ""
            frame = frame.f_back
        return ""

    def _connected(self, args: Any, frame: FrameType) -> None:
        address = args[1]
        if isinstance(address, tuple) and address:
            self._network(str(address[0]), ":".join(map(str, address[:2])), frame)

    def _looked_up(self, args: Any, frame: FrameType) -> None:
        host = args[0]
        named = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
        self._network(named, named, frame)

    def _network(self, host: str, told: str, frame: FrameType) -> None:
        if host in _LOCAL_HOSTS or host.startswith("127.") or host == os.uname().nodename:
            return
        self._journal.tell("network", told, "asked for", self._journal.where(frame))

    def _requested(self, args: Any, frame: FrameType) -> None:
        self._journal.tell("network", args[0], "asked for", self._journal.where(frame))

    def _imported(self, args: Any, frame: FrameType) -> None:
        if args[0] not in _DOWNLOADERS:
            return
        place = self._direct(frame, ("<frozen importlib", "__init__.py"))
        if place:
            self._journal.tell("import", args[0], "a library that downloads", place)

    def _started(self, event: str) -> Handler:
        def started(args: Any, frame: FrameType) -> None:
            place = self._direct(frame, _STARTING_PROCESSES)
            # How `subprocess` starts what it was asked for is no second start.
            again = event != "subprocess.Popen" and frame.f_code.co_name in _SPAWNING
            if again or not place:
                return
            named = args[1] if event in ("subprocess.Popen", "os.spawn") else (args or ("",))[0]
            if event.startswith("os.kill"):
                named = f"{args[0]} with signal {args[1]}"
            told = " ".join(map(str, named)) if isinstance(named, (list, tuple)) else _text(named)
            self._journal.tell("process", f"{event} {told}".strip(), "asked for", place)

        return started

    def _direct(self, frame: Optional[FrameType], between: tuple[str, ...]) -> str:
        """Where the student's own code did this, with only such files between; else empty.

        What libraries do by themselves is theirs: a data loader forks, a compiler is looked for.
        """
        while frame is not None:
            filename = frame.f_code.co_filename
            place = self._journal.place(filename)
            if place:
                return f"{place}:{frame.f_lineno}"
            known = filename.startswith((self._library, "<frozen")) or "IPython" in filename
            passed = filename.endswith(between) or filename.startswith(between)
            if not (ours(filename) or (known and passed)):
                return ""
            frame = frame.f_back
        return ""


def _text(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, (str, bytes)) else str(value)
