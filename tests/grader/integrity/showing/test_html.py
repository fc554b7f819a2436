"""Evidence as pages: self-contained, whole, linked, and harmless whatever a student wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from grader.integrity.records import Inspection, Passage
from grader.integrity.showing.hiding import anonymous
from grader.integrity.showing.html import INDEX, class_pages, pair_pages, person_pages
from grader.integrity.showing.student import for_student
from tests.grader.integrity.showing import made
from tests.grader.integrity.showing.pages import Page

EVIDENCE = made.evidence()
CLASS = dict(class_pages(EVIDENCE))
FOLDERS = {
    "class": CLASS,
    "anonymous": dict(class_pages(anonymous(EVIDENCE, made.entrants()))),
    "entrant": dict(person_pages(EVIDENCE, made.ADA)),
    "pair": dict(pair_pages(EVIDENCE, made.HARMFUL.label)),
    "student": dict(person_pages(for_student(EVIDENCE, made.EVIL, made.entrants()), made.EVIL)),
    "nothing": dict(class_pages(made.evidence(Inspection()))),
}
PAGES = [(folder, name) for folder, files in FOLDERS.items() for name in files]


@pytest.fixture(params=PAGES, ids=lambda each: "-".join(each))
def data(request: pytest.FixtureRequest) -> bytes:
    folder, name = request.param
    return FOLDERS[folder][name]


def test_there_is_a_page_for_the_class_each_pair_and_each_one_concerned() -> None:
    pairs = {f"{each.label}.html" for each in made.PAIRS}
    concerned = (made.ADA, made.WANG, made.AMAL, made.EVIL, made.LONE)
    assert set(CLASS) == {INDEX, *pairs, *(f"entrant-{each}.html" for each in concerned)}
    assert set(FOLDERS["student"]) == set(FOLDERS["pair"]) == {INDEX}


def test_nothing_in_a_page_can_run_or_load(data: bytes) -> None:
    page = Page(data)
    allowed = {
        "html", "head", "meta", "title", "style", "body", "a", "nav", "main", "h1", "h2", "h3",
        "h4", "p", "bdi", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span",
        "br", "ul", "li", "footer", "details", "summary", "dl", "dt", "dd", "code", "section",
    }  # fmt: skip
    assert {tag for tag, _ in page.elements} <= allowed
    names = {name for _, given in page.elements for name in given}
    assert names <= {
        "lang", "charset", "http-equiv", "content", "name", "href", "class", "id", "scope", "dir",
        "tabindex", "role", "aria-label", "data-side",
    }  # fmt: skip
    assert not re.findall(r"url\(|@import|expression", page.style)


def test_the_policy_lets_the_page_have_its_own_style_and_nothing_else(data: bytes) -> None:
    page = Page(data)
    policies = [
        given["content"] for _, given in page.all("meta")
        if given.get("http-equiv") == "Content-Security-Policy"
    ]  # fmt: skip
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]


def test_no_letter_of_a_page_steers_it(data: bytes) -> None:
    text = data.decode("utf-8")
    assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_link_leads_to_a_place_that_is_there(folder: str) -> None:
    pages = {name: Page(data) for name, data in FOLDERS[folder].items()}
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids))
        for link in page.links:
            file, _, place = link.partition("#")
            target = pages[file or name]
            assert not place or place in target.ids, (name, link)


def test_a_page_can_be_read_without_seeing_it(data: bytes) -> None:
    page = Page(data)
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(given.get("scope") in ("col", "row") for _, given in page.all("th"))
    assert page.all("html")[0][1]["lang"] == "en"
    assert page.links[0] == "#main"


def test_a_page_says_when_by_what_and_from_which_thresholds_on(data: bytes) -> None:
    text = Page(data).text
    for told in (made.AT, made.TOLD, "grade 0.9.0", "code.least_coverage0.5", "observations"):
        assert told in text


def test_what_a_student_wrote_is_shown_as_they_wrote_it() -> None:
    text = Page(CLASS[f"{made.CODE.label}.html"]).text
    assert "print('9900101', \"<img src=x onerror=alert(2)>\"" in text
    assert "# 王小明 9900102 <script>alert(1)</script>\\x1b[31m\\u202egnp\\x07&\"'" in text


def test_matching_lines_are_marked_in_both_columns_and_linked_to_each_other() -> None:
    page = Page(CLASS[f"{made.CODE.label}.html"])
    label = made.CODE.label
    for number in (1, 2):
        assert {f"{label}-{number}", f"{label}-{number}-a", f"{label}-{number}-b"} <= set(page.ids)
        assert f"#{label}-{number}-a" in page.links
        assert f"#{label}-{number}-b" in page.links
    hits = [given for _, given in page.all("div") if given.get("class") == "line hit"]
    assert len(hits) == 8 + 8
    assert "> 3" in page.text


def test_digests_of_the_files_are_on_the_page_of_a_pair() -> None:
    text = Page(CLASS[f"{made.CODE.label}.html"]).text
    for digest in ("a" * 64, "b" * 64, "d9900101" * 8, "d9900102" * 8):
        assert digest in text


def test_files_of_any_size_make_a_page_of_bounded_size() -> None:
    lines = {"a.py": ("x" * 500,) * 5_500}
    passages = tuple(Passage("a.py", (n, n + 3), "a.py", (n, n + 3), 9) for n in range(1, 700))
    pair = replace(made.CODE, passages=passages)
    evidence = replace(made.evidence(Inspection(pairs=(pair,))), lines=lambda name: lines)
    ((_, data),) = pair_pages(evidence, pair.label)
    text = data.decode()
    assert len(data) < 8_000_000
    assert "and 499 shorter passages" in text
    assert "and 500 more lines" in text


def test_names_of_pages_are_safe_and_differ() -> None:
    from grader.integrity.showing.html import _slug

    names = [_slug(each) for each in ("9900101", "A", "a", "../x", "CON/..\\", "é", "ę", "x" * 99)]
    assert names[0] == "9900101"
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}", each) for each in names)


@pytest.mark.parametrize("folder", ["class", "anonymous"])
def test_the_other_side_of_a_pair_is_linked_on_the_page_of_an_entrant(folder: str) -> None:
    pages = {name: Page(data) for name, data in FOLDERS[folder].items()}
    of_entrants = {name for name in pages if name.startswith("entrant-")}
    for name in of_entrants:
        others = of_entrants.intersection(pages[name].links)
        of_pairs = {link for link in pages[name].links if link.startswith("p") and "." in link}
        expected = {
            link for pair in of_pairs for link in pages[pair].links if link in of_entrants
        } - {name}  # fmt: skip
        assert others == expected
    assert any(of_entrants.intersection(pages[name].links) for name in of_entrants)
