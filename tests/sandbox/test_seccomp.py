"""The seccomp filter: by a BPF machine of our own beside an oracle, and in the real kernel."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.seccomp import ALLOW, KILL, filter_bytes, refusal
from grader.sandbox.seccomp_assembler import Go, Label, Load, Return, Step, Test, assemble
from tests.sandbox import filtered
from tests.sandbox.bpf import Call, answer
from tests.sandbox.refused_calls import ALLOWED, KILLED, NATIVE, expected, looked_at, refused

MACHINES = ("x86_64", "aarch64")
HERE = os.uname().machine
ALL_ONES = (1 << 64) - 1


def _meant(answered: int) -> str | int:
    """What an answer of the filter says, in the oracle's words."""
    if answered in (ALLOW, KILL):
        return ALLOWED if answered == ALLOW else KILLED
    assert refusal(answered & 0xFFFF) == answered
    return answered & 0xFFFF


def _agrees(machine: str, deny_memfd: bool, call: Call) -> None:
    answered = _meant(answer(filter_bytes(machine, deny_memfd), call))
    assert answered == expected(machine, deny_memfd, call), call


@pytest.mark.parametrize("deny_memfd", [True, False])
@pytest.mark.parametrize("machine", MACHINES)
def test_every_number_is_answered_as_the_lists_say(machine: str, deny_memfd: bool) -> None:
    for number in (*range(600), 0x3FFFFFFF, 0x40000000, 0x40000000 + 39, 0xFFFFFFFF):
        _agrees(machine, deny_memfd, Call(number, NATIVE[machine]))
        _agrees(machine, deny_memfd, Call(number, NATIVE[machine], (ALL_ONES,) * 6))
        _agrees(machine, deny_memfd, Call(number, 0x40000003))


_EDGES = [0, 1, 2, 3, 5, 7, 8, 32, 33, 10, 16, 17, 40, 0x20000, 0x80000, 0x02000000, 0x40000000]
_TERMINAL = [0x5412, 0x541C, 0x541D, 0x5423, 0x541B, 0x5401]
_ONES = (1 << 32) - 1
_words = st.one_of(st.sampled_from([*_EDGES, _ONES, *_TERMINAL]), st.integers(0, _ONES))
_arguments = st.builds(
    lambda high, low: high << 32 | low, st.sampled_from([0, 1, 0xFFFFFFFF]), _words
)


@given(st.data())
def test_arguments_decide_as_the_oracle_says(data: st.DataObject) -> None:
    machine = data.draw(st.sampled_from(MACHINES))
    anywhere = st.one_of(st.sampled_from(looked_at(machine)), st.integers(0, (1 << 32) - 1))
    call = Call(
        data.draw(anywhere),
        data.draw(st.sampled_from([NATIVE[machine]] * 6 + [0x40000003, 0x40000028, 0])),
        tuple(data.draw(st.lists(_arguments, min_size=6, max_size=6))),
    )
    _agrees(machine, data.draw(st.booleans()), call)


@given(st.data())
def test_long_jumps_arrive_where_the_labels_are(data: st.DataObject) -> None:
    """A chain of tests whose targets lie near and far answers as a look-up would."""
    values = data.draw(st.lists(st.integers(0, 999), min_size=1, max_size=700, unique=True))
    gaps = data.draw(st.lists(st.integers(0, 40), min_size=len(values), max_size=len(values)))
    backwards = data.draw(st.booleans())
    tests = tuple(Test("equal", value, yes=f"is {value}") for value in values)
    ends: list[Step] = []
    for value, gap in zip(reversed(values) if backwards else values, gaps):
        ends += [Label(f"is {value}"), *[Load(0)] * gap, Return(value + 1)]
    while len(ends) + len(values) > 4000:
        ends = [step for step in ends if not isinstance(step, Load)]
    code = assemble((Load(0), *tests, Go("none"), *ends, Label("none"), Return(0)))
    asked = data.draw(st.one_of(st.sampled_from(values), st.integers(0, 1000)))
    assert answer(code, Call(asked, 0)) == (asked + 1 if asked in values else 0)


@pytest.mark.parametrize("distance", [254, 255, 256, 257, 3000])
@pytest.mark.parametrize("asked", [7, 8])
def test_a_jump_at_the_edge_of_8_bits(distance: int, asked: int) -> None:
    ways = (Test("equal", 7, yes="far"), Test("equal", 8, no="far"))
    for way in ways:
        filling: tuple[Step, ...] = (Return(1), *[Load(0)] * (distance - 1))
        code = assemble((Load(0), way, *filling, Label("far"), Return(2)))
        goes = (asked == 7) if way.yes else (asked != 8)
        assert answer(code, Call(asked, 0)) == (2 if goes else 1)


def test_what_can_not_be_assembled_is_refused() -> None:
    with pytest.raises(ValueError, match="before the jump"):
        assemble((Label("back"), Load(0), Test("equal", 1, yes="back"), Return(0)))
    with pytest.raises(ValueError, match="twice"):
        assemble((Label("a"), Label("a"), Return(0)))
    with pytest.raises(ValueError, match="5000 instructions"):
        assemble((Load(0),) * 5000)


def test_a_machine_without_a_list_is_refused() -> None:
    with pytest.raises(ValueError, match="riscv64; expected x86_64 or aarch64"):
        filter_bytes("riscv64")


def _asked(calls: list[tuple[int, ...]], code: bytes) -> subprocess.CompletedProcess[str]:
    script = str(Path(filtered.__file__))
    given = json.dumps({"filter": code.hex(), "calls": calls})
    return subprocess.run(
        [sys.executable, "-I", script],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )


