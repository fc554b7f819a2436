"""Starting as the keeper: the ties to the parent, what is loaded once, and then the work."""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
from typing import Any, Callable

import click

from grader.looking import made_ready
from grader.workers.child import Bench
from grader.workers.keeper import Keeper
from grader.workers.records import Setup, Task, Told, adapter, read_setup
from grader.workers.ties import die_with
from grader.workers.wire import packed
from validators.faults import what_broke

# So few that a child closes those it inherits in no time, and enough for the pipes of all.
_OPEN_FILES, _SPARE_FILES = 1024, 64


def main(parent: int) -> None:
    """Be the keeper of the process `parent`, with standard input and output as the pipes to it."""
    # Ctrl-C is for the parent, which then ends this process in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(parent)
    line, rest = _first_line()
    try:
        setup = read_setup(line)
        bench = _loaded(setup)
        _limit_files(setup)
    except click.UsageError as error:
        _tell(error.message)
    except Exception as error:  # told in one line; the parent makes it a fault of the whole run
        _tell(f"the rules and answers could not be loaded ({what_broke(error)})")
    else:
        # What is there now stays as it is, so that children share its memory.
        gc.collect()
        gc.freeze()
        Keeper(bench, setup.scratch, rest).run()


def _loaded(setup: Setup) -> Bench:
    from grader.answer_files import read_key
    from validators.rules import rules_from_json

    rules = rules_from_json(setup.rules)
    key = None if setup.answers is None else read_key(setup.answers, rules)
    made_ready(rules, key)
    for kind in (Task, Told):
        adapter(kind)
    ready = None if not setup.ready else _named(setup.ready)(rules, key, setup.orders)
    return Bench(setup, _named(setup.entry), rules, key, ready)


def _named(entry: str) -> Callable[..., Any]:
    """The function that `module:name` names."""
    module, _, name = entry.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _limit_files(setup: Setup) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(_OPEN_FILES, setup.parallel + _SPARE_FILES)
    if soft == resource.RLIM_INFINITY or soft > wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _first_line() -> tuple[bytes, bytes]:
    """The first line, and what was read beyond it."""
    data = b""
    while b"\n" not in data:
        piece = os.read(0, 1 << 16)
        if not piece:
            raise SystemExit(0)  # the parent is gone already
        data += piece
    line, _, rest = data.partition(b"\n")
    return line, rest


def _tell(trouble: str) -> None:
    rest = packed(json.dumps({"trouble": trouble}).encode("ascii"))
    while rest:
        rest = rest[os.write(1, rest) :]
