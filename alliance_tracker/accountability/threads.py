"""Reading questions and explanations: the list of an alliance, what waits for a person, and who wrote each post."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.accountability.models import Explanation, ExplanationPost, ExplanationStatus, PostKind
from alliance_tracker.accounts.representing import Voice, voices_of
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Commitment, CommitmentWording, Instalment
from alliance_tracker.database import db
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor

#: Threads on one page.
PAGE = 50


@dataclass(frozen=True)
class Row:
    """A thread in a list."""

    id: int
    slug: str
    alliance: str
    organisation_id: int
    organisation: str
    number: int
    description: str
    year: int
    due_on: date
    status: ExplanationStatus
    opened_on: date
    closed_on: date | None
    posts: int


@dataclass(frozen=True)
class Listing:
    """One page of threads, what waits for an answer first."""

    rows: tuple[Row, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // PAGE))


def listing(alliance_id: int, number: int = 1, organisation_id: int | None = None) -> Listing:
    """The threads of an alliance, or of one organisation in it."""
    where = [Explanation.alliance_id == alliance_id]
    if organisation_id is not None:
        where.append(Explanation.organisation_id == organisation_id)
    total = db().scalar(sa.select(sa.func.count()).select_from(Explanation).where(*where)) or 0
    return Listing(tuple(_rows(*where, limit=PAGE, offset=(number - 1) * PAGE)), total, number)


def of_instalment(instalment_id: int) -> tuple[Row, ...]:
    """All threads on one instalment, for its own page."""
    return tuple(_rows(Explanation.instalment_id == instalment_id, limit=PAGE))


def waiting_for(actor: Actor, limit: int = 20) -> tuple[Row, ...]:
    """The questions that wait for an answer of an organisation that this person represents, the oldest first."""
    own = actor.represented_organisations
    if not own:
        return ()
    return tuple(
        _rows(
            Explanation.status == ExplanationStatus.OPEN,
            Explanation.organisation_id.in_(own),
            policy.visible_alliances(actor, Alliance),
            limit=limit,
        )
    )


def _rows(*where: sa.ColumnElement[bool], limit: int, offset: int = 0) -> list[Row]:
    rank = sa.case(
        (Explanation.status == ExplanationStatus.OPEN, 0),
        (Explanation.status == ExplanationStatus.ANSWERED, 1),
        else_=2,
    )
    posts = (
        sa.select(sa.func.count())
        .select_from(ExplanationPost)
        .where(ExplanationPost.explanation_id == Explanation.id)
        .scalar_subquery()
    )
    rows = db().execute(
        sa.select(
            Explanation.id,
            Alliance.slug,
            Alliance.name,
            Explanation.organisation_id,
            Organisation.name,
            Commitment.number,
            CommitmentWording.description,
            Instalment.year,
            Instalment.due_on,
            Explanation.status,
            Explanation.opened_on,
            Explanation.closed_on,
            posts,
        )
        .join(Alliance, Alliance.id == Explanation.alliance_id)
        .join(Organisation, Organisation.id == Explanation.organisation_id)
        .join(Instalment, Instalment.id == Explanation.instalment_id)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .where(*where)
        .order_by(rank, sa.case((rank == 0, Explanation.id), else_=-Explanation.id))
        .limit(limit)
        .offset(offset)
    )
    return [Row(*tuple(row)) for row in rows]


@dataclass(frozen=True)
class Post:
    """One post as people read it: who wrote it, in whose name, and whether that was for want of a representative."""

    kind: PostKind
    text: str
    at: datetime
    author: str
    organisation: str
    #: The coordinator answered, because nobody spoke for the organisation then.
    stands_in: bool


def running_in(alliance_id: int) -> dict[int, int]:
    """The thread that is not closed, by its instalment; one statement."""
    found = sa.select(Explanation.instalment_id, Explanation.id).where(
        Explanation.alliance_id == alliance_id, Explanation.status != ExplanationStatus.CLOSED
    )
    return dict(db().execute(found).all())


def posts_of(thread: Explanation) -> tuple[Post, ...]:
    """The posts of a thread, the first one first; three statements."""
    answering = {post.organisation_id for post in thread.posts if post.organisation_id is not None}
    names: dict[int, str] = {}
    if answering:
        found = db().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(answering)))
        names = {number: name for number, name in found}  # noqa: C416  # rows are not pairs to mypy
    people = audit.names_of({post.author_id for post in thread.posts})
    spoke = {number: voices_of(number, {post.author_id for post in thread.posts}) for number in answering}
    return tuple(_told(post, names, people, spoke) for post in thread.posts)


def _told(post: ExplanationPost, names: dict[int, str], people: dict[int, str], spoke: dict[int, list[Voice]]) -> Post:
    number = post.organisation_id
    own = number is None or any(v.user_id == post.author_id and v.spoke_at(post.at) for v in spoke[number])
    return Post(
        post.kind,
        post.text,
        post.at,
        people.get(post.author_id, ""),
        names.get(number, "") if number is not None else "",
        not own,
    )
