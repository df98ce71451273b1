"""De Jaarringen, a fictitious pioneer that has worked for three reported years: what its reports tell of.

All that a report can say happens here: pilots with whom they reached, figures with their parts, money drawn and brought,
commitments kept and late, signals with their answers, and partners that sign, refuse or do not answer. The years are
counted from the last one that is reported, so that the story tells the same whenever it is loaded.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from flask import current_app

from alliance_tracker.accountability import statement_links, statements
from alliance_tracker.accountability.models import StatementAnswer
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.accounts import service as accounts
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import PartnerRoleKind, Provenance
from alliance_tracker.commitments.models import Answer, CommitmentKind, Nature
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, today
from alliance_tracker.demo.agreeing import EXAMPLE, VLAIO, Agreeing, account_of, sign_on_paper, three_years
from alliance_tracker.demo.stage import Stage
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.indicators import measuring, service
from alliance_tracker.indicators.models import Definition, FigureState
from alliance_tracker.indicators.service import Typed
from alliance_tracker.learning import service as learning
from alliance_tracker.learning.models import Signal, SignalKind
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.outbox import OutgoingMail
from alliance_tracker.pilots import reach, running
from alliance_tracker.pilots import service as pilots
from alliance_tracker.pilots.models import PilotDecision
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.rollout import phases
from alliance_tracker.rollout.models import PhaseLetter

KEY, WHO, SIGNER = "jaarringen", "coordinator2", "partner3"
NAME = "Fictieve STEM-alliantie De Jaarringen"
KIND, ROLE, PROMISE = OrganisationKind, PartnerRoleKind, CommitmentKind

WOOD = "Voorbeeldbedrijf Brugge Houtbouw"
SCHOOL = "Voorbeeldschool Brugge Atelier"
TOWN = "Voorbeeldgemeente Brugge"
MAKERS = "Voorbeeldmakersplek Brugge"
#: Joins in the second year as a core partner.
MUSEUM = "Voorbeeldmuseum Brugge Techniek"
#: Takes part from the second year on.
PRIMARY = "Voorbeeldbasisschool Damme"
#: Leaves in the third year.
TEXTILE = "Voorbeeldbedrijf Brugge Textiel"

#: Who else is in the area; they take no part yet.
OTHERS = (
    ("Voorbeeldhogeschool Brugge", KIND.UNIVERSITY_COLLEGE),
    ("Voorbeeldfederatie Brugge", KIND.SECTOR_FEDERATION),
    ("Voorbeeldbib Brugge", KIND.LIBRARY),
    ("Voorbeeldgemeente Damme", KIND.LOCAL_AUTHORITY),
)

WORKSHOPS = "Elke leerling van de eerste graad komt in een technische werkplaats"
GIRLS = "Meer meisjes vinden hun weg naar techniek"
TOGETHER = "Scholen, leraren en bedrijven werken het hele jaar samen"


def tell(stage: Stage, last: int) -> None:
    """Set the scenes; `last` is the last reported year."""
    first = last - 2
    _founded(stage, first)
    _grew(stage, first)
    _aimed(stage, first)
    for year in (first, first + 1, last):
        _worked(stage, year)
        stage.on(date(year + 1, 2, 1), lambda year=year: _measured(stage, year, year - first))  # type: ignore[misc]
    _goes_on(stage)
    _pilots(stage, first)
    _signals(stage, first)
    _agreed(stage, first)
    _accounted(stage, first)


# The network ---------------------------------------------------------------------------------------------------------


def _founded(stage: Stage, year: int) -> None:
    places = ("Brugge", "Damme")
    names = (
        (WOOD, KIND.COMPANY, (ROLE.LEAD,)),
        (SCHOOL, KIND.SECONDARY_SCHOOL, (ROLE.HOST,)),
        (TOWN, KIND.LOCAL_AUTHORITY, (ROLE.COORDINATOR,)),
        (MAKERS, KIND.FABLAB, (ROLE.EXPERTISE,)),
    )

    def begin() -> None:
        for name, kind, _ in names:
            stage.organisation(name, kind, *places)
        stage.organisation(MUSEUM, KIND.MUSEUM, "Brugge")
        stage.organisation(PRIMARY, KIND.PRIMARY_SCHOOL, "Damme")
        stage.organisation(TEXTILE, KIND.COMPANY, "Brugge")
        for name, kind in OTHERS:
            stage.organisation(name, kind, *places)
        stage.found(
            KEY,
            NAME,
            "REFREG06",
            places,
            "Elk jaar een ring erbij: werkplaatsen die leerlingen binnenlaten.",
            Provenance.FICTITIOUS,
            WHO,
        )

    def accept() -> None:
        stage.accept(KEY)
        for name, _, roles in names:
            stage.join(
                KEY, name, *roles, who=WHO, core=True, responsibility="Opent haar werkplaats.", gain="Vindt volk."
            )
        alliances.give_mandate(
            stage.alliances[KEY], since=today(), until=None, task="De trekker van de regio.", actor=stage.manager
        )

    stage.on(date(year, 1, 12), begin)
    stage.on(date(year, 1, 20), accept)


def _grew(stage: Stage, first: int) -> None:
    """Steps and phase, who joined, and who left."""

    def describe() -> None:
        alliance = stage.alliances[KEY]
        alliances.edit(
            alliance,
            name=alliance.name,
            purpose=alliance.purpose,
            value_proposition="Leerlingen werken met echt gereedschap, scholen hoeven het niet zelf te kopen, en "
            "bedrijven zien wie er handen voor heeft.",
            website="",
            cited_facts="",
            version=alliance.version,
            actor=stage.actor(WHO),
        )
        goals.save_needs(
            alliance,
            offer=f"Elke school zoekt zelf een werkplaats; wie er geen kent, gaat niet. {EXAMPLE}",
            challenges=f"Leerlingen uit Damme raken er niet, en meisjes kiezen zelden voor de werkplaats. {EXAMPLE}",
            choice=f"Vaste namiddagen in vier werkplaatsen, met vervoer, en groepen waar meisjes niet alleen staan. {EXAMPLE}",
            actor=stage.actor(WHO),
        )

    def decide() -> None:
        stage.milestone("partners-decide", stage.own_place(KEY), actor=stage.actor(WHO), note="Voorbeeldgegeven.")
        phases.decide(
            stage.alliances[KEY],
            PhaseLetter.B,
            on=today(),
            reason="De werkplaatsen zijn klaar. (Voorbeeldgegeven.)",
            in_spite=True,
            actor=stage.manager,
        )

    def join(name: str, *roles: PartnerRoleKind, core: bool = False, words: str = "") -> None:
        gain = "Bereikt jongeren die er anders niet komen."
        stage.join(KEY, name, *roles, who=WHO, core=core, responsibility=words, gain=gain)

    def leave() -> None:
        reason = f"Het bedrijf stopt met eigen productie in de regio. {EXAMPLE}"
        partners.leave(stage.partners[KEY, TEXTILE], on=today(), reason=reason, actor=stage.actor(WHO))

    stage.on(date(first, 2, 3), describe)
    stage.on(date(first, 3, 1), lambda: stage.complete(KEY, WHO, 1))
    stage.on(date(first, 3, 15), lambda: join(TEXTILE, ROLE.FUNDING, words="Levert stof en garen."))
    stage.on(date(first, 4, 2), decide)
    stage.on(date(first, 9, 10), lambda: stage.meet(KEY, WHO, "needs-current-offer", "needs-challenges"))
    stage.on(date(first, 9, 20), lambda: stage.complete(KEY, WHO, 2))
    stage.on(
        date(first + 1, 2, 3),
        lambda: join(MUSEUM, ROLE.HOST, core=True, words="Toont hoe men vroeger bouwde, en laat het nabouwen."),
    )
    stage.on(date(first + 1, 9, 2), lambda: join(PRIMARY, ROLE.HOST, words="Brengt de zesde leerjaren mee."))
    stage.on(date(first + 1, 11, 4), lambda: stage.meet(KEY, WHO, "collaboration-platform", "mutual-visits"))
    stage.on(date(first + 1, 12, 10), lambda: stage.complete(KEY, WHO, 3))
    stage.on(date(first + 2, 5, 16), lambda: stage.meet(KEY, WHO, "shared-spaces", "funding-explored"))
    stage.on(date(first + 2, 6, 30), leave)
    stage.on(date(first + 2, 12, 10), lambda: stage.complete(KEY, WHO, 4))


def _worked(stage: Stage, year: int) -> None:
    """Two meetings, a visit and an open day each year."""
    names = (WOOD, TOWN, MAKERS)
    for month, kind, text, criterion in (
        (3, LogKind.MEETING, "Voorjaarsoverleg: de werkplaatsen verdeelden de klassen.", "network-meetings"),
        (4, LogKind.VISIT, "De partners bezochten de werkplaats van de houtbouwer.", None),
        (5, LogKind.EVENT, "Opendeurdag van de werkplaatsen in Brugge en Damme.", None),
        (10, LogKind.MEETING, "Najaarsoverleg: wat werkte, en wat volgend jaar anders moet.", "roles-explicit"),
        (12, LogKind.DECISION, "De kerngroep legde de kalender van het volgende jaar vast.", None),
    ):
        stage.on(
            date(year, month, 14 if month < 12 else 3),
            lambda kind=kind, text=text, criterion=criterion: stage.log(  # type: ignore[misc]
                KEY, WHO, kind, text, *names, criterion=criterion
            ),
        )


def _goes_on(stage: Stage) -> None:
    """The network still meets."""
    for days, text in (
        (230, "Voorjaarsoverleg: de namiddagen zijn volgeboekt."),
        (40, "Najaarsoverleg: een vijfde werkplaats meldde zich."),
    ):
        stage.on(
            stage.ago(days),
            lambda text=text: stage.log(  # type: ignore[misc]
                KEY, WHO, LogKind.MEETING, text, WOOD, TOWN, MAKERS, criterion="network-meetings"
            ),
        )


# Goals and figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """An indicator of the story: a figure or a part and a whole for the baseline and for each of the three years."""

    key: str
    goal: str
    source: str
    baseline: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    measured: tuple[tuple[int, ...], ...] = ()
    #: How each year is divided, by `breakdown__category`.
    cells: tuple[Mapping[str, int], ...] = field(default=({}, {}, {}))


LISTS = "Aanwezigheidslijsten van de werkplaatsen (voorbeeld)."
TOLD = (
    Told(
        "reach-participants",
        WORKSHOPS,
        LISTS,
        (180,),
        (240, 320, 400, 480),
        ((251,), (338,), (389,)),
        (
            {"gender__girls": 78, "gender__boys": 166, "gender__unknown": 7, "target_group__disadvantaged": 48},
            {"gender__girls": 121, "gender__boys": 209, "gender__unknown": 8, "target_group__disadvantaged": 71},
            {"gender__girls": 163, "gender__boys": 221, "gender__unknown": 5, "target_group__disadvantaged": 92},
        ),
    ),
    Told("activity-hours", WORKSHOPS, "Kalender van de namiddagen (voorbeeld).", (), (300, 400, 450, 500), ((320,), (410,), (436,))),
    Told("girls-share", GIRLS, "", (), (30, 35, 40, 45)),
    Told("schools-share", TOGETHER, "Inschrijvingen bij de gemeente (voorbeeld).", (6, 31), (30, 40, 50, 55), ((9, 31), (12, 31), (16, 31))),
    Told("companies-involved", TOGETHER, "Lijst van de houtbouwer (voorbeeld).", (4,), (6, 10, 14, 16), ((7,), (11,), (13,))),
    Told("teachers-trained", TOGETHER, "Attesten van de vorming (voorbeeld).", (), (10, 20, 30, 40), ((12,), (19,), (31,))),
)  # fmt: skip


def _typed(figure: tuple[int, ...]) -> Typed:
    if len(figure) == 1:
        return Typed(FigureState.VALUE, Decimal(figure[0]))
    return Typed(numerator=Decimal(figure[0]), denominator=Decimal(figure[1]))


def _aimed(stage: Stage, first: int) -> None:
    group, domain = Scheme.TARGET_GROUP, Scheme.POLICY_DOMAIN

    def goal(title: str, reason: str, owner: str, groups: set[str], domains: set[str]) -> None:
        draft = goals.Draft(
            title=title,
            reason=f"{reason} {EXAMPLE}",
            owner_partner_id=stage.partners[KEY, owner].id,
            tags={group: frozenset(groups), domain: frozenset(domains)},
        )
        stage.goals[KEY, title] = goals.add(stage.alliances[KEY], draft, actor=stage.actor(WHO))

    def follow() -> None:
        actor = stage.actor(WHO)
        for line in TOLD:
            shared = sa.select(Definition).where(Definition.key == line.key, Definition.alliance_id.is_(None))
            indicator = service.follow(stage.goals[KEY, line.goal], db().scalars(shared).one(), actor=actor)
            if line.baseline:
                service.set_baseline(
                    indicator,
                    _typed(line.baseline),
                    on=date(first - 1, 12, 31),
                    source="Telling van de scholen (voorbeeld).",
                    actor=actor,
                )
            for number, value in enumerate(line.targets):
                service.set_target(indicator, first + number, Decimal(value), actor=actor)
            stage.indicators[f"{KEY}.{line.key}"] = indicator

    stage.on(
        date(first, 2, 10),
        lambda: goal(WORKSHOPS, "Uit de gesprekken met de scholen.", SCHOOL, {"secondary"}, {"education", "work"}),
    )
    stage.on(
        date(first, 2, 10),
        lambda: goal(
            GIRLS, "Van elke drie leerlingen in de werkplaats was er één meisje.", MAKERS, {"girls"}, {"education"}
        ),
    )
    stage.on(
        date(first, 2, 10),
        lambda: goal(
            TOGETHER,
            "Wie geen bedrijf kent, vindt geen werkplaats.",
            WOOD,
            {"secondary"},
            {"education", "economy-innovation"},
        ),
    )
    stage.on(date(first, 2, 11), follow)


def _measured(stage: Stage, year: int, number: int) -> None:
    """The figures of a year, counted at the end of it."""
    for line in TOLD:
        if not line.measured:
            continue
        cells = {
            (what.partition("__")[0], what.partition("__")[2]): Typed(FigureState.VALUE, Decimal(n))
            for what, n in line.cells[number].items()
        }
        entry = measuring.Entry(year, _typed(line.measured[number]), cells, source=line.source)
        measuring.measure(stage.indicators[f"{KEY}.{line.key}"], entry, actor=stage.actor(WHO))


# Pilots --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """A pilot of the story: when it was planned, whom it reached in which year, and what it taught."""

    name: str
    begun_on: date
    partners: tuple[str, ...]
    reached: Mapping[int, tuple[int, int]]
    finished_on: date | None = None
    findings: str = ""
    decision: PilotDecision = PilotDecision.SCALE_UP


def _pilots(stage: Stage, first: int) -> None:
    for tried in (
        Tried(
            "Houtatelier op woensdagnamiddag",
            date(first, 4, 12),
            (WOOD, SCHOOL),
            {first: (96, 28)},
            date(first, 11, 28),
            "Leerlingen die een eigen stuk mee naar huis nemen, komen terug. Eén begeleider per acht is nodig.",
        ),
        Tried(
            "Techniekbus naar Damme",
            date(first + 1, 3, 4),
            (TOWN, MAKERS),
            {first + 1: (148, 61)},
            date(first + 1, 12, 2),
            "De bus bracht klassen die nog nooit kwamen; halftijds staat hij stil. Delen met een andere alliantie.",
            PilotDecision.ADJUST,
        ),
        Tried(
            "Meisjes aan de draaibank",
            date(first + 1, 10, 7),
            (MAKERS, SCHOOL),
            {first + 1: (36, 36), first + 2: (58, 58)},
            date(first + 2, 6, 20),
            "In een eigen groep durven ze meer; na drie keer vragen ze zelf om gemengd te werken.",
        ),
        Tried("Herstelcafé op school", date(first + 2, 9, 22), (SCHOOL, MUSEUM), {first + 2: (64, 30)}),
    ):
        _pilot(stage, tried)


def _pilot(stage: Stage, tried: Tried) -> None:
    made: list[int] = []

    def plan() -> None:
        draft = pilots.Draft(
            name=tried.name,
            starts_on=tried.begun_on,
            description=EXAMPLE,
            place="Brugge",
            budget=Decimal(2400),
            partners=frozenset(stage.partners[KEY, name].id for name in tried.partners),
        )
        made.append(pilots.plan(stage.alliances[KEY], draft, actor=stage.actor(WHO)).id)

    def do(what: Callable[..., object], /, *facts: object, **more: object) -> None:
        what(pilots.pilot_by_id(made[0]), *facts, **more, actor=stage.actor(WHO))

    def finish() -> None:
        do(running.finish, running.Evaluation(f"{tried.findings} {EXAMPLE}", tried.decision, today()))

    stage.on(tried.begun_on - timedelta(20), plan)
    stage.on(tried.begun_on, lambda: do(running.begin, on=today()))
    for year, (people, girls) in tried.reached.items():
        cells = {("gender", "girls"): girls, ("gender", "boys"): people - girls}
        entry = reach.Entry(year, people, cells, note=f"Geteld bij elke namiddag. {EXAMPLE}")
        stage.on(date(year, 12, 20), lambda entry=entry: do(reach.record, entry))  # type: ignore[misc]
    if tried.finished_on:
        stage.on(tried.finished_on, finish)


# Signals -------------------------------------------------------------------------------------------------------------


def _signals(stage: Stage, first: int) -> None:
    """One adopted, one refused, one that was answered too late and is under study."""
    sent: list[Signal] = []

    def send(kind: SignalKind, title: str, text: str) -> None:
        draft = learning.Draft(kind=kind, title=title, text=f"{text} {EXAMPLE}")
        days = current_app.config["SIGNAL_ANSWER_DAYS"]
        sent.append(learning.raise_signal(stage.alliances[KEY], draft, days=days, actor=stage.actor(WHO)))

    def answer(number: int, move: str, reason: str) -> None:
        learning.answer(sent[number], move, reason=f"{reason} {EXAMPLE}", address="/signals/%s", actor=stage.manager)

    stage.on(
        date(first + 1, 4, 8),
        lambda: send(
            SignalKind.BARRIER,
            "De rit naar een werkplaats is geen schoolkost",
            "Scholen mogen een bus naar het theater boeken, maar niet naar een werkplaats.",
        ),
    )
    stage.on(date(first + 1, 5, 6), lambda: answer(0, "study", "Wij vragen het na bij Onderwijs."))
    stage.on(date(first + 1, 10, 1), lambda: answer(0, "adopt", "Onderwijs neemt het op in de omzendbrief."))
    stage.on(
        date(first + 2, 2, 25),
        lambda: send(
            SignalKind.PROPOSAL,
            "Een dag in de werkplaats laten meetellen als nascholing",
            "Leraren willen eerst zelf aan de machine staan; nu nemen zij er verlof voor.",
        ),
    )
    stage.on(
        date(first + 2, 4, 2),
        lambda: answer(1, "refuse", "Scholen beslissen zelf wat als nascholing telt; een regel is niet nodig."),
    )
    stage.on(
        date(first + 2, 5, 12),
        lambda: send(
            SignalKind.PRACTICE,
            "Eén kalender voor alle werkplaatsen voorkomt lege namiddagen",
            "Sinds de gemeente één kalender beheert, bleef geen enkele namiddag leeg.",
        ),
    )
    stage.on(
        date(first + 2, 10, 20), lambda: answer(2, "study", "Wij bekijken of andere regio's haar kunnen overnemen.")
    )


# The agreement -------------------------------------------------------------------------------------------------------


def _agreed(stage: Stage, first: int) -> None:
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


def _accounted(stage: Stage, first: int) -> None:
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
