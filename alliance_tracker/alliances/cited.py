"""Facts that an alliance cites from public sources: each line is one, with its source in brackets or as an address."""

import re
from dataclasses import dataclass

#: What stands in brackets at the end of a line; brackets within it belong to it.
_IN_BRACKETS = re.compile(r"(?P<text>.*\S)\s*\((?P<source>(?:[^()]|\([^()]*\))+)\)[.;]?\Z")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
#: Punctuation after an address is not of it.
_AFTER = ".,;:!?"
#: What leads from a sentence to an address, dashes among it.
_BEFORE = " ,;:(-\N{EN DASH}\N{EM DASH}"


@dataclass(frozen=True)
class CitedFact:
    """One fact; `address` is where its source can be read, if it is on the web."""

    text: str
    source: str = ""
    address: str = ""


def cited_facts(text: str) -> tuple[CitedFact, ...]:
    """Each line that says something, with the source apart."""
    return tuple(_cited(line) for line in (line.strip() for line in text.splitlines()) if line)


def _cited(line: str) -> CitedFact:
    if found := _IN_BRACKETS.match(line):
        return _with_address(found["text"], found["source"].strip())
    if found := _ADDRESS.search(line):
        text = line[: found.start()].rstrip(_BEFORE)
        rest = line[found.start() :]
        return _with_address(text, rest) if text else _with_address(line, rest)
    return CitedFact(line)


def _with_address(text: str, source: str) -> CitedFact:
    found = _ADDRESS.search(source)
    if found is None:
        return CitedFact(text, source)
    address = found.group().rstrip(_AFTER)
    words = (source[: found.start()] + source[found.start() + len(address) :]).strip(_BEFORE + ".")
    return CitedFact(text, words or address, address)
