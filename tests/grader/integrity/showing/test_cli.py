"""`grade evidence` as it is typed, over a store that was made by hand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.clock import now
from grader.grading import keys
from grader.integrity.blobs import packed_parts
from grader.integrity.code.arrays import packed
from grader.integrity.reading import CODE
from grader.integrity.records import Traits
from grader.runs import Planned
from grader.store import Kept, open_store
from tests.grader.integrity.showing import made
from tests.typed import Done, grade
from validators import __version__


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run with what its inspection has shown, and an older one without."""
    work = tmp_path_factory.mktemp("evidence") / "work"
    run = made.run()
    assert run.state is not None
    inspect = Planned("", keys.INSPECT, "i")
    planned = [
        Planned(name, keys.TRAITS, f"t{name}") for name in (*made.SEEN, made.source(made.EVIL))
    ]
    with open_store(work) as store:
        store.finish(store.begin(run.plan, "grade in", made.AT), run.state)
        number = store.begin(replace(run.plan, planned=(inspect, *planned)), "grade in", made.AT)
        store.keep([Kept(keys.INSPECT, "i", "", made.INSPECTION), *map(_traits, planned)])
        store.finish(number, run.state)
        store.publish(number, made.AT, "Ada", "first")
    return work


def _traits(planned: Planned) -> Kept:
    texts = {
        path: "\n".join(line.replace("\x1b", "") for line in lines)
        for path, lines in made.LINES[planned.subject].items()
    }
    blob = packed_parts({CODE: packed(texts, dict.fromkeys(texts, ()))})
    record = made.SEEN.get(planned.subject, Traits())
    return Kept(keys.TRAITS, planned.key, planned.subject, record, blob)


@pytest.fixture
def work(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "work"))


def typed(work: Path, *words: object) -> Done:
    return grade("evidence", *words, "--work", work)


def test_the_class_an_entrant_and_a_pair_are_told_from_the_store(work: Path) -> None:
    class_ = typed(work)
    assert (class_.status, class_.err) == (0, "")
    assert f"by grade {__version__}" in class_.out
    assert f"next: grade evidence {made.CODE.label} --work {work}" in class_.out.splitlines()
    for name in (made.ADA, "e-1010099"):
        assert "code.alike  train.py:3 pair" in typed(work, name).out
    for label in (made.CODE.label, f" {made.CODE.label.upper()} "):
        out = typed(work, label).out.splitlines()
        assert "    3 > def count(model, amount):      ~     5 > def zähle(model, amount):" in out


def test_the_same_as_json(work: Path) -> None:
    assert len(typed(work, "--json").json["pairs"]) == len(made.PAIRS)
    told = typed(work, made.CODE.label, "--json").json
    assert (told["format"], told["passages"][0]["first"]["text"][0]) == (
        1, "def count(model, amount):",
    )  # fmt: skip
    assert typed(work, made.WANG, "--json").json["entrant"] == made.WANG


@pytest.mark.parametrize(
    ("words", "pages"),
    [((), 13), ((made.ADA,), 4), ((made.CODE.label,), 1), (("--for-student", made.ADA), 1)],
)
def test_pages_go_into_a_new_folder(
    work: Path, tmp_path: Path, words: tuple[str, ...], pages: int
) -> None:
    folder = tmp_path / "not yet" / "pages"
    done = typed(work, *words, "--html", folder)
    assert done.status == 0
    assert len(list(folder.iterdir())) == pages
    assert f"{pages} page{'' if pages == 1 else 's'}: {folder / 'index.html'}" in done.out


def test_a_folder_that_holds_something_is_left_as_it_is(work: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done = typed(work, "--html", tmp_path)
    assert done.status == 2
    assert "is not empty" in done.err
    assert {each.name for each in tmp_path.iterdir()} == {"notes.txt", "work"}


def test_a_student_is_shown_their_own_parts(work: Path) -> None:
    done = typed(work, "--for-student", made.ADA)
    assert "def count(model, amount):" in done.out
    assert "another submission" in done.out
    for other in (made.WANG, "王小明", "zähle", "主程式"):
        assert other not in done.out
        assert other not in str(typed(work, "--for-student", made.ADA, "--json").json)


def test_without_names(work: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    told = [
        typed(work, *words, "--anonymous").out for words in ((), (made.ADA,), (made.CODE.label,))
    ]
    typed(work, "--anonymous", "--html", folder)
    told += [page.read_text(encoding="utf-8") for page in folder.iterdir()]
    assert "E-1010099" in told[0]
    for text in told:
        assert not [name for name in ("Ada Løvelace", "王小明", "HW4_99") if name in text]


def test_an_older_run_can_be_asked_for(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    monkeypatch.setattr("grader.clock.now", lambda: at)
    assert typed(work, "--run", 2).out == typed(work).out
    done = typed(work, "--run", 1)
    assert (done.status, "of run 1 no inspection is kept" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("p0000000",), 'there is no entrant and no pair "p0000000" in run 2'),
        (("--for-student", "p0000000"), 'no entrant and no pair "p0000000"'),
        (("\x1b[31m",), '"\\x1b[31m"'),
        ((made.ADA, "--for-student", made.ADA), "leave the other argument out"),
        (("--for-student", made.ADA, "--anonymous"), "leave --anonymous out"),
        (("--html", "x", "--json"), "give one of --html and --json"),
        (("--run", "9"), "there is no finished run 9"),
    ],
)
def test_wrong_usage_is_told_with_what_to_do(work: Path, words: tuple[Any, ...], says: str) -> None:
    done = typed(work, *words)
    assert (done.status, done.out) == (2, "")
    assert says in done.err


def test_a_pair_is_nothing_that_a_student_can_be_shown(work: Path) -> None:
    done = typed(work, "--for-student", made.CODE.label)
    assert (done.status, done.out) == (2, "")


def test_colour_is_for_a_terminal_alone(work: Path) -> None:
    assert "\x1b" not in typed(work, made.CODE.label).out


def test_the_same_moment_gives_the_same_bytes(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1715731140")
    for name in ("one", "two"):
        assert typed(work, "--html", tmp_path / name).status == 0
    one, two = (
        {f.name: f.read_bytes() for f in (tmp_path / name).iterdir()} for name in ("one", "two")
    )
    assert one == two
