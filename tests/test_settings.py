"""Production refuses to start when it would be unsafe."""

from pathlib import Path

import pytest

from alliance_tracker import config

GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 40,
    "BASE_URL": "https://alliantievolger.example.org",
    "TRUSTED_HOSTS": ["alliantievolger.example.org"],
}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"BASE_URL": "http://alliantievolger.example.org"}, "https"),
        ({"TRUSTED_HOSTS": None}, "TRUSTED_HOSTS"),
        ({"DEBUG": True}, "debug"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(tmp_path: Path, change: dict[str, object], word: str) -> None:
    with pytest.raises(config.SettingsRefused, match=word):
        config.load({**GOOD, **change}, tmp_path)


def test_production_has_a_host_cookie_and_no_demonstration(tmp_path: Path) -> None:
    settings = config.load(GOOD, tmp_path)
    assert settings["SESSION_COOKIE_NAME"] == "__Host-alliance"
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["DEMO_ACCOUNTS"] is False


def test_a_local_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    assert config.load({}, tmp_path)["SECRET_KEY"] == config.load({}, tmp_path)["SECRET_KEY"]
    assert len(config.load({}, tmp_path)["SECRET_KEY"]) >= config.MINIMUM_SECRET_LENGTH
