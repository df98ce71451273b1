"""Offering a version on the screen, withdrawing it, and signing it: in the application, or on paper with the scan."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.convenants import forms, overview, signatures, signing
from alliance_tracker.convenants.lifecycle import VERSION, can_be_signed
from alliance_tracker.convenants.models import ConvenantVersion, Party, Signature, VersionStatus
from alliance_tracker.convenants.views import bp, crumbs, home, load_version
from alliance_tracker.database import today
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor, permitted

GONE = Message("There is nothing at this address.")


# Offering and withdrawing ------------------------------------------------------------------------------------------


@bp.get("/versions/<int:version_id>/offer")
def offer(slug: str, version_id: int, form: forms.ConfirmForm | None = None) -> ResponseReturnValue:
    """Offer a draft for signature: what that means, and what still stands in the way."""
    alliance, version = load_version(slug, version_id, Permission.CONVENANT_DECIDE)
    return alliance_page(
        "convenants/offer.html",
        alliance,
        "convenant",
        version=version,
        parties=overview.parties_of(version),
        obstacles=list(VERSION.transitions["offer"].obstacles(version)),
        form=form or forms.ConfirmForm(version=version.version),
        crumbs=crumbs(slug, version),
    )


@bp.post("/versions/<int:version_id>/offer")
def offer_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, version), form = load_version(slug, version_id, Permission.CONVENANT_DECIDE), forms.ConfirmForm()
    return carry_out(
        form,
        lambda: signing.offer(version, drawn_from=form.version.data, actor=actor()),
        to=lambda _: home(slug),
        done=Message("The version is offered for signature. From now on nobody can change its text."),
        page=lambda: offer(slug, version_id, form),
    )


def _load_open(slug: str, version_id: int) -> tuple[Alliance, ConvenantVersion]:
    """A draft, which whoever writes it may discard, or an offer, which VLAIO may withdraw."""
    alliance, version = load_version(slug, version_id)
    needed = {VersionStatus.DRAFT: Permission.CONVENANT_PREPARE}.get(version.status, Permission.CONVENANT_DECIDE)
    return alliance, permitted(version, needed)


@bp.get("/versions/<int:version_id>/withdraw")
def withdraw(slug: str, version_id: int, form: forms.ReasonedForm | None = None) -> ResponseReturnValue:
    """Discard a draft, or withdraw an offer."""
    alliance, version = _load_open(slug, version_id)
    name = "discard" if version.status is VersionStatus.DRAFT else "withdraw"
    return alliance_page(
        "convenants/withdraw.html",
        alliance,
        "convenant",
        version=version,
        transition=VERSION.transitions[name],
        form=form or forms.ReasonedForm(version=version.version),
        crumbs=crumbs(slug),
    )


@bp.post("/versions/<int:version_id>/withdraw")
def withdraw_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, version), form = _load_open(slug, version_id), forms.ReasonedForm()
    return carry_out(
        form,
        lambda: signing.withdraw(version, reason=form.reason.data, drawn_from=form.version.data, actor=actor()),
        to=lambda _: home(slug),
        done=Message("It is withdrawn and stays readable."),
        page=lambda: withdraw(slug, version_id, form),
    )


# Signing -----------------------------------------------------------------------------------------------------------


def _load_party(
    slug: str, version_id: int, party_id: int, permission: Permission
) -> tuple[Alliance, ConvenantVersion, Party]:
    """A party of this version that this person may sign for, or whose signature this person may record.

    :raise NotFound: it is a party of another version.
    """
    alliance, version = load_version(slug, version_id)
    party = next((party for party in version.parties if party.id == party_id), None)
    if party is None:
        raise NotFound(GONE)
    return alliance, version, permitted(party, permission)


def _check_signable(version: ConvenantVersion, party: Party) -> None:
    """:raise Refused: nobody needs the form."""
    if not can_be_signed(version):
        raise Refused(Message("This version cannot be signed now."))
    if party.has_signed:
        raise Refused(Message("%(name)s has signed already.", name=party.organisation.name))


def _signing_page(template: str, alliance: Alliance, version: ConvenantVersion, party: Party, form: Any) -> str:
    form.decision_on.flags.is_needed = bool(party.decided_by)
    return alliance_page(
        template, alliance, "convenant", version=version, party=party, form=form, crumbs=crumbs(alliance.slug)
    )


@bp.get("/versions/<int:version_id>/sign/<int:party_id>")
def sign(slug: str, version_id: int, party_id: int, form: forms.SignForm | None = None) -> ResponseReturnValue:
    """Sign for one's own organisation: what is signed, and by whom."""
    alliance, version, party = _load_party(slug, version_id, party_id, Permission.CONVENANT_SIGN)
    if form is None:
        _check_signable(version, party)
        form = forms.SignForm(name=current_user.name, function=current_user.user.function)
    return _signing_page("convenants/sign.html", alliance, version, party, form)


