"""Opening a file, and taking one back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from alliance_tracker.errors import FieldRefused
from alliance_tracker.evidence import service
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, load, local_path, permitted, require, settings
from alliance_tracker.web.templating import page

bp = Blueprint("evidence", __name__, url_prefix="/evidence")


#: What these files prove are counts of people; outside the alliance and VLAIO they would tell them exactly.
OF_FIGURES = frozenset({"measurement", "baseline", "pilot"})


def uploads() -> list[service.Upload]:
    """The files that came with this request; a file field left empty is none."""
    found = []
    for storage in request.files.getlist("files"):
        if storage.filename:
            found.append(service.Upload(storage.filename, storage.read()))
        storage.close()
    return found


def limits() -> service.Limits:
    """The limits of this installation."""
    return service.Limits(settings("EVIDENCE_LIMIT_BYTES"), settings("EVIDENCE_QUOTA_BYTES"))


@dataclass(frozen=True)
class Subject:
    """What files prove: a table or a kind of thing, its key, and the alliance whose storage they take."""

    kind: str
    key: str
    alliance_id: int | None


def attach(
    subject: Subject, permitted_by: Any, *, to: str, page: Callable[[EvidenceForm], ResponseReturnValue]
) -> ResponseReturnValue:
    """Attach the files of this request to `subject`; `permitted_by` is what the policy is asked about."""
    require(Permission.EVIDENCE_ADD, permitted_by)
    form = EvidenceForm()

    def command() -> None:
        found = uploads()
        if not found:
            raise FieldRefused("files", Message("Choose a file."))
        for upload in found:
            service.attach(
                upload,
                subject_type=subject.kind,
                subject_key=subject.key,
                alliance_id=subject.alliance_id,
                limits=limits(),
                actor=actor(),
            )

    return carry_out(form, command, to=lambda _: to, done=Message("The file is attached."), page=lambda: page(form))


def files_of(subject: Subject) -> list[Evidence]:
    """The files of this subject, the oldest first."""
    return service.of(subject.kind, [subject.key])[subject.key]


@bp.get("/<int:evidence_id>")
def download(evidence_id: int) -> Response:
    """The file, to be saved: never shown in the page, whatever it holds."""
    evidence = load(Evidence, evidence_id, Permission.HISTORY_VIEW)
    if evidence.subject_type in OF_FIGURES:
        permitted(evidence, Permission.FIGURE_EXACT_VIEW)
    answer = Response(service.content_of(evidence), mimetype=evidence.media_type)
    name = quote(evidence.file_name)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.get("/<int:evidence_id>/withdraw")
def withdraw(evidence_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Take a file back."""
    evidence = load(Evidence, evidence_id, Permission.EVIDENCE_WITHDRAW)
    return page(
        "evidence/withdraw.html",
        evidence=evidence,
        held=service.why_held(evidence),
        form=form or ReasonForm(),
        back=request.args.get("back"),
    )


@bp.post("/<int:evidence_id>/withdraw")
def withdraw_submit(evidence_id: int) -> ResponseReturnValue:
    """Carry it out."""
    evidence, form = load(Evidence, evidence_id, Permission.EVIDENCE_WITHDRAW), ReasonForm()
    return carry_out(
        form,
        lambda: service.withdraw(evidence, reason=form.reason.data, actor=actor()),
        to=lambda _: local_path(request.args.get("back"), "/"),
        done=Message("The file was withdrawn."),
        page=lambda: withdraw(evidence_id, form),
    )
