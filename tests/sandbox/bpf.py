"""A small machine for classic BPF: what the kernel would answer to one call."""

from __future__ import annotations

import struct
from dataclasses import dataclass

WORD = 0xFFFFFFFF


@dataclass(frozen=True)
class Call:
    """One system call as the kernel shows it to a filter."""

    number: int
    architecture: int
    arguments: tuple[int, ...] = (0, 0, 0, 0, 0, 0)

    def data(self) -> bytes:
        """The kernel's `struct seccomp_data`."""
        return struct.pack("<IIQ6Q", self.number, self.architecture, 0, *self.arguments)


def answer(code: bytes, call: Call) -> int:
    """What the program returns for the call; an instruction that no filter here needs fails."""
    program = list(struct.iter_unpack("<HBBI", code))
    data, place, word = call.data(), 0, 0
    for _ in range(len(program)):
        kind, yes, no, value = program[place]
        place += 1
        if kind == 0x06:
            return int(value)
        if kind == 0x20:
            (word,) = struct.unpack_from("<I", data, value)
        elif kind == 0x54:
            word &= value
        elif kind == 0x05:
            place += value
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[kind]
            place += yes if holds else no
    raise AssertionError("the program ran past its end")
