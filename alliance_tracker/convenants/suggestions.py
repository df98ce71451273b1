"""Texts that a first draft may start with: in common words, to be kept, changed or taken out by the parties."""

from alliance_tracker.i18n import Message

AMENDMENT = Message(
    "The parties can change this convenant together, by an addendum that every party signs that is required to sign. "
    "Until then the present text stays in force. A partner that joins later signs a rider."
)
SUSPENSION = Message(
    "If a party cannot keep a commitment for a while, it says so at once, with the reason and with a new date. "
    "VLAIO can suspend payments while a question about a late commitment remains unanswered for more than 30 days."
)
RECOVERY = Message(
    "Money that was not used for the agreed purpose is paid back within 60 days after VLAIO has asked for it in "
    "writing. Before that, VLAIO hears the party concerned."
)
TERMINATION = Message(
    "VLAIO or the partners together can end this convenant by a reasoned letter, with a notice of three months. "
    "What was delivered and approved before that day remains due."
)

#: The suggestion for each clause, by the column that holds it.
CLAUSES = {
    "amendment": AMENDMENT,
    "suspension": SUSPENSION,
    "recovery": RECOVERY,
    "termination": TERMINATION,
}
