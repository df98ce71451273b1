"""The words of the history for accounts: questions, signed accounts of a year, and who takes something over."""

from alliance_tracker.i18n import Message

#: See `history_words.SENTENCES`.
SENTENCES: dict[str, Message] = {
    "accountability_statement.by_link": Message(
        "%(organisation)s answered for its account of %(year)s by a one-time link"
    ),
    "statement_link.sent": Message("%(who)s sent a one-time link to sign the account of %(organisation)s"),
    "statement_link.withdrawn": Message("%(who)s withdrew a one-time link"),
    "accountability_statement.recorded": Message(
        "%(who)s recorded the account of %(year)s that %(organisation)s signed on paper (version %(number)s)"
    ),
    "accountability_statement.refused": Message(
        "%(organisation)s refused to sign its account of %(year)s (version %(number)s); recorded by %(who)s"
    ),
    "accountability_statement.signed": Message(
        "%(organisation)s signed its account of %(year)s (version %(number)s), through %(who)s"
    ),
    "explanation.start": Message("%(who)s opened a question to %(organisation)s"),
    "explanation.answer": Message("%(organisation)s answered a question; written by %(who)s"),
    "explanation.ask_on": Message("%(who)s asked %(organisation)s on"),
    "explanation.close": Message("%(who)s closed a question to %(organisation)s"),
    "instalment.inherited": Message(
        "%(who)s decided that %(heir)s takes over commitment %(commitment)s for %(year)s from %(former)s"
    ),
    "instalment.passed_on": Message(
        "The new text lets %(heir)s bear commitment %(commitment)s for %(year)s in the place of %(former)s"
    ),
    "instalment.let_end": Message(
        "%(who)s decided that commitment %(commitment)s for %(year)s ends with %(former)s, without an heir"
    ),
}

#: See `history_words.WITH`.
WITH: dict[str, tuple[tuple[str, Message], ...]] = {
    "explanation.answer": (
        (
            "unasked",
            Message(
                "%(organisation)s explained commitment %(commitment)s for %(year)s before anybody asked; written by "
                "%(who)s"
            ),
        ),
        (
            "commitment",
            Message(
                "%(organisation)s answered a question on commitment %(commitment)s for %(year)s; written by %(who)s"
            ),
        ),
    ),
    "explanation.ask_on": (
        ("commitment", Message("%(who)s asked %(organisation)s on about commitment %(commitment)s for %(year)s")),
    ),
    "explanation.close": (
        (
            "commitment",
            Message("%(who)s closed the question to %(organisation)s on commitment %(commitment)s for %(year)s"),
        ),
    ),
}

#: See `history_words.FIELDS`.
ROWS: dict[str, Message] = {}

FIELDS: dict[str, Message] = {
    "closed_on": Message("closed on"),
    "explained_on": Message("explained on"),
    "explanation.organisation_id": Message("asked to"),
    "instalment.organisation_id": Message("borne by"),
    "opened_on": Message("opened on"),
    "signed_on": Message("signed on"),
    "waive_reason": Message("why it was waived"),
    "waived_on": Message("waived on"),
}
