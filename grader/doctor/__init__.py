"""What this machine can and can't do for grading, found out by really doing it."""

from __future__ import annotations

from grader.doctor.probing import Probe, probes

__all__ = ["Probe", "probes"]
