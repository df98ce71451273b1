"""A network in which every kind of visitor stands beside the same alliance, and one of everything to ask for."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, selectinload
from werkzeug.test import TestResponse

from alliance_tracker import audit
from alliance_tracker.accountability import explaining, statement_links, statements
from alliance_tracker.accounts import links, tokens
from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.activities import service as log
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, DueDatesWhilePaused, Partner
from alliance_tracker.alliances.partners import current_partners, leave
from alliance_tracker.commitments import delivering
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.commitments.wordings import InYear
from alliance_tracker.convenants import agreements, beginning, signing
from alliance_tracker.convenants import drafting as convenant_drafting
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import Convenant
from alliance_tracker.database import clock_at, db, now, today, transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.evidence import service as evidence
from alliance_tracker.exchange import service as exchange
from alliance_tracker.exchange.offered import table_of
from alliance_tracker.frameworks.models import MonitorFigure
from alliance_tracker.goals import service as goals
from alliance_tracker.impact_reports import drafts, reviewing, submitting, years
from alliance_tracker.impact_reports import queries as reports
from alliance_tracker.impact_reports.models import ImpactReport, SectionKey
from alliance_tracker.indicators import catalogue_queries, cataloguing, following
from alliance_tracker.indicators.models import Baseline
from alliance_tracker.organisations import service as organisations
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.stappenplan import drafting, flags, own_criteria
from alliance_tracker.stappenplan.models import FlagKind
from alliance_tracker.stappenplan.reading import plan_of
from tests.builders import (
    PASSWORD,
    actor_of,
    instalments_of,
    make_actor,
    make_alliance,
    make_communication,
    make_convenant,
    make_draft_convenant,
    make_drawdown,
    make_full_helix,
    make_goal,
    make_indicator,
    make_measurement,
    make_organisation,
    make_partner,
    make_pilot,
    make_signal,
    make_user,
    offer_and_sign,
    promise,
    reload_version,
    typed,
)
from tests.strict_client import StrictClient

#: Everybody who may come by, in the order of the table in test_access.py.
VISITORS = (
    "nobody",
    "without a role",
    "administrator",
    "project manager",
    "coordinator",
    "another coordinator",
    "reporter",
    "another reporter",
    "representative",
    "another representative",
    "observer",
)
#: The year over which the alliances report.
REPORTED = 2026
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass(frozen=True)
class Network:
    """The values for the addresses of the table, the people, and how each of them asks."""

    app: Flask
    values: dict[str, Any]
    people: dict[str, int]
    cookies: dict[str, str]
    csrf: dict[str, str]
    tokens: dict[str, str]

    def ask(self, visitor: str, method: str, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """What `visitor` gets; whatever it did is taken back."""
        path = path.format(**self.values)
        headers = {"Accept-Language": "en"}
        if path.startswith("/api/"):
            if visitor in self.tokens:
                headers["Authorization"] = f"Bearer {self.tokens[visitor]}"
            more: dict[str, Any] = {"json": data} if method == "POST" else {}
        else:
            headers["Cookie"] = self.cookies[visitor]
            more = {"data": {"csrf_token": self.csrf[visitor], **(data or {})}} if method == "POST" else {}
        with nothing_kept():
            return self.app.test_client(use_cookies=False).open(path, method=method, headers=headers, **more)


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Let each request see what it wrote, and roll it back at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", Session.flush)
        yield


def build(app: Flask) -> Network:
    """Make everything, through the services."""
    with app.test_request_context("/"):
        one = _alliance("Kempen Samen", "REFREG03", "Geel")
        two = _alliance("Brugge Samen", "REFREG05", "Brugge")
        mine, theirs = make_organisation("Bedrijf Een"), make_organisation("Bedrijf Twee")
        mine_partner, theirs_partner = make_partner(one, mine), make_partner(two, theirs)
        for alliance in (one, two):
            make_user(Role.COORDINATOR, alliance_id=alliance.id)  # so that the other one's role can end
        people = {
            "without a role": make_user(),
            "administrator": make_user(Role.ADMINISTRATOR),
            "project manager": make_user(Role.PROJECT_MANAGER),
            "coordinator": make_user(Role.COORDINATOR, alliance_id=one.id),
            "another coordinator": make_user(Role.COORDINATOR, alliance_id=two.id),
            "reporter": make_user(Role.REPORTER, region_code="REFREG03"),
            "another reporter": make_user(Role.REPORTER, region_code="REFREG05"),
            "representative": make_user(Role.PARTNER, organisation_id=mine.id),
            "another representative": make_user(Role.PARTNER, organisation_id=theirs.id),
            "observer": make_user(Role.OBSERVER),
        }
        assert tuple(people) == VISITORS[1:]
        with transaction():
            catalogue = catalogue_queries.versions()[0].id
            years.open_year(years.Opening(REPORTED, date(2027, 3, 31), catalogue), actor=SYSTEM)
        others = _in_other_states(people["coordinator"], mine)
        values = {
            **_of_alliance(one, people["representative"], people["coordinator"], mine_partner.id),
            **{
                f"their_{name}": value
                for name, value in _of_alliance(
                    two, people["another representative"], people["another coordinator"], theirs_partner.id
                ).items()
            },
            **_reported(one, people["reporter"], people["coordinator"]),
            **{
                f"their_{name}": value
                for name, value in _reported(two, people["another reporter"], people["another coordinator"]).items()
            },
            **others,
            **_of_the_network(people["without a role"], mine.id),
        }
        ids = {visitor: user.id for visitor, user in people.items()}
        keys = {visitor: _token(user) for visitor, user in people.items()}
        emails = {visitor: user.email for visitor, user in people.items()}
    cookies, csrf = {}, {}
    for visitor in VISITORS:
        cookies[visitor], csrf[visitor] = _session(app, emails.get(visitor))
    return Network(app, values, ids, cookies, csrf, keys)


def _alliance(name: str, region: str, municipality: str) -> Alliance:
    alliance = make_alliance(name, region=region, municipalities=[municipality])
    make_full_helix(alliance)
    with transaction():
        alliances.give_mandate(alliance, task="Voorop.", since=date(2026, 2, 1), until=None, actor=SYSTEM)
    return alliance


def _in_other_states(coordinator: User, organisation: Organisation) -> dict[str, Any]:
    """An initiative, a paused and an ended alliance of the same region, with the same people."""
    found: dict[str, Any] = {}
    for state in ("initiative", "paused", "ended"):
        accepted = None if state == "initiative" else date(2026, 1, 15)
        alliance = make_alliance(f"Dat is {state}", municipalities=["Mol"], accepted_on=accepted)
        partner = make_partner(alliance, organisation)
        if state == "ended":
            found["ended_instalment"] = _promised(alliance, partner)
        with transaction():
            accounts.give_role(coordinator, Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM)
            leading = actor_of(coordinator)
            own = own_criteria.add(alliance, 1, name="Iets van ons.", is_required=False, actor=leading)
            goal = goals.add(alliance, goals.Draft("Iets samen.", "Daarom.", partner.id), actor=leading)
            if state == "paused":
                keep = DueDatesWhilePaused.KEEP
                alliances.pause(alliance, since=today(), due_dates=keep, reason="Even niet.", actor=SYSTEM)
            if state == "ended":
                for convenant in db().scalars(sa.select(Convenant).where(Convenant.alliance_id == alliance.id)):
                    signing.terminate(convenant, on=today(), reason="Klaar.", actor=SYSTEM)
                alliances.end(alliance, on=today(), reason="Klaar.", actor=SYSTEM)
        found |= {
            state: alliance.slug,
            f"{state}_partner": partner.id,
            f"{state}_own": own.key,
            f"{state}_goal": goal.id,
        }
    return found


def _promised(alliance: Alliance, partner: Partner) -> int:
    """An instalment of what this partner promised in a convenant in force."""
    convenant = make_convenant(alliance, parties=[partner], commitments=[promise(partner)])
    return instalments_of(convenant)[0].id


def _of_alliance(alliance: Alliance, author: User, coordinator: User, partner_id: int) -> dict[str, Any]:
    """One of everything that belongs to an alliance."""
    writer, leading = actor_of(author), actor_of(coordinator)
    step = plan_of(alliance.id).step(1)
    with transaction():
        draft = log.Draft(kind=LogKind.NOTE, on=today(), text="Verteld door een partner.")
        entry = log.log(alliance, draft, actor=writer)
        file = evidence.attach(
            evidence.Upload("verslag.pdf", PDF),
            subject_type="log_entry",
            subject_key=str(entry.id),
            alliance_id=alliance.id,
            limits=evidence.Limits(10**6, 10**7),
            actor=writer,
        )
        other_file = evidence.attach(
            evidence.Upload("foto.pdf", PDF),
            subject_type="log_entry",
            subject_key=str(entry.id),
            alliance_id=alliance.id,
            limits=evidence.Limits(10**6, 10**7),
            actor=leading,
        )
        own = own_criteria.add(alliance, 1, name="Iets van ons.", is_required=False, actor=leading)
        goal = goals.add(alliance, goals.Draft("Iets samen.", "Daarom.", partner_id), actor=leading)
        flag = flags.raise_flag(
            alliance, step_key=step.key, criterion_key=None, kind=FlagKind.UNCLEAR, remark="Wat?", actor=leading
        )
    followed = make_indicator(make_goal(alliance), baseline=typed(100), targets={2026: 200})
    stopped = make_indicator(make_goal(alliance), "activity-hours")
    with transaction():
        following.stop(stopped, reason="Niet meer nodig.", actor=SYSTEM)
    measured = make_measurement(followed, 2025, typed(120), by=leading)
    told = make_communication(alliance, by=writer)
    pilot = make_pilot(alliance, started_on=today())
    signal = make_signal(alliance, by=writer)
    with transaction():
        table = table_of("goals")
        rows = b"title;reason;owner\nEen doel;Daarom;Niemand"
        brought_in = exchange.upload(alliance, table, name="doelen.csv", content=rows, actor=leading)
    with transaction():
        agreement = agreements.record(
            alliance,
            agreements.Draft("Intentieverklaring", today(), today(), parties="Stad en school"),
            [evidence.Upload("intentie.pdf", PDF)],
            limits=evidence.Limits(10**6, 10**7),
            actor=leading,
        )
    mandate = db().scalar(sa.text("SELECT id FROM pioneer_mandate WHERE alliance_id = :id").bindparams(id=alliance.id))
    grant = db().scalar(
        sa.select(RoleGrant.id).where(RoleGrant.user_id == coordinator.id, RoleGrant.alliance_id == alliance.id)
    )
    return {
        **_of_its_convenant(alliance, partner_id, writer, leading),
        "slug": alliance.slug,
        "alliance_id": alliance.id,
        "partner_id": partner_id,
        "grant_id": grant,
        "signal_id": signal.id,
        "mandate_id": mandate,
        "goal_id": goal.id,
        "entry_id": entry.id,
        "measurement_id": measured.id,
        "communication_id": told.id,
        "pilot_id": pilot.id,
        "agreement_id": agreement.id,
        "year": today().year,
        "evidence_id": file.id,
        "other_evidence_id": other_file.id,
        "own": own.key,
        "flag_id": flag.id,
        "indicator_id": followed.id,
        "stopped_id": stopped.id,
        "baseline_id": db().scalar(sa.select(Baseline.id).where(Baseline.indicator_id == followed.id)),
        "import_id": brought_in.id,
        "criterion": next(c.key for c in step.criteria if c.verdict is None),
    }


def _of_its_convenant(alliance: Alliance, partner_id: int, writer: Actor, leading: Actor) -> dict[str, Any]:
    """A convenant in force that the partner may still sign, with a rider that is offered and an addendum in draft.

    The partner delivered something on its promise, and the coordinator asked for a drawdown.
    """
    partner = db().get_one(Partner, partner_id)
    core = [row for row in current_partners(alliance.id) if row.is_core]
    gone, office = make_partner(alliance), convenant_drafting.office()
    late = {2026: InYear(Decimal(10), date(2026, 2, 1))}
    promises = [promise(partner), promise(core[0])]
    promises += [promise(each, years=late) for each in (partner, office, gone, partner)]
    active = offer_and_sign(
        make_draft_convenant(
            alliance,
            parties=[core[0], gone, partner],
            commitments=promises,
            ceilings={today().year: Decimal(10_000)},
            ends_on=date(today().year + 2, 12, 31),
        )
    )
    own = next(party for party in active.parties if party.organisation_id == partner.organisation_id)
    with transaction():  # no service does this: who bears a promise has signed; the place to sign is wanted here
        (signature,) = own.signatures
        signature.struck_at, signature.strike_reason = now(), "Hier moet nog iets te ondertekenen zijn."
        audit.record("convenant_signature.struck", signature, actor=SYSTEM)
    running = instalments_of(active.convenant)
    instalment = delivering.instalment_by_id(running[0].id)
    assert instalment is not None
    with transaction():
        delivery = delivering.log(instalment, delivering.Draft(today(), Decimal(4)), actor=writer)
    (right,) = rights.of_convenant(active.convenant_id)
    drawdown = make_drawdown(right, by=leading)
    manager = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        joins = convenant_drafting.PartyDraft(core[1].organisation_id)
        rider = beginning.start_rider(active.convenant, joins, actor=manager)
        draft = convenant_drafting.draft_of(rider)
        convenants.edit(rider, dataclasses.replace(draft, change_note="Sluit aan."), actor=manager)
        signing.offer(rider, actor=manager)
    active = reload_version(active)
    with transaction():
        addendum = beginning.start_addendum(active.convenant, actor=manager)
    active = reload_version(active)
    return {
        "instalment_id": instalment.id,
        "delivery_id": delivery.id,
        "drawdown_id": drawdown.id,
        "convenant_id": active.convenant_id,
        "active_id": active.id,
        "version_id": active.id,
        "offered_id": rider.id,
        "draft_id": addendum.id,
        "wording_id": addendum.wordings[0].id,
        "unsigned_id": next(party.id for party in active.parties if party.organisation_id == partner.organisation_id),
        "signature_id": next(row.id for party in active.parties for row in party.standing_signatures),
        **_accounted(alliance, partner, gone, running[4:], writer, leading),
    }


def _accounted(
    alliance: Alliance, partner: Partner, gone: Partner, late: Sequence[Instalment], writer: Actor, leading: Actor
) -> dict[str, Any]:
    """A late promise of the partner and one of VLAIO, a question about each, a signed account, and one that left."""
    own, vlaio, _, quiet = late
    with transaction():
        question = explaining.ask(own, "Waarom?", actor=leading)
        explaining.ask(vlaio, "Waarom?", actor=writer)
        where = sa.select(Alliance).where(Alliance.id == alliance.id).options(selectinload(Alliance.region))
        account = statements.Account(db().scalars(where).one(), organisation_by_id(partner.organisation_id), 2026)
        signed = statements.sign(account, statements.Signing("Pia", "directeur", today()), actor=writer)
        leaving = next(found for found in current_partners(alliance.id) if found.id == gone.id)
        leave(leaving, on=today(), reason="Stopt.", actor=SYSTEM)
    return {
        "bearer_id": partner.organisation_id,
        "gone_id": gone.organisation_id,
        "late_id": own.id,
        "quiet_id": quiet.id,
        "vlaio_late_id": vlaio.id,
        "question_id": question.id,
        "statement_id": signed.id,
    }


def _reported(alliance: Alliance, reporter: User, coordinator: User) -> dict[str, Any]:
    """A report that VLAIO returned with a remark, and a link that waits for whoever signs an account."""
    filing, manager = actor_of(reporter), make_actor(Role.PROJECT_MANAGER)

    def report() -> ImpactReport:
        found = reports.report_of(alliance.id, REPORTED)
        assert found is not None
        return found

    with clock_at(datetime(REPORTED + 1, 2, 1, 9, tzinfo=UTC)):
        with transaction():
            drafts.begin(report(), actor=filing)
        row = reports.sections_of(report().id)[SectionKey.SUMMARY]
        with transaction():
            drafts.write(row, report(), "Een goed jaar.", drawn_from=row.version, actor=filing)
        with transaction():
            version = submitting.submit(report(), actor=filing)
        found = reports.version_by_id(version.id)
        assert found is not None
        with transaction():
            reviewing.comment(found, SectionKey.GOALS, "Waarom?", actor=manager)
            reviewing.send_back(found, reason="Eén vraag.", actor=manager)
    where = sa.select(Alliance).where(Alliance.id == alliance.id).options(selectinload(Alliance.region))
    partner = next(row for row in current_partners(alliance.id) if row.is_core)
    account = statements.Account(db().scalars(where).one(), organisation_by_id(partner.organisation_id), REPORTED)
    with transaction():
        link = statement_links.send(
            account, name="An", email=f"an{alliance.id}@example.org", address="/sign/%s", actor=actor_of(coordinator)
        )
    mail = db().scalar(sa.text("SELECT body FROM outgoing_mail WHERE recipient_id IS NULL ORDER BY id DESC"))
    secret = re.search(r"/sign/(\S+)", str(mail))
    assert secret
    return {"report_id": report().id, "link_id": link.id, "core_id": partner.organisation_id, "secret": secret[1]}


def _of_the_network(somebody: User, organisation_id: int) -> dict[str, Any]:
    """One of everything that belongs to no alliance."""
    manager = make_actor(Role.PROJECT_MANAGER)
    with transaction():
        first = drafting.begin(actor=manager)
        drafting.edit_draft(
            first,
            label="2026-x",
            valid_from=today(),
            change_note_nl="Nieuw.",
            change_note_en="New.",
            version=None,
            actor=manager,
        )
    db().expire_all()
    with transaction():
        newer = drafting.draft_or_missing()
        step = newer.steps[0]
        drafting.add_criterion(step, name_nl="Nieuw", name_en="New", is_required=False, check=None, actor=manager)
        drafting.publish(newer, actor=manager)
    with transaction():
        drafting.begin(actor=manager)
    db().expire_all()
    draft = drafting.draft_or_missing()
    closed = make_organisation("Gesloten")
    with transaction():
        cataloguing.begin(actor=manager)
    db().expire_all()
    catalogue = cataloguing.draft_or_missing()
    with transaction():
        organisations.close(closed, on=today(), reason="Gestopt.", actor=SYSTEM)
        token, _ = tokens.create(somebody, "own", may_write=False, days=5, actor=SYSTEM)
        invited = accounts.register(email="genodigd@example.org", name="Genodigde", actor=SYSTEM)
        links.invite(invited, address="/welcome/%s", days=3, actor=SYSTEM)
    mail = db().scalar(sa.text("SELECT body FROM outgoing_mail WHERE address = 'genodigd@example.org'"))
    welcome = re.search(r"/welcome/(\S+)", str(mail))
    assert welcome
    spare = make_user(Role.OBSERVER)
    return {
        "plan_id": newer.id,
        "draft_step_id": draft.steps[0].id,
        "draft_criterion_id": draft.steps[0].criteria[1].id,
        "catalogue_entry_id": catalogue.entries[1].id,
        "definition_id": catalogue.entries[0].definition_id,
        "organisation_id": organisation_id,
        "closed_id": closed.id,
        "token_id": token.id,
        "invited_id": invited.id,
        "welcome": welcome.group(1),
        "user_id": spare.id,
        "user_grant_id": spare.grants[0].id,
        "monitor_figure_id": db().scalars(sa.select(MonitorFigure.id).limit(1)).one(),
    }


def _token(user: User) -> str:
    with transaction():
        return tokens.create(user, "test", may_write=True, days=5, actor=SYSTEM)[1]


def _session(app: Flask, email: str | None) -> tuple[str, str]:
    """The cookie and the form token of a visitor who signed in, or of one who did not."""
    client = StrictClient(app)
    if email is not None:
        client.sign_in(email, PASSWORD)
    page = client.get("/account" if email else "/login")
    token = next(form["names"]["csrf_token"] for form in page.forms if "csrf_token" in form["names"])
    cookie = client.browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return f"{cookie.key}={cookie.value}", token
