"""Goals of the demonstration: example goals of Neteland, and goals of fictitious alliances with a gap here and there."""

from collections.abc import Mapping
from datetime import date, timedelta

from alliance_tracker.alliances.models import AllianceStatus
from alliance_tracker.demo.stage import Stage
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.goals import service as goals
from alliance_tracker.goals.models import Goal

EXAMPLE = "(Voorbeeldgegeven.)"

GROUP, DOMAIN = Scheme.TARGET_GROUP, Scheme.POLICY_DOMAIN
ADVICE, LONG_TERM = Scheme.RECOMMENDATION, Scheme.LONG_TERM_GOAL
STRATEGIC, OPERATIONAL = Scheme.STRATEGIC_GOAL, Scheme.OPERATIONAL_GOAL


def make(stage: Stage) -> None:
    """Set the scenes, after those that found the alliances and let the partners join."""
    stage.on(stage.early(318), lambda: _neteland(stage))
    stage.on(stage.ago(325), lambda: _vonk(stage))
    stage.on(stage.ago(140), lambda: _proeftuin(stage))
    stage.on(stage.ago(95), lambda: _schakel(stage))


def _set(
    stage: Stage,
    key: str,
    who: str,
    title: str,
    reason: str,
    owner: str,
    tags: Mapping[Scheme, set[str]],
    due_on: date | None = None,
    description: str = "",
) -> Goal:
    draft = goals.Draft(
        title=title,
        reason=reason,
        owner_partner_id=stage.partners[key, owner].id,
        description=description,
        due_on=due_on,
        tags={scheme: frozenset(keys) for scheme, keys in tags.items()},
    )
    goal = goals.add(stage.alliances[key], draft, actor=stage.actor(who))
    stage.goals[key, title] = goal
    return goal


def _analyse(stage: Stage, key: str, who: str, offer: str, challenges: str, choice: str) -> None:
    goals.save_needs(stage.alliances[key], offer=offer, challenges=challenges, choice=choice, actor=stage.actor(who))


def _later(stage: Stage, years: int) -> date:
    return date(stage.today.year + years, 8, 31)


def _neteland(stage: Stage) -> None:
    key, who = "neteland", "coordinator"
    _analyse(
        stage,
        key,
        who,
        f"Scholen en vrijetijdspartners bieden losse workshops aan; de vijf gemeenten delen ze via hun scholen. {EXAMPLE}",
        f"Na de lagere school valt het aanbod weg, en bedrijven zijn voor leerlingen weinig zichtbaar. {EXAMPLE}",
        f"We kiezen voor doorlopend aanbod van 10 tot 18 jaar, en voor groepen die nu niet meedoen. {EXAMPLE}",
    )
    _set(
        stage,
        key,
        who,
        "Elk kind uit het vijfde leerjaar volgt minstens één STEM-workshop",
        f"Het aanbod bestaat, maar bereikt nog niet elke school. {EXAMPLE}",
        "Hidrodoe",
        {
            GROUP: {"primary"},
            DOMAIN: {"education", "youth-leisure", "local-government"},
            ADVICE: {"verwonderen", "verankeren"},
            LONG_TERM: {"stem4all"},
            OPERATIONAL: {"1.1", "3.1"},
        },
        _later(stage, 2),
        "De gemeenten schrijven de scholen in; Hidrodoe en Natuur & Wetenschap geven de workshops.",
    )
    _set(
        stage,
        key,
        who,
        "Meer meisjes en kansengroepen in de STEM-academie",
        f"Het aanbod trekt nu vooral jongens aan. {EXAMPLE}",
        "Stad Herentals",
        {
            GROUP: {"girls", "disadvantaged"},
            DOMAIN: {"youth-leisure", "welfare"},
            ADVICE: {"verwonderen"},
            LONG_TERM: {"stem4all"},
            STRATEGIC: {"4"},
        },
        _later(stage, 1),
    )
    _set(
        stage,
        key,
        who,
        "Leerlingen uit het secundair leren bedrijven uit de streek kennen",
        f"Bedrijven zijn voor leerlingen weinig zichtbaar. {EXAMPLE}",
        "Voorbeeldbedrijf Neteland Techniek",
        {
            GROUP: {"secondary"},
            DOMAIN: {"education", "work", "economy-innovation"},
            ADVICE: {"verwortelen"},
            LONG_TERM: {"stem4experts", "stem2gether"},
            OPERATIONAL: {"1.3", "7.2"},
        },
        _later(stage, 2),
    )


def _vonk(stage: Stage) -> None:
    key, who = "vonk", "coordinator2"
    _analyse(
        stage,
        key,
        who,
        "Drie makerspaces werken naast elkaar, elk met een eigen publiek.",
        "Technische richtingen lopen leeg; nieuwkomers vinden de weg niet.",
        "",
    )
    _set(
        stage,
        key,
        who,
        "OKAN-leerlingen maken kennis met technische beroepen",
        "Nieuwkomers vinden de weg niet naar technische richtingen.",
        "Voorbeeld-fablab Waasland",
        {GROUP: {"okan", "secondary"}, DOMAIN: {"education", "work"}, ADVICE: {"verwortelen"}, OPERATIONAL: {"7.2"}},
        stage.ago(20),
    )
    stopped = _set(
        stage,
        key,
        who,
        "Eén gedeelde kalender van alle makerspaces",
        "De makerspaces werken naast elkaar.",
        "Voorbeeldgemeente Waasland",
        {LONG_TERM: {"stem2gether"}},
    )
    goals.move(stopped, "stop", reason="De kalender van de stad volstaat.", actor=stage.actor(who))


def _proeftuin(stage: Stage) -> None:
    key, who = "proeftuin", "coordinator2"
    _analyse(
        stage,
        key,
        who,
        "De mijnsite ontvangt klassen, los van de scholen in de buurt.",
        "Energie is een kans: bedrijven zoeken technici, en de site ligt om de hoek.",
        "Eén goed traject rond energie is beter dan veel losse bezoeken.",
    )
    reached = _set(
        stage,
        key,
        who,
        "Tien klassen volgen het energietraject",
        "Eén goed traject is beter dan losse bezoeken.",
        "Voorbeeldhogeschool Limburg",
        {GROUP: {"secondary", "teachers"}, DOMAIN: {"education"}, LONG_TERM: {"stem4experts"}, STRATEGIC: {"1", "2"}},
        stage.ago(30),
    )
    goals.move(
        reached,
        "reach",
        reason="Elf klassen rondden het traject af, zegt de tussentijdse telling.",
        actor=stage.actor(who),
    )
    _set(
        stage,
        key,
        who,
        "Leerkrachten delen hun energielessen",
        "Elke school maakt nu alles zelf.",
        "Voorbeeldhogeschool Limburg",
        {GROUP: {"teachers"}, LONG_TERM: {"stem4life"}, OPERATIONAL: {"2.2"}},
        stage.today + timedelta(days=200),
    )


def _schakel(stage: Stage) -> None:
    key, who = "schakel", "coordinator2"
    if stage.alliances[key].status is not AllianceStatus.ACTIVE:
        return
    _set(
        stage,
        key,
        who,
        "Landbouwtechniek zichtbaar in elke basisschool",
        "De streek leeft van landbouw, maar de klas ziet er de techniek niet van.",
        "Voorbeeldgemeente Westhoek",
        {GROUP: {"primary"}, ADVICE: {"vertellen"}},
    )
