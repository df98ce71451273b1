"""The ways in which the domain says no; each carries a sentence for the user, none knows about HTTP."""

from collections.abc import Sequence
from typing import Any


class DomainError(Exception):
    """Something that the rules of the domain refuse; `sentence` is shown to the user as it is."""

    def __init__(self, sentence: Any = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(DomainError):
    """The actor may see the thing but not do this with it."""


class NotFound(DomainError):
    """There is no such thing, or this actor may not know that it exists."""


class Refused(DomainError):
    """A rule of the domain forbids the command as it was given."""


class FieldRefused(Refused):
    """One field of a form holds something that only the database or the domain could judge.

    `field` is the name of the form's field beside which the sentence belongs.
    """

    def __init__(self, field: str, sentence: Any) -> None:
        super().__init__(sentence)
        self.field = field


class TransitionRefused(Refused):
    """A lifecycle does not allow this move; `obstacles` are the sentences that say why."""

    def __init__(self, sentence: Any, obstacles: Sequence[Any] = ()) -> None:
        super().__init__(sentence)
        self.obstacles = tuple(obstacles)

    def __str__(self) -> str:
        return " ".join([str(self.sentence), *(str(o) for o in self.obstacles)])


class EditConflict(DomainError):
    """Somebody else changed the row since this form was drawn; `subject` is the row as it stands now."""

    def __init__(self, subject: Any, drawn_from: int) -> None:
        super().__init__()
        self.subject = subject
        self.drawn_from = drawn_from
