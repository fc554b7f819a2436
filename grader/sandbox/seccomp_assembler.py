"""Classic BPF put together from readable steps with labels; jumps of any length come out right.

A conditional jump of classic BPF has 8 bits for each of its two distances. One that would be
longer is written as three instructions here: the test and two plain jumps with 32 bits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal, Optional, Union

NUMBER, ARCHITECTURE = 0, 4
"""Where the kernel's `seccomp_data` holds the number of the call and its architecture."""

LONGEST_SHORT_JUMP = 255
MAX_INSTRUCTIONS = 4096
"""The kernel takes no program that is longer."""

_LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_JUMP = 0x05  # BPF_JMP | BPF_JA
_RETURN = 0x06  # BPF_RET | BPF_K
_TESTS = {"equal": 0x15, "at least": 0x35, "any bit of": 0x45}  # BPF_JMP | JEQ, JGE, JSET


def low_word(argument: int) -> int:
    """Where the low 32 bits of an argument are, on a little-endian machine."""
    return 16 + 8 * argument


@dataclass(frozen=True)
class Load:
    """Take the 32-bit word at this offset of the call's description."""

    offset: int


@dataclass(frozen=True)
class Mask:
    """Keep only these bits of the word."""

    bits: int


@dataclass(frozen=True)
class Test:
    """Go on at `yes` or at `no`, by how the word compares; None is the next step."""

    __test__ = False  # the name is no test's, whatever a test runner thinks

    how: Literal["equal", "at least", "any bit of"]
    value: int
    yes: Optional[str] = None
    no: Optional[str] = None


@dataclass(frozen=True)
class Go:
    """Go on at a label."""

    to: str


@dataclass(frozen=True)
class Label:
    """A place to go on at. It must come later than every step that goes there."""

    name: str


@dataclass(frozen=True)
class Return:
    """The answer to the kernel."""

    value: int


Step = Union[Load, Mask, Test, Go, Label, Return]


def assemble(steps: tuple[Step, ...]) -> bytes:
    """The program as an array of the kernel's `struct sock_filter`."""
    long: frozenset[int] = frozenset()
    while True:
        places, labels = _layout(steps, long)
        longer = frozenset(
            index
            for index, step in enumerate(steps)
            if isinstance(step, Test) and not _is_short(step, places[index], labels)
        )
        if longer <= long:
            break
        long |= longer
    code = b"".join(
        _encoded(step, places[index], labels, index in long) for index, step in enumerate(steps)
    )
    if len(code) > 8 * MAX_INSTRUCTIONS:
        raise ValueError(f"{len(code) // 8} instructions; the kernel takes {MAX_INSTRUCTIONS}")
    return code


def _layout(steps: tuple[Step, ...], long: frozenset[int]) -> tuple[list[int], dict[str, int]]:
    """The place of every step and of every label, when the steps in `long` take three places."""
    places: list[int] = []
    labels: dict[str, int] = {}
    place = 0
    for index, step in enumerate(steps):
        places.append(place)
        if isinstance(step, Label):
            if step.name in labels:
                raise ValueError(f"the label {step.name!r} is there twice")
            labels[step.name] = place
        else:
            place += 3 if index in long else 1
    return places, labels


def _is_short(step: Test, place: int, labels: dict[str, int]) -> bool:
    return max(_distances(step, place, labels)) <= LONGEST_SHORT_JUMP


def _distances(step: Test, place: int, labels: dict[str, int]) -> tuple[int, int]:
    """How many instructions a test leaves out, when it is one instruction long."""
    return _distance(step.yes, place + 1, labels), _distance(step.no, place + 1, labels)


def _distance(label: Optional[str], after: int, labels: dict[str, int]) -> int:
    if label is None:
        return 0
    distance = labels[label] - after
    if distance < 0:
        raise ValueError(f"the label {label!r} lies before the jump; classic BPF only goes forward")
    return distance


def _encoded(step: Step, place: int, labels: dict[str, int], long: bool) -> bytes:
    if isinstance(step, Load):
        return _instruction(_LOAD_WORD, step.offset)
    if isinstance(step, Mask):
        return _instruction(_AND, step.bits)
    if isinstance(step, Return):
        return _instruction(_RETURN, step.value)
    if isinstance(step, Label):
        return b""
    if isinstance(step, Go):
        return _instruction(_JUMP, _distance(step.to, place + 1, labels))
    if not long:
        return _instruction(_TESTS[step.how], step.value, *_distances(step, place, labels))
    end = place + 3
    yes = 1 if step.yes is None else _distance(step.yes, place + 2, labels)
    no = 0 if step.no is None else _distance(step.no, end, labels)
    return (
        _instruction(_TESTS[step.how], step.value, 0, 1)
        + _instruction(_JUMP, yes)
        + _instruction(_JUMP, no)
    )


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
