"""Paths inside a package: which of them are safe, and which get in each other's way."""

from __future__ import annotations

import re
import unicodedata
from typing import Optional

from validators.display import quoted
from validators.package import codes
from validators.package.troubles import Trouble

MAX_NAME_BYTES = 255
# Less than the 1,024 bytes of macOS, so that there is room for the folder unpacked into.
MAX_PATH_BYTES = 700

_DRIVE = re.compile(r"[A-Za-z]:")
_ILLEGAL_ON_WINDOWS = re.compile(r'[<>:"|?*\\]')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "123456789¹²³"}
)


def same(name: str) -> str:
    """What two names share when a file system that ignores case and Unicode form merges them."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return unicodedata.normalize("NFC", folded)


def escape_of(path: str) -> str:
    """How a path of a zip leads out of its folder; empty when it doesn't."""
    if path.startswith("//"):
        return "a network path"
    if path.startswith("/"):
        return "an absolute path"
    if _DRIVE.match(path):
        return "a path with a drive letter"
    if ".." in path.split("/"):
        return 'a path that climbs out with ".."'
    return ""


def tidy(path: str) -> str:
    """The path without empty and `.` steps."""
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def unstorable(path: str, max_depth: int) -> Optional[Trouble]:
    """Why a tidy path can't be stored, or None."""
    parts = path.split("/")
    if not path:
        return Trouble(codes.BAD_NAME, path, "an empty name")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in path):
        return Trouble(codes.BAD_NAME, path, "control characters or undecodable bytes in the name")
    if len(parts) > max_depth + 1:
        deep = f"folders in folders, more than {max_depth} deep"
        return Trouble(codes.TOO_DEEP, path, deep)
    longest = max(len(part.encode()) for part in parts)
    if longest > MAX_NAME_BYTES or len(path.encode()) > MAX_PATH_BYTES:
        return Trouble(codes.LONG_NAME, path, "the name or path is too long")
    return None


def windows_trouble(path: str) -> Optional[Trouble]:
    """Why Windows can't store the path, or None."""
    for part in path.split("/"):
        stem = part.partition(".")[0].rstrip(" ").casefold()
        if stem in _RESERVED:
            return Trouble(codes.WINDOWS_NAME, path, f"{quoted(part)} is reserved on Windows")
        if part[-1] in " .":
            why = f"{quoted(part)} ends with a dot or space, which Windows drops"
            return Trouble(codes.WINDOWS_NAME, path, why)
        illegal = _ILLEGAL_ON_WINDOWS.search(part)
        if illegal:
            why = f"{quoted(illegal.group())} in a name, which Windows refuses"
            return Trouble(codes.WINDOWS_NAME, path, why)
    return None


class Taken:
    """The names of a package so far, to find those that get in each other's way."""

    def __init__(self) -> None:
        self._spelt: dict[str, str] = {}
        self._files: set[str] = set()

    def clash(self, path: str, *, folder: bool) -> Optional[Trouble]:
        """What a new path collides with, or None: then the path is taken from now on."""
        parts = path.split("/")
        steps = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        keys = [same(step) for step in steps]
        for step, key in zip(steps, keys):
            spelt = self._spelt.get(key, step)
            if spelt != step:
                why = f"beside {quoted(spelt)}, which is the same name on Windows and macOS"
                return Trouble(codes.COLLIDING_NAMES, path, why)
            is_file = not folder and step == path
            if key in self._files:
                if is_file:
                    return Trouble(codes.DUPLICATE_NAME, path, "a second file of that name")
                return Trouble(codes.COLLIDING_NAMES, path, f"{quoted(step)} is a file as well")
            if is_file and key in self._spelt:
                return Trouble(codes.COLLIDING_NAMES, path, "a folder has that name too")
        self._spelt.update(zip(keys, steps))
        if not folder:
            self._files.add(keys[-1])
        return None
