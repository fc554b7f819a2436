"""What the filter must answer, written down a second time, from the kernel's lists of numbers."""

from __future__ import annotations

import errno

from tests.sandbox.bpf import Call

ALLOWED, KILLED, AS_IF_DONE = "allowed", "killed", 0
NATIVE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_NOT_PERMITTED = {
    "x86_64": """
    101 103 134 136 139 153 154 155 156 159 161 163 164 165 166 167 168 169 170 171 172 173
    174 175 176 177 178 179 180 212 227 246 248 249 250 256 272 279 298 300 301 303 304 305
    308 310 311 312 313 320 321 323 428 429 430 431 432 433 438 442 443 457 458 467""",
    "aarch64": """
    18 39 40 41 42 51 58 60 89 97 104 105 106 112 116 117 142 161 162 170 171 217 218 219
    224 225 238 239 241 262 263 264 265 266 268 270 271 272 273 280 282 294 428 429 430 431
    432 433 438 442 443 457 458 467""",
}
_HIDING = {"x86_64": "29 64 68 319 447", "aarch64": "186 190 194 279 447"}
_BY_ARGUMENT = {
    "x86_64": {
        56: "clone",
        16: "ioctl",
        41: "socket",
        53: "pair",
        135: "person",
        317: "filter",
        54: "buffer",
    },
    "aarch64": {
        220: "clone",
        29: "ioctl",
        198: "socket",
        199: "pair",
        92: "person",
        277: "filter",
        208: "buffer",
    },
}


def refused(machine: str, deny_memfd: bool = True) -> dict[int, int]:
    """The calls that fail whatever their arguments are, with the errno of each."""
    hiding = _HIDING[machine].split() if deny_memfd else []
    absent = [425, 426, 427, 435, *map(int, hiding)]
    table = {int(number): errno.EPERM for number in _NOT_PERMITTED[machine].split()}
    return {**table, **dict.fromkeys(absent, errno.ENOSYS)}


def looked_at(machine: str) -> tuple[int, ...]:
    """The calls whose arguments decide."""
    return tuple(_BY_ARGUMENT[machine])


def expected(machine: str, deny_memfd: bool, call: Call) -> str | int:
    """`allowed`, `killed`, or the errno."""
    if call.architecture != NATIVE[machine]:
        return KILLED
    if machine == "x86_64" and call.number >= 1 << 30:
        return errno.ENOSYS
    table = refused(machine, deny_memfd)
    if call.number in table:
        return table[call.number]
    kind = _BY_ARGUMENT[machine].get(call.number)
    words = tuple(argument % (1 << 32) for argument in call.arguments)
    if kind is None or (kind == "buffer" and not deny_memfd):
        return ALLOWED
    return _by_argument(kind, words)


def _by_argument(kind: str, words: tuple[int, ...]) -> str | int:
    if kind == "socket":
        return _socket(*words[:3])
    if kind == "buffer":
        return AS_IF_DONE if words[1] == 1 and words[2] in (7, 8, 32, 33) else ALLOWED
    if kind == "pair":
        return ALLOWED if words[0] == 1 else errno.EAFNOSUPPORT
    bad = {
        "clone": any(words[0] >> bit & 1 for bit in (17, 25, 26, 27, 28, 29, 30)),
        "ioctl": words[1] in (0x5412, 0x541C, 0x541D, 0x5423),
        "person": words[0] not in (0, 0xFFFFFFFF),
        "filter": words[0] == 1 and words[1] & 8 == 8,
    }
    return errno.EPERM if bad[kind] else ALLOWED


def _socket(family: int, kind: int, protocol: int) -> str | int:
    if family == 1:
        return ALLOWED
    if family == 16:
        return ALLOWED if protocol == 0 else errno.EPROTONOSUPPORT
    if family not in (2, 10):
        return errno.EAFNOSUPPORT
    good = kind & 15 in (1, 2) and protocol in (0, 6, 17)
    return ALLOWED if good else errno.EPROTONOSUPPORT
