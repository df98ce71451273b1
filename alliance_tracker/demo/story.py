"""The demonstration: a real case told as far as public facts go, and fictitious alliances around it.

Everything is made through the services, as people would, so that history, audit and rules hold in it. What goes beyond
public fact is marked: a real alliance is `Provenance.EXAMPLE`, an invented one `Provenance.FICTITIOUS`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time

import click
from flask import current_app

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import User
from alliance_tracker.database import clock_at, today, transaction
from alliance_tracker.demo import (
    convenants,
    fictitious,
    flanders,
    goals,
    indicators,
    measurements,
    neteland,
    pilots,
    reports,
    signals,
)
from alliance_tracker.demo.stage import Stage
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.standings import service as standings

PASSWORD = "stem-demo-2026"  # noqa: S105  # printed at the start, refused in production

PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("admin@example.org", "Ann De Beheerder", "beheerder"),
    ("vlaio@example.org", "Veerle Projectmanager", "projectmanager lokale STEM-allianties"),
    ("coordinator@example.org", "Cas Coördinator", "coördinator"),
    ("reporter@example.org", "Rani Rapporteur", "regiorapporteur"),
    ("partner@example.org", "Pia Partner", "vertegenwoordiger"),
    ("observer@example.org", "Otto Observator", "lid van het STEM-platform"),
    ("partner2@example.org", "Wim Werkplaats", "zaakvoerder van een fictief bedrijf"),
    ("partner3@example.org", "Bo Bouwer", "zaakvoerder van een fictief houtbedrijf"),
    ("coordinator2@example.org", "Fien Fictief", "coördinator van de fictieve allianties"),
)

ACCOUNTS_IN_WORDS = "\n".join(
    ["", f"Demonstration accounts, password {PASSWORD}:", *(f"  {email:28} {what}" for email, _, what in PEOPLE), ""]
)


def tell() -> None:
    """Make the whole demonstration; meant for a database with reference data and without people.

    :raise click.ClickException: this installation is for production.
    """
    if not current_app.config["DEMO_ACCOUNTS"]:
        raise click.ClickException("The demonstration is refused in production.")
    began = datetime.combine(reports.first_day(today()), time(8), UTC)
    with clock_at(began), transaction():
        people = make_people()
    stage = Stage(people)
    parts: tuple[Callable[[Stage], None], ...] = (
        neteland.tell,
        fictitious.tell,
        flanders.tell,
        goals.make,
        indicators.tell,
        measurements.make,
        pilots.tell,
        signals.tell,
        convenants.tell,
        reports.tell,
    )
    for part in parts:
        part(stage)
    stage.play()
    with transaction():
        standings.refresh_due()  # what was delivered a while ago has been accepted since
    current_app.extensions.pop("is_demonstration", None)


def make_people() -> dict[str, User]:
    """The accounts with which a visitor may look around."""
    people = {}
    for email, name, function in PEOPLE:
        user = accounts.register(email=email, name=name, function=function, actor=SYSTEM)
        accounts.set_password(user, PASSWORD, memory_kib=current_app.config["PASSWORD_HASH_MEMORY_KIB"], actor=SYSTEM)
        people[email.partition("@")[0]] = user
    accounts.give_role(people["admin"], Role.ADMINISTRATOR, actor=SYSTEM)
    accounts.give_role(people["vlaio"], Role.PROJECT_MANAGER, actor=SYSTEM)
    accounts.give_role(people["observer"], Role.OBSERVER, actor=SYSTEM)
    accounts.give_role(people["reporter"], Role.REPORTER, region_code="REFREG03", actor=SYSTEM)
    return people
