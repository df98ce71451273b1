"""A form that is too large to be carried out: what may be sent together, and what was typed beside the files."""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from alliance_tracker.config import MEGABYTE, ROOM_FOR_TEXT

#: Bytes of the beginning of a form that are looked at: the texts of our forms stand before their files.
LOOKED_AT = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """Whole megabytes: of one file, and of all files of one form."""

    each: int
    together: int


def limits() -> Limits:
    """What this installation takes."""
    each = current_app.config["EVIDENCE_LIMIT_BYTES"]
    return Limits(each // MEGABYTE, max(each, current_app.config["MAX_CONTENT_LENGTH"] - ROOM_FOR_TEXT) // MEGABYTE)


def texts_before_the_files() -> list[tuple[str, str]]:
    """The texts of a form that is too large to be read, by field; what stands after the first file is left out."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        return []
    decoder = MultipartDecoder(boundary.encode("ascii", "ignore"))
    found: list[tuple[str, str]] = []
    name, text = "", b""
    try:
        decoder.receive_data(request.environ["wsgi.input"].read(LOOKED_AT))
        while not isinstance(event := decoder.next_event(), File | NeedData | Epilogue):
            if isinstance(event, Field):
                name, text = event.name, b""
            elif isinstance(event, Data):
                text += event.data
                if not event.more_data:
                    found.append((name, text.decode("utf-8", "replace")))
    except (ValueError, OSError):
        pass  # not a form that a browser made; what was found until here was
    return found
