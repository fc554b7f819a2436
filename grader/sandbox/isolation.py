"""What isolation this machine can give, found out by really trying it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Optional

from grader.sandbox.trouble import SandboxFault

CgroupKind = Literal["v1", "v2", "none"]
Kind = Literal["bubblewrap", "none"]

NO_CGROUPS = "memory and processes are watched, not counted by the kernel"
"""What is missing where no control group can be made."""

DELEGATE = "start it as: systemd-run --user --scope -p Delegate=yes COMMAND"
"""How an ordinary user gets a control group of their own."""


@dataclass(frozen=True)
class Isolation:
    """How programs are shut in on this machine.

    `layers` are the mechanisms in force, in the words that a report prints. `missing` are pairs:
    what can't be had here, and what mends that.
    """

    kind: Kind
    binary: Optional[Path] = None
    version: str = ""
    cgroups: CgroupKind = "none"
    layers: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()


def isolation() -> Isolation:
    """The best isolation that really works here; `SandboxFault` with the remedy where none does."""
    from grader.sandbox import cgroups, choosing, leftovers

    leftovers.sweep_processes()
    kind = cgroups.kind_here()
    if os.geteuid() == 0 and kind == "none":
        raise SandboxFault(
            "as root, a sandbox without control groups is not safe",
            "Start it as an ordinary user, or on a machine where root may make control groups.",
        )
    binary, version = choosing.working_binary()
    counted = ("watchdog",) if kind == "none" else (f"cgroups {kind}", "watchdog")
    return Isolation(
        kind="bubblewrap",
        binary=binary,
        version=version,
        cgroups=kind,
        layers=(f"bubblewrap {version}", *choosing.LAYERS, *counted),
        missing=() if kind != "none" else ((NO_CGROUPS, DELEGATE),),
    )


def no_isolation() -> Isolation:
    """No isolation: a plain process with limits, for whoever asks for it in so many words."""
    return Isolation(
        kind="none",
        layers=("no isolation", "resource limits", "watchdog"),
        missing=(("every wall", "Use isolation() instead."),),
    )
