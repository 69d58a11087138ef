"""A page's HTML as a tree, read strictly: what is opened is closed, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(eq=False, repr=False)
class Element:
    """An element, with its children in order: elements and texts. It and all below it stand from
    `begins` to before `ends` among all elements of its document.
    """

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    document: list[Element]
    begins: int
    ends: int
    children: list[Element | str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    def walk(self) -> list[Element]:
        """This element and all below it, in the order of the page."""
        return self.document[self.begins : self.ends]

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.walk() if element.tag in tags]

    def first(self, *tags: str) -> Element:
        found = self.all(*tags)
        assert found, f"no {' or '.join(tags)}"
        return found[0]

    def texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.texts()

    @property
    def text(self) -> str:
        """All text below, with single spaces."""
        return " ".join(" ".join(self.texts()).split())

    def above(self) -> Iterator[Element]:
        parent = self.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def __repr__(self) -> str:
        told = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.tag}{told[:120]}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {}, None, [], 0, 1)
        self.root.document.append(self.root)
        self.here = self.root
        self.problems: list[str] = []

    def updatepos(self, i: int, j: int) -> int:
        """Nobody asks in which line something stands, and counting them takes long."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        names = [name for name, _ in attrs]
        self.problems += [
            f"{name} twice in <{tag}>" for name in set(names) if names.count(name) > 1
        ]
        document = self.root.document
        place = len(document)
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, self.here, document, place, place + 1)
        document.append(element)
        self.here.children.append(element)
        return element

    def leave(self) -> None:
        """What comes next stands beside this element, no longer in it."""
        assert self.here.parent is not None
        self.here.ends = len(self.root.document)
        self.here = self.here.parent

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag:
            self.problems.append(f"</{tag}> closes {self.here}")
            if tag not in (element.tag for element in self.here.above()):
                return
            while self.here.tag != tag:
                self.leave()
        self.leave()

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(html: str) -> tuple[Element, list[str]]:
    """The tree of a page, and what is wrong with its tags."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.here is not reader.root:
        reader.problems.append(f"{reader.here} is never closed")
    while reader.here is not reader.root:
        reader.leave()
    reader.root.ends = len(reader.root.document)
    return reader.root, reader.problems
