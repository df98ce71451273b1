"""What the tests of the drawings share: reading an SVG back as a tree."""

from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest

Reader = Callable[[str], ElementTree.Element]


def _every(tree: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for element in tree.iter():
        yield from element.attrib.items()


@pytest.fixture
def read() -> Reader:
    """Parse an SVG, and hold it to what the content security policy and the page ask of every drawing."""

    def parse(svg: str) -> ElementTree.Element:
        tree = ElementTree.fromstring(svg)  # noqa: S314  # our own output
        attributes = list(_every(tree))
        ids = [value for name, value in attributes if name == "id"]
        assert len(ids) == len(set(ids))
        assert not any(name == "style" or name.startswith("on") for name, _ in attributes)
        assert not any(element.tag.endswith(("}style", "}script", "}image")) for element in tree.iter())
        for name, value in attributes:
            if name == "href" and value.startswith("#"):
                assert value[1:] in ids
            if value.startswith("url("):
                assert value[5:-1] in ids
        return tree

    return parse
