"""Attaching files to what they prove, after looking whether each is what its name says."""

import hashlib
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.database import db, now
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.evidence.models import Evidence, EvidenceContent
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

#: What may be attached: ending to media type.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": f"{_OPEN}.text",
    "ods": f"{_OPEN}.spreadsheet",
    "odp": f"{_OPEN}.presentation",
}

_STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
#: The part that an office document of each kind has inside.
_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


#: What a higher package knows of a file that carries something that stands: why it cannot be taken back by itself.
Hold = Callable[[Evidence], Message | None]

_holds: dict[str, Hold] = {}


def register(subject_type: str, hold: Hold) -> None:
    """Let `hold` say whether a file of this table has to stay; called once, when the application is made."""
    _holds[subject_type] = hold


def why_held(evidence: Evidence) -> Message | None:
    """Why this file cannot be withdrawn by itself; None when nothing that stands rests on it."""
    hold = _holds.get(evidence.subject_type)
    return hold(evidence) if hold else None


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: the name its sender gave it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Limits:
    """How large one file may be, and all files of one alliance together, in bytes."""

    file: int
    quota: int


def check(upload: Upload, limits: Limits) -> str:
    """The media type of a file that may be attached.

    :raise FieldRefused: it is empty, too large, of a kind that is not accepted, or not what its name says.
    """
    name = upload.name
    if not upload.content:
        raise FieldRefused("files", Message("“%(name)s” is empty.", name=name))
    if len(upload.content) > limits.file:
        raise FieldRefused(
            "files",
            Message("“%(name)s” is larger than %(n)s MB.", name=name, n=limits.file // (1024 * 1024)),
        )
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in MEDIA_TYPES:
        raise FieldRefused(
            "files",
            Message(
                "“%(name)s” is of a kind that is not accepted. Accepted are pdf, images (png, jpg, webp) and "
                "office documents (docx, xlsx, pptx, odt, ods, odp).",
                name=name,
            ),
        )
    if not _is_what_it_says(ending, upload.content):
        raise FieldRefused("files", Message("“%(name)s” is not a real %(ending)s file.", name=name, ending=ending))
    return MEDIA_TYPES[ending]


def _is_what_it_says(ending: str, content: bytes) -> bool:
    if ending in _STARTS:
        return content.startswith(_STARTS[ending])
    if ending == "webp":
        return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    try:
        # Only the table of contents is read; nothing is unpacked.
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if ending in _PARTS:
                return "[Content_Types].xml" in names and any(name.startswith(_PARTS[ending]) for name in names)
            info = archive.getinfo("mimetype")
            return info.file_size < 200 and archive.read(info) == MEDIA_TYPES[ending].encode()
    except Exception:  # whatever a broken archive makes the library say, the file is not what its name says
        return False


def _safe_name(name: str) -> str:
    plain = re.sub(r"[^\w .()+-]", "_", PurePath(name.replace("\\", "/")).name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:140]}{dot}{ending[:10]}" or "file"


@dataclass(frozen=True)
class _Place:
    """Where a file will belong, for the policy; nowhere is the network as a whole."""

    alliance_id: int | None


def attach(
    upload: Upload, *, subject_type: str, subject_key: str, alliance_id: int | None, limits: Limits, actor: Actor
) -> Evidence:
    """Attach a file to the row `subject_key` of the table `subject_type`.

    :raise FieldRefused: the file is not acceptable, or the alliance has no room left.
    """
    policy.require(actor, Permission.EVIDENCE_ADD, _Place(alliance_id))
    media_type = check(upload, limits)
    used = db().scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Evidence.size), 0)).where(Evidence.alliance_id == alliance_id)
    )
    if alliance_id is not None and (used or 0) + len(upload.content) > limits.quota:
        raise FieldRefused(
            "files", Message("The files of this alliance together would take more than its share of the storage.")
        )
    digest = hashlib.sha256(upload.content).hexdigest()
    if db().scalar(sa.select(EvidenceContent.sha256).where(EvidenceContent.sha256 == digest)) is None:
        db().add(EvidenceContent(sha256=digest, content=upload.content))
        db().flush()  # the evidence points at its content
    assert actor.user_id is not None  # noqa: S101  # files come from people
    evidence = Evidence(
        subject_type=subject_type,
        subject_key=subject_key,
        alliance_id=alliance_id,
        sha256=digest,
        file_name=_safe_name(upload.name),
        media_type=media_type,
        size=len(upload.content),
        added_by_id=actor.user_id,
        added_at=now(),
    )
    db().add(evidence)
    db().flush()  # gives the evidence its id
    audit.record("evidence.attached", evidence, actor=actor, file=evidence.file_name)
    return evidence


def withdraw(evidence: Evidence, *, reason: str, actor: Actor) -> None:
    """Take a file back: it is listed as withdrawn, with the reason, and can no longer be opened.

    :raise Refused: it was withdrawn before, or something that stands rests on it.
    """
    policy.require(actor, Permission.EVIDENCE_WITHDRAW, evidence)
    if evidence.withdrawn_at is not None:
        raise Refused(Message("This file was withdrawn already."))
    if held := why_held(evidence):
        raise Refused(held)
    evidence.withdrawn_at, evidence.withdrawn_reason = now(), reason
    audit.record("evidence.withdrawn", evidence, actor=actor, reason=reason, file=evidence.file_name)


def content_of(evidence: Evidence) -> bytes:
    """The bytes of a file.

    :raise NotFound: it was withdrawn.
    """
    if evidence.withdrawn_at is not None:
        raise NotFound(Message("This file was withdrawn."))
    found = db().get(EvidenceContent, evidence.sha256)
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return found.content


def of(subject_type: str, keys: list[str]) -> dict[str, list[Evidence]]:
    """The files of several rows of one table, by row."""
    found: dict[str, list[Evidence]] = {key: [] for key in keys}
    if not keys:
        return found
    for evidence in db().scalars(
        sa.select(Evidence)
        .where(Evidence.subject_type == subject_type, Evidence.subject_key.in_(keys))
        .order_by(Evidence.id)
    ):
        found[evidence.subject_key].append(evidence)
    return found
