"""Questions and explanations on the screen: the list, a thread, asking and explaining."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.accountability import explaining, forms, threads
from alliance_tracker.accountability.models import Explanation, ExplanationStatus
from alliance_tracker.accountability.views import TAB, bp, crumbs
from alliance_tracker.accounts.representing import is_represented
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Instalment
from alliance_tracker.database import today
from alliance_tracker.errors import NotAllowed, NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, page_number

_NOTHING = Message("There is nothing at this address.")


def _crumbs(slug: str) -> list[tuple[object, str]]:
    return [*crumbs(slug), (Message("Questions and explanations"), url_for("accountability.questions", slug=slug))]


def _load_thread(slug: str, thread_id: int) -> tuple[Alliance, Explanation]:
    alliance, thread = load_alliance(slug), explaining.thread_by_id(thread_id)
    if thread is None or thread.alliance_id != alliance.id:
        raise NotFound(_NOTHING)
    return alliance, thread


def _load_instalment(slug: str, instalment_id: int) -> tuple[Alliance, Instalment]:
    alliance, row = load_alliance(slug), explaining.instalment_by_id(instalment_id)
    if row is None or row.alliance_id != alliance.id:
        raise NotFound(_NOTHING)
    return alliance, row


def _address(slug: str, thread_id: int) -> str:
    return url_for("accountability.thread", slug=slug, thread_id=thread_id)


@bp.get("/questions")
def questions(slug: str) -> ResponseReturnValue:
    """All threads of the alliance, what waits for an answer first."""
    alliance = load_alliance(slug)
    found = threads.listing(alliance.id, page_number())
    return alliance_page("accountability/questions.html", alliance, TAB, found=found, crumbs=crumbs(slug))


@bp.get("/questions/<int:thread_id>")
def thread(
    slug: str,
    thread_id: int,
    answer_form: forms.AnswerForm | None = None,
    ask_form: forms.AskOnForm | None = None,
    close_form: forms.CloseForm | None = None,
) -> ResponseReturnValue:
    """One thread: what was asked and answered, by whom and in whose name, and what can be done."""
    alliance, found = _load_thread(slug, thread_id)
    drawn_from = {"version": found.version, "formdata": None}
    runs = found.status is not ExplanationStatus.CLOSED and alliance.is_open
    return alliance_page(
        "accountability/thread.html",
        alliance,
        TAB,
        thread=found,
        posts=threads.posts_of(found),
        may_answer=runs and explaining.may_answer(alliance.id, found.organisation_id, actor()),
        stands_in=found.organisation_id not in actor().represented_organisations,
        may_ask_on=found.status is ExplanationStatus.ANSWERED and runs and explaining.may_ask_on(found, actor()),
        may_close=runs and explaining.may_close(found, actor()),
        is_represented=is_represented(found.organisation_id),
        answer_form=answer_form or forms.AnswerForm(**drawn_from),
        ask_form=ask_form or forms.AskOnForm(**drawn_from),
        close_form=close_form or forms.CloseForm(**drawn_from),
        crumbs=_crumbs(slug),
    )


@bp.post("/questions/<int:thread_id>/answer")
def answer_submit(slug: str, thread_id: int) -> ResponseReturnValue:
    """Answer in the name of the organisation."""
    (alliance, found), form = _load_thread(slug, thread_id), forms.AnswerForm()
    if not explaining.may_answer(alliance.id, found.organisation_id, actor()):
        raise NotAllowed(Message("Only who speaks for this organisation can answer."))
    return carry_out(
        form,
        lambda: explaining.answer(found, form.answer.data, version=form.version.data, actor=actor()),
        to=lambda _: _address(slug, thread_id),
        done=Message("The answer is kept."),
        page=lambda: thread(slug, thread_id, answer_form=form),
    )


@bp.post("/questions/<int:thread_id>/ask-on")
def ask_on_submit(slug: str, thread_id: int) -> ResponseReturnValue:
    """Ask on after an answer."""
    (_, found), form = _load_thread(slug, thread_id), forms.AskOnForm()
    if not explaining.may_ask_on(found, actor()):
        raise NotAllowed(Message("You cannot ask on here."))
    return carry_out(
        form,
        lambda: explaining.ask_on(found, form.question.data, version=form.version.data, actor=actor()),
        to=lambda _: _address(slug, thread_id),
        done=Message("The question is asked."),
        page=lambda: thread(slug, thread_id, ask_form=form),
    )


@bp.post("/questions/<int:thread_id>/close")
def close_submit(slug: str, thread_id: int) -> ResponseReturnValue:
    """Close the thread; it stays readable."""
    (_, found), form = _load_thread(slug, thread_id), forms.CloseForm()
    if not explaining.may_close(found, actor()):
        raise NotAllowed(Message("Whoever asked closes a question, or the coordinator or the project manager."))
    return carry_out(
        form,
        lambda: explaining.close(found, form.remark.data, version=form.version.data, actor=actor()),
        to=lambda _: _address(slug, thread_id),
        done=Message("The question is closed; it stays readable."),
        page=lambda: thread(slug, thread_id, close_form=form),
    )


@bp.get("/instalments/<int:instalment_id>/ask")
def ask(slug: str, instalment_id: int, form: forms.AskForm | None = None) -> ResponseReturnValue:
    """Ask why something is late."""
    alliance, row = _load_instalment(slug, instalment_id)
    if not explaining.may_ask(row, actor()):
        raise NotAllowed(Message("You cannot ask this organisation for an explanation."))
    return alliance_page(
        "accountability/ask.html",
        alliance,
        TAB,
        row=row,
        form=form or forms.AskForm(),
        running=explaining.running_of(row.id),
        is_possible=explaining.can_be_asked(row, today()),
        crumbs=_crumbs(slug),
    )


@bp.post("/instalments/<int:instalment_id>/ask")
def ask_submit(slug: str, instalment_id: int) -> ResponseReturnValue:
    """Open the thread with the question."""
    (_, row), form = _load_instalment(slug, instalment_id), forms.AskForm()
    if not explaining.may_ask(row, actor()):
        raise NotAllowed(Message("You cannot ask this organisation for an explanation."))
    return carry_out(
        form,
        lambda: explaining.ask(row, form.text.data, actor=actor()),
        to=lambda found: _address(slug, found.id),
        done=Message("The question is asked."),
        page=lambda: ask(slug, instalment_id, form),
    )


@bp.get("/instalments/<int:instalment_id>/explain")
def explain(slug: str, instalment_id: int, form: forms.ExplainForm | None = None) -> ResponseReturnValue:
    """Explain before anybody asks."""
    alliance, row = _load_for_explaining(slug, instalment_id)
    return alliance_page(
        "accountability/explain.html",
        alliance,
        TAB,
        row=row,
        form=form or forms.ExplainForm(),
        running=explaining.running_of(row.id),
        is_possible=explaining.can_be_explained(row, today()),
        stands_in=row.organisation_id not in actor().represented_organisations,
        crumbs=_crumbs(slug),
    )


def _load_for_explaining(slug: str, instalment_id: int) -> tuple[Alliance, Instalment]:
    alliance, row = _load_instalment(slug, instalment_id)
    if not explaining.may_answer(alliance.id, row.organisation_id, actor()):
        raise NotAllowed(Message("Only who speaks for this organisation can explain it."))
    return alliance, row


@bp.post("/instalments/<int:instalment_id>/explain")
def explain_submit(slug: str, instalment_id: int) -> ResponseReturnValue:
    """Keep the explanation."""
    (_, row), form = _load_for_explaining(slug, instalment_id), forms.ExplainForm()
    return carry_out(
        form,
        lambda: explaining.explain(row, form.text.data, actor=actor()),
        to=lambda found: _address(slug, found.id),
        done=Message("The explanation is kept."),
        page=lambda: explain(slug, instalment_id, form),
    )
