"""What the partners of De Jaarringen promised, kept and drew, and how they account for it."""

import dataclasses
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from flask import current_app

from alliance_tracker.accountability import statement_links, statements
from alliance_tracker.accountability.models import StatementAnswer
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.accounts import service as accounts
from alliance_tracker.commitments.models import Answer, Nature
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, today
from alliance_tracker.demo.agreeing import EXAMPLE, VLAIO, Agreeing, account_of, sign_on_paper, three_years
from alliance_tracker.demo.jaarringen_cast import (
    GIRLS,
    KEY,
    MAKERS,
    PROMISE,
    SCHOOL,
    SIGNER,
    TOGETHER,
    TOWN,
    WHO,
    WOOD,
    WORKSHOPS,
)
from alliance_tracker.demo.stage import Stage
from alliance_tracker.outbox import OutgoingMail
from alliance_tracker.policy import SYSTEM, Role

# The agreement -------------------------------------------------------------------------------------------------------


def agree(stage: Stage, first: int) -> None:
    it, last = Agreeing(stage, KEY, WHO), first + 2
    years, after = (first, first + 1, last), last + 1
    later = max(date(after, 12, 15), stage.ago(-60))

    def each(quantity: int, month: int = 12, day: int = 15) -> dict[int, tuple[int, date]]:
        return {**{year: (quantity, date(year, month, day)) for year in years}, after: (quantity, later)}

    def represent() -> None:
        user = accounts.user_by_id(stage.people[SIGNER].id)
        accounts.give_role(user, Role.PARTNER, organisation_id=stage.organisations[WOOD].id, actor=SYSTEM)

    def write() -> None:
        draft = three_years(
            "Convenant De Jaarringen (fictief)",
            date(first, 1, 1),
            ceilings={
                first: Decimal(10000),
                first + 1: Decimal(12000),
                last: Decimal(12000),
                after: Decimal(12000),
            },
            goals=frozenset(stage.goals[KEY, title].id for title in (WORKSHOPS, GIRLS, TOGETHER)),
        )
        draft = dataclasses.replace(
            draft,
            ends_on=date(first + 4, 12, 31),
            evaluation_on=date(first + 4, 10, 1),
            reporting_on=tuple(date(first + n, 3, 31) for n in (1, 2, 3, 4)),
        )
        it.begin(draft, [it.party(WOOD), it.party(SCHOOL), it.party(TOWN), it.party(MAKERS)])
        it.promise(
            "lessen",
            "Gastlessen van vakmensen",
            PROMISE.GUEST_TEACHERS,
            {WOOD: 100},
            each(20),
            value="75",
            goal=WORKSHOPS,
        )
        it.promise(
            "plaatsen",
            "Plaatsen in de werkplaats voor klassen van andere scholen",
            PROMISE.PLACES,
            {SCHOOL: 100},
            each(160),
            nature=Nature.RESULT,
            value="8",
            goal=WORKSHOPS,
        )
        it.promise(
            "zaal", "Zaal en onthaal voor het netwerk", PROMISE.INFRASTRUCTURE, {TOWN: 100}, each(6), value="120"
        )
        it.promise("steun", "Bijdrage in het vervoer", PROMISE.MONEY, {TOWN: 100}, each(3000, 6, 30))
        it.promise(
            "uren", "Uren begeleiding aan de machines", PROMISE.HOURS, {MAKERS: 100}, each(80), value="40", goal=GIRLS
        )
        it.promise("contact", "Twee overlegmomenten per jaar met VLAIO", PROMISE.DECISION, {VLAIO: 100}, each(2))
        it.promise(
            "antwoord",
            "Antwoord op de vraag over de verzekering van leerlingen in een werkplaats",
            PROMISE.DECISION,
            {VLAIO: 100},
            {first + 1: (1, date(first + 1, 6, 30))},
        )

    stage.on(date(first, 2, 12), represent)
    stage.on(date(first, 2, 20), write)
    stage.on(date(first, 2, 25), it.offer)
    for day, party, person, function, by in (
        (26, VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties", "vlaio"),
        (27, WOOD, "Bo Bouwer", "zaakvoerder", SIGNER),
        (27, SCHOOL, "Voorbeeld Claes", "directeur", ""),
        (28, TOWN, "Voorbeeld Dewulf", "burgemeester", ""),
        (28, MAKERS, "Voorbeeld Lams", "coördinator", ""),
    ):
        stage.on(
            date(first, 2, day),
            lambda party=party, person=person, function=function, by=by: it.sign(party, person, function, by=by),  # type: ignore[misc]
        )
    for year in years:
        _delivered(it, year, is_last=year == last)
    stage.on(
        date(first + 1, 9, 20),
        lambda: it.deliver("antwoord", VLAIO, first + 1, 1, f"De polis dekt het. {EXAMPLE}", by="vlaio"),
    )
    _drew(it, first)


def _delivered(it: Agreeing, year: int, *, is_last: bool) -> None:
    """What was done of the promises of a year; in the last one a firm was late, and a school fell short."""
    on, answer = it.stage.on, Answer.CONFIRMS

    def done(month: int, day: int, what: str, who: str, quantity: int, note: str, by: str = "") -> None:
        on(date(year, month, day), lambda: it.deliver(what, who, year, quantity, f"{note} {EXAMPLE}", by=by))

    done(4, 22, "lessen", WOOD, 8, "Acht lessen in het voorjaar.")
    on(date(year, 5, 2), lambda: it.answer("lessen", WOOD, year, answer))
    done(5, 6, "steun", TOWN, 3000, "Overgeschreven.")
    on(date(year, 5, 20), lambda: it.answer("steun", TOWN, year, answer))
    done(6, 12, "plaatsen", SCHOOL, 90, "Negentig plaatsen tot juni.")
    on(date(year, 6, 24), lambda: it.answer("plaatsen", SCHOOL, year, answer))
    done(6, 20, "uren", MAKERS, 50, "Vijftig uren tot juni.")
    done(6, 28, "contact", VLAIO, 1, "Overleg in Brugge.", "vlaio")
    done(10, 15, "zaal", TOWN, 6, "Zes keer de raadzaal.")
    on(date(year, 10, 27), lambda: it.answer("zaal", TOWN, year, answer))
    done(11, 20, "lessen", WOOD, 8 if is_last else 12, "Lessen in het najaar.")
    done(11, 28, "uren", MAKERS, 30, "Dertig uren in het najaar.")
    done(12, 2, "contact", VLAIO, 1, "Overleg bij VLAIO.", "vlaio")
    done(12, 4, "plaatsen", SCHOOL, 30 if is_last else 70, "Plaatsen in het najaar.")
    if is_last:
        on(
            date(year + 1, 1, 18),
            lambda: it.deliver("lessen", WOOD, year, 4, f"De vier lessen die nog openstonden. {EXAMPLE}"),
        )
        on(
            date(year + 1, 1, 20),
            lambda: it.ask("plaatsen", SCHOOL, year, "Veertig plaatsen kwamen er niet. Wat is er gebeurd?", by="vlaio"),
        )
        on(
            date(year + 1, 1, 27),
            lambda: it.explain(
                "plaatsen",
                SCHOOL,
                year,
                f"De werkplaats sloot drie maanden voor verbouwing; de klassen gingen naar het museum. {EXAMPLE}",
                by=WHO,
            ),
        )


def _drew(it: Agreeing, first: int) -> None:
    """Each year something is drawn: approved, then paid in one or two tranches; the last one was asked twice."""
    on, last = it.stage.on, first + 2
    for number, (year, month, amount, purpose, payee, parts) in enumerate(
        (
            (first, 4, "5000", "Gereedschap voor het houtatelier.", WOOD, ("5000",)),
            (first + 1, 3, "6000", "Huur en inrichting van de techniekbus.", TOWN, ("4000", "2000")),
            (first + 1, 9, "2500", "Draaibanken voor de meisjesgroep.", MAKERS, ("2500",)),
            (last, 3, "7000", "Begeleiding van de namiddagen.", MAKERS, ("4000", "3000")),
            (last, 10, "2750.50", "Inrichting van het herstelcafé.", SCHOOL, ()),
        )
    ):
        on(
            date(year, month, 5),
            lambda year=year, amount=amount, purpose=purpose, payee=payee: it.request(  # type: ignore[misc]
                year, amount, f"{purpose} {EXAMPLE}", payee
            ),
        )
        on(date(year, month, 24), lambda number=number: it.approve(number))  # type: ignore[misc]
        for n, part in enumerate(parts):
            on(
                date(year, month + 1 + n, 8),
                lambda number=number, part=part, n=n: it.pay(number, part, f"SCHIJF-{number + 1}-{n + 1}"),  # type: ignore[misc]
            )


# The accounts of the partners ------------------------------------------------------------------------------------------


def account(stage: Stage, first: int) -> None:
    """A firm signs in the application, a makerspace by a link, a school and VLAIO on paper; a town refuses, a museum is
    silent.
    """
    for number in range(3):
        year = first + number
        stage.on(date(year + 1, 2, 20), lambda year=year: _signs(stage, year))  # type: ignore[misc]
        for name, person, function in (
            (SCHOOL, "Voorbeeld Claes", "directeur"),
            (VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties"),
        ):
            stage.on(
                date(year + 1, 2, 24),
                lambda name=name, year=year, person=person, function=function: sign_on_paper(  # type: ignore[misc]
                    stage, KEY, name, year, statements.Signing(person, function, today(), EXAMPLE), WHO
                ),
            )
        stage.on(
            date(year + 1, 2, 26),
            lambda year=year: _answers_by_link(stage, MAKERS, year, "Voorbeeld Lams", "coördinator"),  # type: ignore[misc]
        )
        refusal = (
            f"De telling van de zaal is de onze niet: wij stelden de raadzaal negen keer open. {EXAMPLE}"
            if number == 2
            else ""
        )
        stage.on(
            date(year + 1, 3, 2),
            lambda year=year, refusal=refusal: _answers_by_link(  # type: ignore[misc]
                stage, TOWN, year, "Voorbeeld Dewulf", "burgemeester", refusal
            ),
        )


def _signs(stage: Stage, year: int) -> None:
    words = f"Onze vakmensen gaven elke les graag; plan ze volgend jaar vóór oktober. {EXAMPLE}"
    signing = statements.Signing("Bo Bouwer", "zaakvoerder", today(), words)
    statements.sign(account_of(stage, KEY, WOOD, year), signing, actor=stage.actor(SIGNER))


def _answers_by_link(stage: Stage, name: str, year: int, person: str, function: str, refusal: str = "") -> None:
    """Somebody without an account answers with the link that came by mail."""
    account = account_of(stage, KEY, name, year)
    place = f"{current_app.config['BASE_URL']}/sign/%s"
    statement_links.send(account, name=person, email="ondertekenaar@example.org", address=place, actor=stage.actor(WHO))
    mail = db().scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
    token = mail.body.partition("/sign/")[2].split()[0]
    mail.body, mail.sent_at = "", mail.created_at  # it went out long ago
    statement_links.use(
        token,
        statements.Signing(person, function, today(), refusal),
        StatementAnswer.REFUSED if refusal else StatementAnswer.SIGNED,
        seen=digest(prefill(account.alliance, account.organisation, year)),
    )
