"""Keeping the Dutch catalogue complete: extract every message, keep what is translated, say what is missing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from alliance_tracker import config, translations

KEYWORDS: dict[str, Any] = {"Message": (1,), "Counted": (1, 2)}
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do", "silent": "false"}
CATALOGUE = translations.FOLDER / "nl" / "LC_MESSAGES" / "messages.po"


def messages() -> Iterator[tuple[str, Any]]:
    """Each message of the code and the templates, with the file that holds it."""
    for folder, method in (("alliance_tracker", "python"), ("templates", "jinja2")):
        pattern = "**.py" if method == "python" else "**.html"
        for found in extract_from_dir(
            str(config.ROOT / folder),
            method_map=[(pattern, method)],
            options_map={pattern: OPTIONS},
            keywords=KEYWORDS,
            comment_tags=(),
        ):
            yield f"{folder}/{Path(found[0]).as_posix()}", found[2]


def updated() -> Catalog:
    """The Dutch catalogue with exactly the messages that are used now."""
    template = Catalog(charset="utf-8")
    for place, message in messages():
        template.add(message, locations=[(place, 0)])
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="nl")
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    # No date of the day in the file: it would change with every run.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that have no Dutch words, or only a guess."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        words = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if message.fuzzy or not all(words):
            missing.append(message.id[0] if isinstance(message.id, list | tuple) else message.id)
    return missing


@click.group("translations")
def translations_group() -> None:
    """The Dutch catalogue."""


@translations_group.command("update")
def update() -> None:
    """Write the catalogue anew from what is used, and list what is not translated."""
    catalogue = updated()
    text = BytesIO()
    write_po(text, catalogue, sort_output=True, include_lineno=False, width=118, omit_header=False)
    CATALOGUE.write_bytes(text.getvalue())
    translations.compile_stale()
    missing = untranslated(catalogue)
    for message in missing:
        click.echo(f"not translated: {message!r}")
    click.echo(f"{len(catalogue)} messages, {len(missing)} not translated.")


GROUPS = (translations_group,)
