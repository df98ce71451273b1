"""Every word of the screens has its Dutch."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog
from flask import Flask

from alliance_tracker import translations
from alliance_tracker.cli import translation

PLACE = re.compile(r"%\((\w+)\)s")


def test_no_message_lacks_its_dutch(app: Flask) -> None:
    catalogue = translation.updated()
    assert translation.untranslated(catalogue) == []


def test_a_translation_says_the_same_facts(app: Flask) -> None:
    for message in translation.updated():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        words = message.string if isinstance(message.string, list | tuple) else (message.string,)
        for dutch in words:
            allowed = {fact for text in ids for fact in PLACE.findall(text)}
            assert set(PLACE.findall(dutch or "")) <= allowed, message.id
        if len(ids) == 1:
            assert set(PLACE.findall(ids[0])) == set(PLACE.findall(words[0] or "")), message.id


def test_servers_that_start_together_each_find_the_compiled_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers of a bare machine compile at the same moment: neither may move away what the other wrote."""
    folder = tmp_path / "translations"
    shutil.copytree(translations.FOLDER, folder, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    other = (
        "import sys; from pathlib import Path; from alliance_tracker import translations;"
        "translations.FOLDER = Path(sys.argv[1]); translations.compile_stale()"
    )
    write = mofile.write_mo

    def write_while_another_does(file: IO[bytes], catalogue: Catalog) -> None:
        subprocess.run([sys.executable, "-c", other, str(folder)], check=True)  # noqa: S603
        write(file, catalogue)

    monkeypatch.setattr(translations, "FOLDER", folder)
    monkeypatch.setattr(mofile, "write_mo", write_while_another_does)
    translations.compile_stale()
    written = [path.name for path in (folder / "nl" / "LC_MESSAGES").iterdir()]
    assert sorted(written) == ["messages.mo", "messages.po"]