@bp.post("/versions/<int:version_id>/sign/<int:party_id>")
def sign_submit(slug: str, version_id: int, party_id: int) -> ResponseReturnValue:
    """Keep the signature."""
    _, version, party = _load_party(slug, version_id, party_id, Permission.CONVENANT_SIGN)
    form = forms.SignForm()

    def command() -> Signature:
        signed = signing.Signing(form.name.data, form.function.data, today(), form.decision_on.data)
        return signing.sign(version, party, signed, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: home(slug),
        done=Message("You have signed."),
        page=lambda: sign(slug, version_id, party_id, form),
    )


@bp.get("/versions/<int:version_id>/paper/<int:party_id>")
def paper(slug: str, version_id: int, party_id: int, form: forms.PaperForm | None = None) -> ResponseReturnValue:
    """Record a signature on paper."""
    alliance, version, party = _load_party(slug, version_id, party_id, Permission.CONVENANT_PREPARE)
    if form is None:
        _check_signable(version, party)
        form = forms.PaperForm()
    return _signing_page("convenants/paper.html", alliance, version, party, form)


@bp.post("/versions/<int:version_id>/paper/<int:party_id>")
def paper_submit(slug: str, version_id: int, party_id: int) -> ResponseReturnValue:
    """Keep the signature with its scan, both or neither."""
    alliance, version, party = _load_party(slug, version_id, party_id, Permission.CONVENANT_PREPARE)
    form = forms.PaperForm()

    def command() -> Signature:
        scans = evidence_views.uploads()
        if not scans:
            raise FieldRefused("files", Message("Attach the scan of the page that was signed."))
        signed = signing.Signing(form.name.data, form.function.data, form.on.day, form.decision_on.data)
        signature = signing.record_paper(version, party, signed, actor=actor())
        for scan in scans:
            evidence.attach(
                scan,
                subject_type=signatures.PROVEN,
                subject_key=str(signature.id),
                alliance_id=alliance.id,
                limits=evidence_views.limits(),
                actor=actor(),
            )
        return signature

    return carry_out(
        form,
        command,
        to=lambda _: home(slug),
        done=Message("The signature is recorded with its scan."),
        page=lambda: paper(slug, version_id, party_id, form),
    )


def _load_signature(
    slug: str, version_id: int, signature_id: int
) -> tuple[Alliance, ConvenantVersion, Party, Signature]:
    """A signature under this version that this person may take back.

    :raise NotFound: it stands under another version.
    """
    alliance, version = load_version(slug, version_id)
    for party in version.parties:
        for signature in party.signatures:
            if signature.id == signature_id:
                return alliance, version, party, permitted(signature, signature.struck_by)
    raise NotFound(GONE)


@bp.get("/versions/<int:version_id>/signatures/<int:signature_id>/strike")
def strike(slug: str, version_id: int, signature_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Strike out a signature that was recorded wrongly, or take one's own back."""
    alliance, version, party, signature = _load_signature(slug, version_id, signature_id)
    return alliance_page(
        "convenants/strike.html",
        alliance,
        "convenant",
        version=version,
        party=party,
        signature=signature,
        form=form or ReasonForm(),
        crumbs=crumbs(slug),
    )


@bp.post("/versions/<int:version_id>/signatures/<int:signature_id>/strike")
def strike_submit(slug: str, version_id: int, signature_id: int) -> ResponseReturnValue:
    """Carry it out."""
    _, version, _, signature = _load_signature(slug, version_id, signature_id)
    form = ReasonForm()
    return carry_out(
        form,
        lambda: signing.strike(version, signature, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("convenants.index", slug=slug),
        done=Message("The signature is struck out; it stays readable."),
        page=lambda: strike(slug, version_id, signature_id, form),
    )
