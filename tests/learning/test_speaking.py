"""Who speaks to the network: alliances, not what is still proposed."""

import pytest
from flask import Flask

from alliance_tracker.database import transaction
from alliance_tracker.errors import Refused
from alliance_tracker.learning import service as signals
from alliance_tracker.policy import SYSTEM
from tests.builders import make_alliance, make_signal


def test_an_initiative_does_not_speak_before_it_is_accepted(context: Flask) -> None:
    signal, initiative = make_signal(make_alliance()), make_alliance(accepted_on=None)
    with pytest.raises(Refused):
        make_signal(initiative)
    with pytest.raises(Refused), transaction():
        signals.support(signal, initiative, words="Bij ons ook.", actor=SYSTEM)
