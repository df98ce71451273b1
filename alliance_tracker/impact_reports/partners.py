"""What each core partner says of its own part of the report: signed, refused, or unanswered."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.accountability.models import AccountabilityStatement, StatementAnswer, StatementMethod
from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.impact_reports.material import Material


class AnswerKind(Labelled):
    """How a core partner answers for its own part."""

    SIGNED = "signed", Message("signed")
    REFUSED = "refused", Message("refused")
    UNANSWERED = "unanswered", Message("unanswered")


def answered(kind: AnswerKind, *, by_link: bool) -> Message:
    """The answer in words, with how it came when that was by a link."""
    if not by_link:
        return kind.label
    return Message("signed by link") if kind is AnswerKind.SIGNED else Message("refused by link")


@dataclass(frozen=True)
class Answer:
    """A core partner with the newest account of the year that it signed or refused."""

    organisation_id: int
    name: str
    kind: AnswerKind
    on: date | None = None
    #: The number and the hash of that account, by which anybody finds what was signed.
    version: int | None = None
    sha256: str = ""
    #: What the organisation adds, or why it refuses.
    remark: str = ""
    statement_id: int | None = None
    #: Somebody without an account answered, with a one-time link.
    by_link: bool = False

    @property
    def words(self) -> Message:
        return answered(self.kind, by_link=self.by_link)


def answers_of(material: Material) -> list[Answer]:
    """Each core partner with its answer, by name."""
    core = material.core_partners
    newest = {
        row.organisation_id: row
        for row in db().scalars(
            sa.select(AccountabilityStatement)
            .where(
                AccountabilityStatement.alliance_id == material.alliance.id,
                AccountabilityStatement.year == material.year,
                AccountabilityStatement.organisation_id.in_([partner.organisation_id for partner in core]),
            )
            .order_by(AccountabilityStatement.number)
        )
    }
    return [_answer(partner, newest.get(partner.organisation_id)) for partner in core]


def _answer(partner: Partner, said: AccountabilityStatement | None) -> Answer:
    name = partner.organisation.name
    if said is None:
        return Answer(partner.organisation_id, name, AnswerKind.UNANSWERED)
    kind = AnswerKind.REFUSED if said.answer is StatementAnswer.REFUSED else AnswerKind.SIGNED
    return Answer(
        partner.organisation_id,
        name,
        kind,
        said.signed_on,
        said.number,
        said.sha256,
        said.remark,
        said.id,
        by_link=said.method is StatementMethod.LINK,
    )
