"""The pages of the draft of the catalogue: what it changes, its indicators, and its publication."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.database import db
from alliance_tracker.errors import NotFound
from alliance_tracker.frameworks.terms import breakdowns
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.indicators import catalogue_queries as queries
from alliance_tracker.indicators import cataloguing
from alliance_tracker.indicators.catalogue_views import bp, catalogue_page
from alliance_tracker.indicators.forms import CatalogueForm, NewIndicatorForm, WordsForm
from alliance_tracker.indicators.lifecycle import CATALOGUE
from alliance_tracker.indicators.models import (
    AllianceRule,
    CatalogueEntry,
    Counting,
    Definition,
    Direction,
    Kind,
    PeriodRule,
    Unit,
)
from alliance_tracker.indicators.periods import PeriodKind
from alliance_tracker.indicators.semantics import Semantics
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor, require


def _to_draft() -> tuple[tuple[Message, str], ...]:
    return ((Message("Draft"), url_for("catalogue.draft")),)


@bp.get("/draft")
def draft(form: ActionForm | None = None) -> ResponseReturnValue:
    """The draft: its indicators, what it changes, and what is missing before it can be published."""
    require(Permission.CATALOGUE_DRAFT)
    row = cataloguing.draft_or_missing()
    entries = queries.entries_of(row.id, with_followers=True)
    difference = queries.between(queries.entries_of(row.based_on_id or row.id, with_followers=True), entries)
    there = {entry.definition.id for entry in entries}
    return catalogue_page(
        "catalogue/draft.html",
        draft=row,
        entries=entries,
        difference=difference,
        absent=[each.definition for each in difference.dropped]
        + [each for each in queries.retired() if each.id not in there],
        offers=CATALOGUE.offers(actor(), row),
        form=form or ActionForm(formdata=None),
        action=ActionForm(formdata=None),
    )


@bp.get("/draft/words")
def draft_words(form: CatalogueForm | None = None) -> ResponseReturnValue:
    """The label, the first day and the change note."""
    require(Permission.CATALOGUE_DRAFT)
    row = cataloguing.draft_or_missing()
    form = form or CatalogueForm(formdata=None, obj=row)
    return catalogue_page("catalogue/words.html", further=_to_draft(), draft=row, form=form)


@bp.post("/draft/words")
def draft_words_submit() -> ResponseReturnValue:
    """Keep the label, the first day and the change note."""
    require(Permission.CATALOGUE_DRAFT)
    row, form = cataloguing.draft_or_missing(), CatalogueForm()
    return carry_out(
        form,
        lambda: cataloguing.edit_draft(
            row,
            label=form.label.data,
            valid_from=form.valid_from.day,
            change_note=form.change_note.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("catalogue.draft"),
        done=Message("Saved."),
        page=lambda: draft_words(form),
    )


def _offered(form: WordsForm) -> None:
    form.breakdowns.offer((key, breakdown.name) for key, breakdown in breakdowns().items())


def _words(form: WordsForm) -> queries.Words:
    least = form.min_cell.data
    return queries.Words(
        name=InTwoLanguages(form.name_nl.data, form.name_en.data),
        numerator=InTwoLanguages(form.numerator_nl.data, form.numerator_en.data),
        denominator=InTwoLanguages(form.denominator_nl.data, form.denominator_en.data),
        breakdowns=tuple(form.breakdowns.data or ()),
        min_cell=int(least) if least is not None and least == least.to_integral_value() else 0,
    )


@bp.get("/draft/new-indicator")
def entry_new(form: NewIndicatorForm | None = None) -> ResponseReturnValue:
    """A new indicator for the next version."""
    require(Permission.CATALOGUE_DRAFT)
    cataloguing.draft_or_missing()
    form = form or NewIndicatorForm(formdata=None, min_cell=5)
    _offered(form)
    return catalogue_page("catalogue/entry.html", further=_to_draft(), entry=None, form=form)


@bp.post("/draft/new-indicator")
def entry_new_submit() -> ResponseReturnValue:
    """Keep the new indicator in the draft."""
    require(Permission.CATALOGUE_DRAFT)
    row, form = cataloguing.draft_or_missing(), NewIndicatorForm()
    _offered(form)

    def command() -> CatalogueEntry:
        meaning = Semantics(
            unit=Unit(form.unit.data),
            kind=Kind(form.kind.data),
            period_kind=PeriodKind(form.period_kind.data),
            over_periods=PeriodRule(form.over_periods.data),
            over_alliances=AllianceRule(form.over_alliances.data),
            direction=Direction(form.direction.data),
            counts_people=form.counts_people.data,
            counting=Counting(form.counting.data) if form.counting.data else None,
        )
        return cataloguing.add(row, cataloguing.NewIndicator(meaning, _words(form)), actor=actor())

    return carry_out(
        form,
        command,
        to=lambda entry: url_for("catalogue.draft", _anchor=f"entry-{entry.id}"),
        done=Message("The indicator is in the draft."),
        page=lambda: entry_new(form),
    )


def _entry(entry_id: int) -> CatalogueEntry:
    require(Permission.CATALOGUE_DRAFT)
    return cataloguing.entry_in(cataloguing.draft_or_missing(), entry_id)


@bp.get("/draft/entries/<int:entry_id>")
def entry(entry_id: int, form: WordsForm | None = None) -> ResponseReturnValue:
    """The words of an indicator in the draft."""
    row = _entry(entry_id)
    form = form or WordsForm(formdata=None, obj=row)
    _offered(form)
    return catalogue_page("catalogue/entry.html", further=_to_draft(), entry=row, form=form)


@bp.post("/draft/entries/<int:entry_id>")
def entry_submit(entry_id: int) -> ResponseReturnValue:
    """Keep the words of an indicator in the draft."""
    row, form = _entry(entry_id), WordsForm()
    _offered(form)
    return carry_out(
        form,
        lambda: cataloguing.edit_entry(row, _words(form), version=form.version.data, actor=actor()),
        to=lambda _: url_for("catalogue.draft", _anchor=f"entry-{entry_id}"),
        done=Message("Saved."),
        page=lambda: entry(entry_id, form),
    )


@bp.post("/draft/entries/<int:entry_id>/up")
def entry_up_submit(entry_id: int) -> ResponseReturnValue:
    """Move an indicator one place up."""
    row = _entry(entry_id)
    return _act(lambda: cataloguing.shift(row, up=True, actor=actor()), Message("Moved up."))


@bp.post("/draft/entries/<int:entry_id>/down")
def entry_down_submit(entry_id: int) -> ResponseReturnValue:
    """Move an indicator one place down."""
    row = _entry(entry_id)
    return _act(lambda: cataloguing.shift(row, up=False, actor=actor()), Message("Moved down."))


@bp.post("/draft/entries/<int:entry_id>/drop")
def entry_drop_submit(entry_id: int) -> ResponseReturnValue:
    """Leave an indicator out of the next version."""
    row = _entry(entry_id)
    return _act(lambda: cataloguing.drop(row, actor=actor()), Message("The indicator is left out."))


@bp.post("/draft/put-back/<int:definition_id>")
def put_back_submit(definition_id: int) -> ResponseReturnValue:
    """Take an indicator that was left out or retired into the draft again."""
    require(Permission.CATALOGUE_DRAFT)
    row = cataloguing.draft_or_missing()
    definition = db().get(Definition, definition_id)
    if definition is None or definition.alliance_id is not None:
        raise NotFound(Message("There is nothing at this address."))
    return _act(lambda: cataloguing.put_back(row, definition, actor=actor()), Message("The indicator is in the draft."))


def _act(command: Callable[[], object], done: Message, *, to: str = "catalogue.draft") -> ResponseReturnValue:
    form = ActionForm()
    return carry_out(form, command, to=lambda _: url_for(to), done=done, page=lambda: draft(form))


@bp.get("/draft/discard")
def discard(form: ActionForm | None = None) -> ResponseReturnValue:
    """Throw the draft away, after a question."""
    require(Permission.CATALOGUE_DRAFT)
    row = cataloguing.draft_or_missing()
    form = form or ActionForm(formdata=None)
    return catalogue_page("catalogue/discard.html", further=_to_draft(), draft=row, form=form)


@bp.post("/draft/discard")
def discard_submit() -> ResponseReturnValue:
    """Carry it out."""
    require(Permission.CATALOGUE_DRAFT)
    row, form = cataloguing.draft_or_missing(), ActionForm()
    return carry_out(
        form,
        lambda: cataloguing.discard(row, actor=actor()),
        to=lambda _: url_for("catalogue.index"),
        done=Message("The draft is thrown away."),
        page=lambda: discard(form),
    )


@bp.post("/draft/publish")
def publish_submit() -> ResponseReturnValue:
    """Publish the draft: from now on alliances choose from it."""
    require(Permission.CATALOGUE_DRAFT)
    row = cataloguing.draft_or_missing()
    return _act(
        lambda: cataloguing.publish(row, actor=actor()), Message("The new version is published."), to="catalogue.index"
    )
