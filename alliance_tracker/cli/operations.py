"""Running and looking after an installation: start, database, audit, mail, backup."""

import os
import threading
import time
from pathlib import Path

import click
import sqlalchemy as sa
from alembic import command as alembic
from alembic.config import Config
from flask import Flask, current_app
from flask.cli import with_appcontext
from waitress import serve

from alliance_tracker import audit, config, outbox, workflow
from alliance_tracker.cli.preparation import needs_tables
from alliance_tracker.database import SQLITE, db


def alembic_config(engine: sa.Engine) -> Config:
    """Alembic's settings, bound to this engine."""
    settings = Config()
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["engine"] = engine
    return settings


def migrate(engine: sa.Engine) -> None:
    """Bring the database to the newest revision."""
    if engine.url.get_backend_name() == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    alembic.upgrade(alembic_config(engine), "head")


@click.group("database")
def database_group() -> None:
    """The database: migrate, check, back up, restore."""


@database_group.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Migrate to the newest revision."""
    migrate(current_app.extensions["engine"])
    click.echo("The database is up to date.")


@database_group.command("check")
@with_appcontext
def check() -> None:
    """Fail when the models and the migrations differ."""
    alembic.check(alembic_config(current_app.extensions["engine"]))


@database_group.command("backup")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Copy the SQLite database to TARGET while it runs. On PostgreSQL use pg_dump."""
    engine: sa.Engine = current_app.extensions["engine"]
    if engine.url.get_backend_name() != "sqlite":
        raise click.ClickException("This database is PostgreSQL: back it up with pg_dump, see docs/production.md.")
    if target.exists():
        raise click.ClickException(f"{target} exists already; nothing was written.")
    with engine.connect() as connection:
        copy = SQLITE.connect(target)
        connection.connection.driver_connection.backup(copy)  # type: ignore[union-attr]
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
        copy.close()
    if sound != "ok":
        raise click.ClickException(f"The copy is not sound: {sound}")
    click.echo(f"Copied to {target} ({target.stat().st_size} bytes), and checked.")


@click.group("audit")
def audit_group() -> None:
    """The audit trail."""


@audit_group.command("verify")
@with_appcontext
@needs_tables
def verify() -> None:
    """Recompute the chain; exit 1 and name the first broken entry when it does not hold."""
    found = audit.verify(db())
    if found.broken_id is not None:
        click.echo(f"Broken at entry {found.broken_id}: it {found.problem}.")
        raise SystemExit(1)
    click.echo(f"{found.entries} entries, unbroken. Anchor to keep elsewhere: {found.anchor}")


@click.group("mail")
def mail_group() -> None:
    """Outgoing mail."""


@mail_group.command("send")
@with_appcontext
@needs_tables
def send() -> None:
    """Send what waits in the outbox; meant for cron, safe to run twice at once."""
    sent = outbox.deliver(outbox.sender(current_app.config))
    click.echo(f"{sent} mails sent.")


@click.command("about")
@with_appcontext
def about() -> None:
    """Which libraries and which database run here."""
    engine: sa.Engine = current_app.extensions["engine"]
    click.echo(f"database: {engine.url.render_as_string(hide_password=True)}")
    click.echo(f"SQLite library: {SQLITE.sqlite_version} ({SQLITE.__name__})")
    click.echo(f"SQLAlchemy: {sa.__version__}")
    click.echo(f"environment: {current_app.config['ENVIRONMENT']}")


@click.command("lifecycle")
@click.argument("name", required=False)
@with_appcontext
def lifecycle(name: str | None) -> None:
    """Print a lifecycle as a Mermaid diagram, or the names of all."""
    click.echo(workflow.REGISTER[name].diagram() if name in workflow.REGISTER else "\n".join(sorted(workflow.REGISTER)))


def keep_sending(app: Flask, seconds: int = 5) -> None:
    """Send mail from a thread of this process; several processes do not send one mail twice at the same moment."""

    def loop() -> None:
        while True:
            with app.app_context():
                try:
                    outbox.deliver(outbox.sender(app.config))
                except Exception:
                    app.logger.exception("sending mail failed")
            time.sleep(seconds)

    threading.Thread(target=loop, daemon=True, name="outbox").start()


def served_at(host: str, port: int) -> str:
    """The address that a browser on this machine opens when the server listens on `host` and `port`."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # every address of it
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


@click.command("start")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--empty", is_flag=True, help="Without the demonstration data: reference data and one administrator.")
@with_appcontext
def start(host: str, port: int, empty: bool) -> None:  # noqa: FBT001  # click passes it
    """Migrate, load what is missing, and serve."""
    from alliance_tracker.cli import loading  # noqa: PLC0415

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # the thread needs the app itself
    if not app.config["BASE_URL_IS_GIVEN"]:
        app.config["BASE_URL"] = served_at(host, port)
    migrate(app.extensions["engine"])
    loading.prepare(empty=empty)
    keep_sending(app)
    click.echo(f"\nThe Alliance tracker runs at {served_at(host, port)}  (Ctrl-C stops it)\n")
    serve(app, host=host, port=port, threads=int(os.environ.get("ALLIANCE_THREADS", "8")), ident=None)


GROUPS = (database_group, audit_group, mail_group, about, lifecycle, start)
