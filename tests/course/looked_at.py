"""What `check-submission` says of the packages of a made-up course, one by one."""

from __future__ import annotations

from pathlib import Path

from grader.collect.site_names import read_site_name
from tests.course.make import Course
from tests.course.site import Lying
from validators.checks import Options, parts_of, report_of, sections
from validators.opening import opened
from validators.report import Report


def own_name(path: str) -> str:
    """How the student called a file of the export."""
    name = path.rpartition("/")[2]
    site = read_site_name(name)
    return name if site is None else site.file


def report_on(course: Course, package: Lying, scratch: Path) -> Report:
    """The report on a package, with what lay beside it, by the course's rules."""
    path = course.submissions / package.source
    if package.handed.form == "zip":
        path = _under_its_name(path, scratch)
    elif package.source.endswith("*"):
        for source, data in package.files.items():
            (scratch / own_name(source)).write_bytes(data)
        path = scratch
    beside = tuple(map(own_name, package.beside))
    with opened(path, course.rules) as subject:
        options = Options(course.rules, parts_of(subject.kind, None), beside=beside)
        return report_of(subject, options, tuple(sections(subject, options)))


def _under_its_name(path: Path, scratch: Path) -> Path:
    if own_name(path.name) == path.name:
        return path
    copy = scratch / own_name(path.name)
    copy.write_bytes(path.read_bytes())
    return copy
