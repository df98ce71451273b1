"""The Dutch words of the screens: a catalogue in `nl/LC_MESSAGES`, compiled when it is newer than what was compiled."""

import os
from pathlib import Path

from babel.messages import mofile
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent


def compile_stale() -> None:
    """Compile each catalogue whose text is newer than its compiled form."""
    for source in FOLDER.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open(encoding="utf-8") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        # Written beside under a name of its own and moved: whoever starts at the same moment never reads half of it,
        # nor finds it moved away.
        half = target.with_suffix(f".{os.getpid()}.new")
        with half.open("wb") as file_:
            mofile.write_mo(file_, catalogue)
        half.replace(target)
