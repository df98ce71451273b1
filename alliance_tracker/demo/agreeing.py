"""Short words for what happens around a convenant, for the scenes of the demonstration."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability import explaining, statements, succession
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.partners import current_partners, leave
from alliance_tracker.commitments import answering, delivering, instalments, wordings
from alliance_tracker.commitments.models import Answer, Commitment, CommitmentKind, Delivery, Instalment, Nature, Side
from alliance_tracker.convenants import beginning, drafting, service, signing
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, Signature
from alliance_tracker.database import db, today
from alliance_tracker.demo.stage import Stage
from alliance_tracker.drawing_rights import rights
from alliance_tracker.drawing_rights import service as drawdowns
from alliance_tracker.drawing_rights.models import Drawdown
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.service import Limits, Upload
from alliance_tracker.organisations.queries import organisation

VLAIO = "VLAIO"
EXAMPLE = "(Voorbeeldgegeven.)"
#: A page that says what it is, in the place of a scan.
SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj "
    b"4 0 obj<</Length 66>>stream\nBT /F 18 Tf 60 760 Td (Voorbeeld van een gescand document) Tj ET     \nendstream endobj "
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def three_years(title: str, first: date, **more: object) -> drafting.Draft:
    """A convenant of three calendar years."""
    facts: dict[str, object] = {
        "subject": "De partijen bouwen samen een lokaal netwerk uit waarin jongeren STEM ontdekken, en leggen vast wat ieder "
        f"daarvoor doet. {EXAMPLE}",
        "goals_text": "Meer kinderen en jongeren nemen deel aan STEM-activiteiten, met bijzondere aandacht voor meisjes en voor "
        "wie minder kansen krijgt.",
        "tasks": "De alliantie houdt haar netwerk open, deelt wat werkt met andere gemeenten in de regio en rapporteert elk jaar.",
        "minimum_cofinancing": Decimal(30),
        "decision_days": 30,
        "reporting_on": tuple(date(first.year + n, 3, 31) for n in (1, 2)),
        "evaluation_on": date(first.year + 2, 10, 1),
        "asked_indicators": ("reach-participants", "girls-share"),
        "amendment": "De partijen wijzigen dit convenant met een addendum, dat zij allen ondertekenen.",
        "suspension": "Rust de alliantie langer dan drie maanden, dan schorten de partijen hun verbintenissen op.",
        "recovery": "Wat werd uitbetaald voor iets dat niet werd uitgevoerd, wordt verrekend met een volgende schijf.",
        "termination": "Een partij die niet verder kan, zegt dat drie maanden vooraf en zoekt mee naar een opvolger.",
    }
    return drafting.Draft(title=title, starts_on=first, ends_on=date(first.year + 2, 12, 31), **(facts | more))  # type: ignore[arg-type]


def account_of(stage: Stage, key: str, name: str, year: int) -> statements.Account:
    """The account of an organisation over a year, as it is signed."""
    found = sa.select(Alliance).where(Alliance.id == stage.alliances[key].id).options(selectinload(Alliance.region))
    alliance = db().scalars(found.execution_options(populate_existing=True)).one()
    number = drafting.office().id if name == VLAIO else stage.organisations[name].id
    return statements.Account(alliance, organisation(number), year)


def sign_on_paper(stage: Stage, key: str, name: str, year: int, signing: statements.Signing, who: str) -> None:
    """An account that was signed on paper, recorded with its scan."""
    account = account_of(stage, key, name, year)
    scans = [Upload("verantwoording.pdf", SCAN)]
    statements.record_paper(account, signing, scans, Limits(len(SCAN), 10**9), actor=stage.actor(who))


class Agreeing:
    """Short words for what happens around the convenant of one alliance."""

    def __init__(self, stage: Stage, key: str, who: str) -> None:
        self.stage, self.key, self.who = stage, key, who
        self.numbers: dict[str, int] = {}

    @property
    def convenant(self) -> Convenant:
        found = sa.select(Convenant).where(Convenant.alliance_id == self.stage.alliances[self.key].id)
        return db().scalars(found.order_by(Convenant.id.desc()).limit(1)).one()

    def newest(self) -> ConvenantVersion:
        """The newest version, with everything that hangs on it."""
        found = db().scalar(
            sa.select(ConvenantVersion.id)
            .where(ConvenantVersion.convenant_id == self.convenant.id)
            .order_by(ConvenantVersion.number.desc())
            .limit(1)
        )
        version = service.version_by_id(found or 0)
        if version is None:
            raise LookupError(self.key)
        return version

    def organisation_id(self, name: str) -> int:
        return drafting.office().id if name == VLAIO else self.stage.organisations[name].id

    def day(self, days: int) -> date:
        """The day so many days ago; the beginning of the real alliance lies earlier."""
        return self.stage.early(days) if self.key == "neteland" else self.stage.ago(days)

    def at(self, days: int, scene: Callable[[], object]) -> None:
        self.stage.on(self.day(days), scene)

    # The text --------------------------------------------------------------------------------------------------------

    def begin(self, draft: drafting.Draft, parties: Sequence[drafting.PartyDraft]) -> None:
        version = beginning.start(self.stage.alliances[self.key], draft, actor=self.stage.actor(self.who))
        vlaio = drafting.PartyDraft(drafting.office().id, Side.GOVERNMENT)
        service.set_parties(version, [vlaio, *parties], actor=self.stage.actor(self.who))

    def party(self, name: str, **more: object) -> drafting.PartyDraft:
        return drafting.PartyDraft(self.organisation_id(name), **more)  # type: ignore[arg-type]

    def promise(
        self,
        what: str,
        description: str,
        kind: CommitmentKind,
        bearers: Mapping[str, int],
        years: Mapping[int, tuple[int, date]],
        *,
        nature: Nature = Nature.EFFORT,
        value: str = "",
        task: str = "",
        goal: str = "",
    ) -> None:
        """Add a commitment to the open draft; the story calls it `what`."""
        draft = wordings.Draft(
            description=description,
            nature=nature,
            kind=kind,
            unit=wordings.USUAL_UNIT[kind],
            bearers={self.organisation_id(name): Decimal(share) for name, share in bearers.items()},
            years={year: wordings.InYear(Decimal(n), due_on) for year, (n, due_on) in years.items()},
            unit_value=Decimal(value) if value else None,
            task=task,
            goal_id=self.stage.goals[self.key, goal].id if goal else None,
        )
        wording = service.add_commitment(self.newest(), draft, actor=self.stage.actor(self.who))
        self.numbers[what] = wording.commitment.number

    def offer(self) -> None:
        signing.offer(self.newest(), actor=self.stage.manager)

    def sign(self, name: str, person: str, function: str, *, by: str = "", decided: int | None = None) -> None:
        """Let a party sign: in the application `by` one of the people, else on paper with its scan."""
        version = self.newest()
        party = next(p for p in version.parties if p.organisation_id == self.organisation_id(name))
        decision_on = self.day(decided) if decided is not None else None
        signer = signing.Signing(person, function, today(), decision_on)
        if by:
            signing.sign(version, party, signer, actor=self.stage.actor(by))
            return
        signature = signing.record_paper(version, party, signer, actor=self.stage.actor(self.who))
        self.attach("convenant_signature", signature, "ondertekende-bladzijde.pdf")

    def attach(self, subject: str, row: Signature | Delivery | Drawdown, name: str) -> None:
        evidence.attach(
            Upload(name, SCAN),
            subject_type=subject,
            subject_key=str(row.id),
            alliance_id=row.alliance_id,
            limits=Limits(len(SCAN), 10**9),
            actor=self.stage.actor(self.who),
        )

    # What was promised -------------------------------------------------------------------------------------------------

    def instalment(self, what: str, name: str, year: int) -> Instalment:
        found = db().scalar(
            sa.select(Instalment.id)
            .join(Commitment, Commitment.id == Instalment.commitment_id)
            .where(
                Instalment.convenant_id == self.convenant.id,
                Commitment.number == self.numbers[what],
                Instalment.year == year,
                Instalment.organisation_id == self.organisation_id(name),
            )
        )
        row = delivering.instalment_by_id(found or 0)
        if row is None:
            raise LookupError(what, name, year)
        return row

    def deliver(self, what: str, name: str, year: int, quantity: int, note: str, *, by: str = "") -> None:
        row = self.instalment(what, name, year)
        delivering.log(row, delivering.Draft(today(), Decimal(quantity), note), actor=self.stage.actor(by or self.who))

    def _last(self, what: str, name: str, year: int) -> Delivery:
        instalment_id = self.instalment(what, name, year).id
        found = sa.select(Delivery.id).where(Delivery.instalment_id == instalment_id).order_by(Delivery.id.desc())
        row = delivering.delivery_by_id(db().scalars(found.limit(1)).one())
        if row is None:
            raise LookupError(what)
        return row

    def answer(self, what: str, name: str, year: int, said: Answer, *, by: str = "vlaio", reason: str = "") -> None:
        """Somebody of another organisation confirms or disputes the newest delivery."""
        answering.answer(self._last(what, name, year), said, reason=reason, actor=self.stage.actor(by))

    def extend(self, what: str, name: str, year: int, to: date, reason: str) -> None:
        instalments.extend(self.instalment(what, name, year), to, reason=reason, actor=self.stage.actor(self.who))

    def ask(self, what: str, name: str, year: int, text: str, *, by: str = "") -> None:
        row = explaining.instalment_by_id(self.instalment(what, name, year).id)
        if row is None:
            raise LookupError(what)
        explaining.ask(row, text, actor=self.stage.actor(by or self.who))

    def explain(self, what: str, name: str, year: int, text: str, *, by: str) -> None:
        running = explaining.running_of(self.instalment(what, name, year).id)
        thread = explaining.thread_by_id(running.id) if running is not None else None
        if thread is None:
            raise LookupError(what)
        explaining.answer(thread, text, actor=self.stage.actor(by))

    def let_go(self, name: str, reason: str) -> None:
        """A partner leaves, today."""
        rows = current_partners(self.stage.alliances[self.key].id)
        partner = next(row for row in rows if row.organisation_id == self.organisation_id(name))
        leave(partner, on=today(), reason=reason, actor=self.stage.actor(self.who))

    def pass_on(self, what: str, giver: str, heir: str, year: int, reason: str) -> None:
        """What a partner that left had promised goes to another one."""
        commitment_id = self.instalment(what, giver, year).commitment_id
        succession.decide(
            self.stage.alliances[self.key],
            self.stage.organisations[giver],
            {commitment_id: succession.Decision(self.organisation_id(heir), reason)},
            actor=self.stage.actor(self.who),
        )

    def account(self, name: str, year: int, person: str, function: str, remark: str, *, by: str) -> None:
        """A partner signs its account of a year."""
        account = account_of(self.stage, self.key, name, year)
        statements.sign(account, statements.Signing(person, function, today(), remark), actor=self.stage.actor(by))

    # Money -----------------------------------------------------------------------------------------------------------

    def request(self, year: int, amount: str, purpose: str, payee: str) -> None:
        (right,) = (row for row in rights.of_convenant(self.convenant.id) if row.year == year)
        partner = self.stage.partners[self.key, payee]
        draft = drawdowns.Draft(Decimal(amount), purpose, partner.id)
        drawdowns.request(right, draft, actor=self.stage.actor(self.who))

    def drawdown(self, number: int) -> Drawdown:
        """The drawdown with this place in the order of asking."""
        ids = db().scalars(
            sa.select(Drawdown.id)
            .where(Drawdown.alliance_id == self.stage.alliances[self.key].id)
            .order_by(Drawdown.id)
        )
        row = drawdowns.drawdown_by_id(ids.all()[number])
        if row is None:
            raise LookupError(number)
        return row

    def approve(self, number: int) -> None:
        drawdowns.approve(self.drawdown(number), reason="Past in de afspraken.", actor=self.stage.manager)

    def pay(self, number: int, amount: str, reference: str) -> None:
        tranche = drawdowns.Tranche(Decimal(amount), today(), reference)
        drawdowns.pay(self.drawdown(number), tranche, actor=self.stage.manager)
