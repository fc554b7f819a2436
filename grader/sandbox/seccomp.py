"""The seccomp filter: which system calls a program in the sandbox can't make.

It is a deny list. The namespaces and the mounts are the wall; the filter takes away what they
leave open: ways to fill memory that nothing counts, and parts of the kernel that honest
programs never need and that had holes before.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Optional

from grader.sandbox.seccomp_assembler import (
    ARCHITECTURE,
    NUMBER,
    Go,
    Label,
    Load,
    Mask,
    Return,
    Step,
    Test,
    assemble,
    low_word,
)
from grader.sandbox.seccomp_calls import (
    AUDIT_ARCHITECTURES,
    HIDES_MEMORY,
    NOT_PERMITTED,
    NOT_THERE,
    X32,
    Machine,
    names,
    number,
)

ALLOW, KILL = 0x7FFF0000, 0x80000000
"""The kernel's SECCOMP_RET_ALLOW and SECCOMP_RET_KILL_PROCESS."""

NAMESPACE_FLAGS = 0x7E020000
"""The flags of clone that make a namespace: mounts, cgroup, UTS, IPC, user, PID, network."""

TERMINAL_REQUESTS = (0x5412, 0x541C, 0x541D, 0x5423)
"""TIOCSTI and TIOCLINUX type for somebody else; TIOCCONS and TIOCSETD take a terminal over."""

AF_UNIX, AF_INET, AF_NETLINK, AF_INET6 = 1, 2, 16, 10
_TYPE_BITS, _STREAM, _DATAGRAM = 0xF, socket.SOCK_STREAM.value, socket.SOCK_DGRAM.value
_PROTOCOLS = (0, socket.IPPROTO_TCP, socket.IPPROTO_UDP)
_NETLINK_ROUTE = 0
_PERSONALITIES = (0, 0xFFFFFFFF)  # the ordinary one, and the question which it is
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_SOL_SOCKET = 1
_BUFFER_OPTIONS = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, and both with FORCE


def filter_bytes(machine: Optional[str] = None, deny_memfd: bool = True) -> bytes:
    """The filter for bwrap's `--seccomp`, for a machine as `os.uname().machine` names it.

    `deny_memfd` takes away memory that belongs to no file system and no process: right wherever
    no cgroup counts it; a wish for a larger buffer of a socket is then answered well and not
    followed. A machine that the filter does not know is a ValueError.
    """
    return assemble(steps(_known(os.uname().machine if machine is None else machine), deny_memfd))


def refusal(number: int) -> int:
    """The answer that makes a call fail with this errno."""
    return 0x00050000 | number


def steps(machine: Machine, deny_memfd: bool) -> tuple[Step, ...]:
    """The filter before it is put together."""
    not_there = names(NOT_THERE) + (names(HIDES_MEMORY) if deny_memfd else ())
    return (
        *_native_way_in(machine),
        *_each(machine, names(NOT_PERMITTED), "EPERM"),
        *_each(machine, not_there, "ENOSYS"),
        *_when(machine, "clone", _clone()),
        *_when(machine, "ioctl", _ioctl()),
        *_when(machine, "socket", _socket()),
        *_when(machine, "socketpair", _socketpair()),
        *(_when(machine, "setsockopt", _setsockopt()) if deny_memfd else ()),
        *_when(machine, "personality", _personality()),
        *_when(machine, "seccomp", _seccomp()),
        Label("allow"),
        Return(ALLOW),
        Label("as if done"),
        Return(refusal(0)),
        Label("kill"),
        Return(KILL),
        *_refusals("EPERM", "ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT"),
    )


def _known(machine: str) -> Machine:
    if machine == "x86_64":
        return "x86_64"
    if machine in ("aarch64", "arm64"):
        return "aarch64"
    raise ValueError(f"no seccomp filter is written for {machine}; expected x86_64 or aarch64")


def _refusals(*errors: str) -> tuple[Step, ...]:
    return tuple(
        step for name in errors for step in (Label(name), Return(refusal(getattr(errno, name))))
    )


def _native_way_in(machine: Machine) -> tuple[Step, ...]:
    """A call by a foreign way in has other numbers, so it must not get to the list at all."""
    native: tuple[Step, ...] = (
        Load(ARCHITECTURE),
        Test("equal", AUDIT_ARCHITECTURES[machine], no="kill"),
        Load(NUMBER),
    )
    return (*native, Test("at least", X32, yes="ENOSYS")) if machine == "x86_64" else native


def _each(machine: Machine, calls: tuple[str, ...], label: str) -> tuple[Step, ...]:
    numbers = sorted(n for n in (number(call, machine) for call in calls) if n is not None)
    return tuple(Test("equal", n, yes=label) for n in numbers)


def _when(machine: Machine, call: str, inner: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps for one call by its arguments. The others go past them, with their number."""
    found = number(call, machine)
    if found is None:
        return ()
    past = f"after {call}"
    return (Test("equal", found, no=past), *inner, Label(past))


def _clone() -> tuple[Step, ...]:
    # The kernel takes the low 32 bits as the flags.
    return (Load(low_word(0)), Test("any bit of", NAMESPACE_FLAGS, yes="EPERM", no="allow"))


def _ioctl() -> tuple[Step, ...]:
    # The kernel looks at the low 32 bits alone. A filter that compares all 64 is passed by
    # setting a high bit.
    requests = tuple(Test("equal", request, yes="EPERM") for request in TERMINAL_REQUESTS)
    return (Load(low_word(1)), *requests, Go("allow"))


def _socket() -> tuple[Step, ...]:
    """Unix sockets, TCP, UDP, and asking the kernel for interfaces: no raw ones, none exotic."""
    return (
        Load(low_word(0)),
        Test("equal", AF_UNIX, yes="allow"),
        Test("equal", AF_NETLINK, yes="netlink"),
        Test("equal", AF_INET, yes="internet"),
        Test("equal", AF_INET6, no="EAFNOSUPPORT"),
        Label("internet"),
        Load(low_word(1)),
        Mask(_TYPE_BITS),
        Test("equal", _STREAM, yes="protocol"),
        Test("equal", _DATAGRAM, no="EPROTONOSUPPORT"),
        Label("protocol"),
        Load(low_word(2)),
        *(Test("equal", protocol, yes="allow") for protocol in _PROTOCOLS),
        Go("EPROTONOSUPPORT"),
        Label("netlink"),
        Load(low_word(2)),
        Test("equal", _NETLINK_ROUTE, yes="allow", no="EPROTONOSUPPORT"),
    )


def _socketpair() -> tuple[Step, ...]:
    return (Load(low_word(0)), Test("equal", AF_UNIX, yes="allow", no="EAFNOSUPPORT"))


def _setsockopt() -> tuple[Step, ...]:
    """What waits in a socket is memory of nobody: no socket holds more than the machine's usual."""
    options = tuple(Test("equal", option, yes="as if done") for option in _BUFFER_OPTIONS)
    usual = (Load(low_word(1)), Test("equal", _SOL_SOCKET, no="allow"), Load(low_word(2)))
    return (*usual, *options, Go("allow"))


def _personality() -> tuple[Step, ...]:
    usual = tuple(Test("equal", value, yes="allow") for value in _PERSONALITIES)
    return (Load(low_word(0)), *usual, Go("EPERM"))


def _seccomp() -> tuple[Step, ...]:
    """A program may filter itself more, but not have its calls answered by another process."""
    return (
        Load(low_word(0)),
        Test("equal", _SET_MODE_FILTER, no="allow"),
        Load(low_word(1)),
        Test("any bit of", _NEW_LISTENER, yes="EPERM", no="allow"),
    )
