"""Carrying out what a form asks for: once, in one transaction, with nothing typed lost when it is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, make_response, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from alliance_tracker import audit
from alliance_tracker.database import transaction
from alliance_tracker.errors import EditConflict, Refused, TransitionRefused
from alliance_tracker.i18n import Message
from alliance_tracker.web import once
from alliance_tracker.web.forms import BaseForm, EditForm
from alliance_tracker.web.guards import actor

R = TypeVar("R")

Page = Callable[[], ResponseReturnValue]

ALREADY_DONE = Message(
    "This was already done; it was not done twice. What you changed since in the same form is not kept: open it anew."
)


def carry_out(
    form: BaseForm,
    command: Callable[[], R],
    *,
    to: Callable[[R], str],
    page: Page,
    done: Message | Callable[[R], Message] | None = None,
) -> Response:
    """Validate `form`, run `command` in one transaction, and lead to `to(result)`; or show `page` with the reasons.

    `done` is what the person is told then, or makes it of the result.

    A refusal puts its sentence beside the field (422). An edit that meets another's edit shows both (409).
    """
    if not form.validate():
        return again(page())
    user_id, key = actor().user_id or 0, str(form.submission_key.data or "")
    if user_id and key and (location := once.earlier(user_id, key)):
        flash(str(ALREADY_DONE), "info")
        return redirect(location, code=303)
    try:
        with transaction():
            result = command()
            location = to(result)
            if user_id and key:
                once.remember(user_id, key, location)
    except IntegrityError as error:
        if "unique" not in str(error.orig).lower():
            raise
        return _met_another(form, str(error.orig), once.earlier(user_id, key), page)
    except (Refused, EditConflict, StaleDataError) as refusal:
        # The form has its reasons before the page is drawn with it.
        status = _explain(form, refusal)
        return again(page(), status)
    if done:
        flash(str(done if isinstance(done, Message) else done(result)), "success")
    return redirect(location, code=303)


def _met_another(form: BaseForm, error: str, location: str | None, page: Page) -> Response:
    """What to answer when somebody did the same at the very same moment."""
    if once.SentForm.__tablename__ in error:
        # It was this very form, sent twice; the other one was carried out.
        return redirect(location or "/", code=303)
    form.refuse("", Message("Somebody else did the same a moment ago. Look at it again, then decide."))
    return again(page(), 409)


def _explain(form: BaseForm, refusal: Exception) -> int:
    """Put what stands in the way into the form; the status to answer with."""
    if isinstance(refusal, EditConflict) and isinstance(form, EditForm):
        changes: Any = audit.changes_since(refusal.subject, refusal.drawn_from)
        form.take_in(refusal.subject, changes)
        if not form.conflicts:
            form.refuse("", Message("Somebody else saved this meanwhile. What you typed is kept: compare, then save."))
        return 409
    if isinstance(refusal, EditConflict | StaleDataError):
        form.refuse("", Message("Somebody else changed this meanwhile. Look at it again, then decide."))
        return 409
    if isinstance(refusal, TransitionRefused):
        for sentence in (refusal.sentence, *refusal.obstacles):
            form.refuse("", sentence)
    elif isinstance(refusal, Refused):
        form.refuse(getattr(refusal, "field", ""), refusal.sentence)
    return 422


def again(page: ResponseReturnValue, status: int = 422) -> Response:
    """The page of a form that was refused, with the reasons in it."""
    response = make_response(page)
    response.status_code = status
    return response
