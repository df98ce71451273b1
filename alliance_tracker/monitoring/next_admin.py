"""What is next for whoever administers the installation: the people without whom nothing can happen."""

from collections.abc import Iterable

from flask import url_for

from alliance_tracker import policy
from alliance_tracker.accounts import service as accounts
from alliance_tracker.i18n import Message
from alliance_tracker.monitoring.todo import URGENT, Todo
from alliance_tracker.policy import Actor, Permission


def of_administrator(actor: Actor) -> Iterable[Todo]:
    """An installation without a project manager cannot accept a single alliance."""
    if policy.allows(actor, Permission.ACCOUNT_MANAGE) and not accounts.has_project_manager():
        yield Todo(
            URGENT,
            Message("Invite a project manager"),
            Message("Nobody can accept initiatives or follow the regions yet."),
            url_for("admin.invite"),
            Message("Invite"),
        )
