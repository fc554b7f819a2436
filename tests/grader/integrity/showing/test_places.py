"""Where packages lie, and which code everybody was given."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grader.collect.kept import where_kept
from grader.grading.handed_out import MOST_BYTES, handed_out_code
from validators.starting import template_files, template_folder


def test_a_package_lies_in_the_unpacked_export_or_in_the_folder(tmp_path: Path) -> None:
    for home in ("work/export/12ab", "site"):
        (tmp_path / home / "one").mkdir(parents=True)
    (tmp_path / "work/export/12ab/one/a.zip").write_bytes(b"a")
    (tmp_path / "site/one/b.zip").write_bytes(b"b")
    kept = where_kept(str(tmp_path / "site"), tmp_path / "work")
    assert kept("one/a.zip") == str(tmp_path / "work/export/12ab/one/a.zip")
    assert kept("one/b.zip") == str(tmp_path / "site/one/b.zip")
    for odd in ("gone.zip", "x" * 5_000):
        assert kept(odd) == ""
    assert where_kept("", tmp_path / "nowhere")("one/a.zip") == ""


def test_base_code_and_the_template_are_what_everybody_was_given(tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "given" / "deep").mkdir(parents=True)
    (course / "given" / "deep" / "tutorial.py").write_bytes(b"print(1)")
    (course / "given" / "large.bin").write_bytes(bytes(MOST_BYTES + 1))
    (course / "one.ipynb").write_bytes(b"{}")
    grading = course / "grading.toml"
    grading.write_text('[inspect]\nbase_code = ["given", "one.ipynb"]', encoding="utf-8")
    template = {digest(data) for data in template_files(template_folder()).values()}
    found = handed_out_code(("--competition", "x", "--grading", str(grading)))
    assert found == template | {digest(b"print(1)"), digest(b"{}")}
    assert handed_out_code(("--grading", str(course / "moved.toml"))) == template
    assert handed_out_code(()) == template
    (course / "one.ipynb").unlink()  # the settings name what isn't there any more
    assert handed_out_code(("--grading", str(grading))) == template


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