def _errnos(calls: list[tuple[int, ...]], code: bytes) -> list[int]:
    done = _asked(calls, code)
    assert done.returncode == 0, done.stderr
    return list(map(int, json.loads(done.stdout)))


LEFT_ALONE = {
    "x86_64": {
        "clone": 56,
        "ioctl": 16,
        "socket": 41,
        "pair": 53,
        "person": 135,
        "filter": 317,
        "buffer": 54,
    },
    "aarch64": {
        "clone": 220,
        "ioctl": 29,
        "socket": 198,
        "pair": 199,
        "person": 92,
        "filter": 277,
        "buffer": 208,
    },
}
N = LEFT_ALONE.get(HERE, {})
_HANGS_UP = {"x86_64": 153, "aarch64": 58}.get(HERE)


def test_the_kernel_refuses_every_call_of_the_list_and_did_not_before() -> None:
    table = refused(HERE)
    calls = [(number, *[ALL_ONES] * 6) for number in sorted(table)]
    assert _errnos(calls, filter_bytes()) == [table[number] for number, *_ in calls]
    if os.geteuid() == 0:  # to others the kernel itself says EPERM to many
        harmless = [call for call in calls if call[0] != _HANGS_UP]
        outside = dict(zip((call[0] for call in harmless), _errnos(harmless, b"")))
        same = {number for number, code in outside.items() if code == table[number]}
        assert same <= _absent_here(), "the filter changes nothing for these"


def _absent_here() -> set[int]:
    """What the kernel of this machine itself may not have: its ENOSYS is not the filter's."""
    return {number for number, code in refused(HERE).items() if code == errno.ENOSYS}


REFUSED_BY_ARGUMENT = [
    ("a new user namespace", ("clone", 0x10000000 | 17), errno.EPERM),
    ("a new network, high bits set", ("clone", 0xFF_40000011), errno.EPERM),
    ("typing into a terminal", ("ioctl", 0, 0x5412, 0), errno.EPERM),
    ("typing, with a high bit", ("ioctl", 0, 0x1_0000_5412, 0), errno.EPERM),
    ("pasting on a console", ("ioctl", 0, 0xFFFFFFFF_0000541C, 0), errno.EPERM),
    ("a vsock socket", ("socket", 40, 1, 0), errno.EAFNOSUPPORT),
    ("a packet socket", ("socket", 17, 3, 0), errno.EAFNOSUPPORT),
    ("a crypto socket", ("socket", 38, 5, 0), errno.EAFNOSUPPORT),
    ("a raw socket", ("socket", 2, 3, 1), errno.EPROTONOSUPPORT),
    ("SCTP", ("socket", 2, 1, 132), errno.EPROTONOSUPPORT),
    ("netlink to the firewall", ("socket", 16, 3, 12), errno.EPROTONOSUPPORT),
    ("a pair that is not of Unix", ("pair", 30, 1, 0), errno.EAFNOSUPPORT),
    ("no random addresses", ("person", 0x0040000), errno.EPERM),
    ("a supervisor of calls", ("filter", 1, 8, 0), errno.EPERM),
]

LET_THROUGH = [
    ("TCP", ("socket", 2, 1, 0), 0),
    ("UDP over IPv6", ("socket", 10, 2 | 0x80000, 17), 0),
    ("Unix", ("socket", 1, 1, 0), 0),
    ("asking for interfaces", ("socket", 16, 3, 0), 0),
    ("a Unix pair", ("pair", 1, 1, 0, 0), errno.EFAULT),
    ("asking a file for its terminal", ("ioctl", 0, 0x5401, 0), errno.ENOTTY),
    ("asking for the personality", ("person", 0xFFFFFFFF), 0),
    ("a filter of one's own", ("filter", 1, 0, 0), errno.EFAULT),
    ("a wish for a larger buffer, for no socket at all", ("buffer", 99, 1, 7, 0, 4), 0),
    ("another option", ("buffer", 99, 1, 9, 0, 4), errno.EBADF),
]


@pytest.mark.parametrize(("what", "call", "gives"), REFUSED_BY_ARGUMENT + LET_THROUGH)
def test_the_kernel_looks_at_arguments(what: str, call: tuple[object, ...], gives: int) -> None:
    name, *arguments = call
    asked = (N[str(name)], *[int(str(argument)) for argument in arguments])
    assert _errnos([asked], filter_bytes()) == [gives], what


def test_a_foreign_way_in_ends_the_process() -> None:
    if HERE != "x86_64":
        assert _meant(answer(filter_bytes(), Call(20, 0x40000028))) == KILLED
        return  # the interrupt of 32-bit programs is only there on x86-64
    done = _asked([(filtered.FOREIGN,)], filter_bytes())
    assert (done.returncode, done.stdout) == (-signal.SIGSYS, "")
    assert _errnos([(0x40000000 + 39,)], filter_bytes()) == [errno.ENOSYS]


def test_threads_and_children_still_start() -> None:
    program = (
        "import sys, threading, subprocess\n"
        f"sys.path.insert(0, {str(Path(filtered.__file__).parent)!r})\n"
        "import filtered\n"
        "filtered.install(bytes.fromhex(sys.argv[1]))\n"
        "thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()\n"
        "print(subprocess.run(['/bin/echo', 'child'], capture_output=True).stdout.decode())\n"
    )
    started = [sys.executable, "-I", "-c", program, filter_bytes().hex()]
    done = subprocess.run(started, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["thread", "child"]
