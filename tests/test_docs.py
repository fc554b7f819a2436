"""The generated pages are fresh."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.write_docs import DOCS, documents

PAGES = documents()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_generated_page_is_what_the_code_says_now(page: Path) -> None:
    stale = f"{page.name} is stale: run `make docs`"
    written, made = page.read_text(encoding="utf-8"), PAGES[page]
    if page.suffix == ".json":
        assert json.loads(written) == json.loads(made), stale
    else:
        # click versions wrap help texts differently; the words are what counts.
        assert written.split() == made.split(), stale


def test_links_between_pages_lead_somewhere() -> None:
    root = DOCS.parent
    pages = [*root.glob("*.md"), *DOCS.rglob("*.md"), *root.glob("examples/**/*.md")]
    assert len(pages) > 5
    assert root / "examples" / "headlines" / "README.md" in pages
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
