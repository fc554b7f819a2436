"""A page as a browser reads it: its elements, ids, links and texts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Optional

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page, and refuses one whose elements aren't nested as they are opened."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, Optional[str]]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(data.decode("utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.ids += [given["id"]] if given.get("id") else []  # type: ignore[list-item]
        self.links += [given["href"] or ""] if tag == "a" else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that a reader sees."""
        return "".join(self.texts)

    def all(self, *tags: str) -> list[tuple[str, dict[str, Optional[str]]]]:
        """The elements of these names."""
        return [each for each in self.elements if each[0] in tags]
