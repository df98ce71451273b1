"""Measuring the main pages beside a bare page of the same size, in one run, at growing numbers of alliances."""

import gc
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, Response
from werkzeug.test import Client

from alliance_tracker.cli import bench_import

PASSWORD = "a-password-for-measuring"  # noqa: S105  # of a database that is thrown away
PAGES = (
    ("home", "/"),
    ("monitor", "/monitor"),
    ("alliances", "/alliances"),
    ("alliance", "/alliances/synthetisch-00005"),
    ("steps", "/alliances/synthetisch-00005/steps"),
    ("log", "/alliances/synthetisch-00005/log"),
    ("goals", "/alliances/synthetisch-00005/goals"),
    ("convenant", "/alliances/synthetisch-00005/convenant"),
    ("commitments", "/alliances/synthetisch-00005/commitments"),
    ("drawing rights", "/alliances/synthetisch-00005/drawing-rights"),
    ("accounts", "/alliances/synthetisch-00005/accounts"),
    ("drawdowns", "/drawdowns"),
    ("frameworks", "/frameworks"),
    ("frameworks, region", "/frameworks/regions/REFREG03"),
    ("frameworks, goal", "/frameworks/strategic-goal/1"),
    ("region", "/regions/REFREG03"),
    ("organisations", "/organisations"),
    ("figures of one", "/alliances/synthetisch-00005/figures"),
    ("totals", "/figures"),
    ("one total", "/figures/reach-participants"),
)


@dataclass
class Timing:
    """The times of one page and of a bare page of its size, in seconds, taken in turn."""

    page: list[float]
    bare: list[float]
    statements: int

    @property
    def ratio(self) -> float:
        return median(own / plain for own, plain in zip(self.page, self.bare, strict=True))


@contextmanager
def installation(url: str, alliances: int) -> Iterator[Flask]:
    """An application with a synthetic portfolio in a database that is thrown away."""
    from alliance_tracker import create_app  # noqa: PLC0415  # the application imports the commands
    from alliance_tracker.accounts import service  # noqa: PLC0415
    from alliance_tracker.cli.operations import migrate  # noqa: PLC0415
    from alliance_tracker.cli.reference_data import load_reference  # noqa: PLC0415
    from alliance_tracker.database import transaction  # noqa: PLC0415
    from alliance_tracker.demo import scale  # noqa: PLC0415
    from alliance_tracker.policy import SYSTEM, Role  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    settings = {
        "DATABASE_URL": url or f"sqlite:///{folder / 'bench.sqlite'}",
        "SECRET_KEY": "measuring" * 5,
        "BASE_URL": "http://localhost",
        "LOG_LEVEL": 40,
    }
    app = create_app(settings, folder)
    try:
        migrate(app.extensions["engine"])
        with app.app_context():
            with transaction():
                load_reference()
                user = service.register(email="bench@example.org", name="Bench", actor=SYSTEM)
                service.set_password(user, PASSWORD, memory_kib=8, actor=SYSTEM)
                service.give_role(user, Role.PROJECT_MANAGER, actor=SYSTEM)
            scale.make(alliances, actor_id=user.id)
        yield app
    finally:
        app.extensions["engine"].dispose()
        shutil.rmtree(folder, ignore_errors=True)


def signed_in(app: Flask) -> Client:
    """A browser that is signed in."""
    client = app.test_client()
    token = client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/login", data={"csrf_token": token, "email": "bench@example.org", "password": PASSWORD})
    return client


def add_bare_page(app: Flask, sizes: dict[str, int]) -> None:
    """A page that looks nothing up but answers as many bytes, behind the same session and headers."""

    def bare(name: str) -> Response:
        return Response("x" * sizes[name], mimetype="text/html")

    app.add_url_rule("/bench/<name>", "bench", bare)


def measure(app: Flask, repeats: int) -> dict[str, Timing]:
    """Each page in turn with a bare page of its size."""
    sizes: dict[str, int] = {}
    add_bare_page(app, sizes)
    client = signed_in(app)
    seen: list[str] = []
    sa.event.listen(app.extensions["engine"], "before_cursor_execute", lambda *args: seen.append(args[2]))
    found: dict[str, Timing] = {}
    for name, path in PAGES:
        first = client.get(path)
        if first.status_code != 200:
            raise click.ClickException(f"{path} answered {first.status_code}")
        sizes[name] = len(first.data)
        found[name] = _measure_one(partial(client.get, path), partial(client.get, f"/bench/{name}"), repeats, seen)
    found["log entry"] = _measure_log(client, sizes, repeats, seen)
    found["enter figures"] = _measure_sheet(client, sizes, repeats, seen)
    return found


def _timed(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _measure_one(page: Callable[[], Any], bare: Callable[[], Any], repeats: int, seen: list[str]) -> Timing:
    for _ in range(3):
        page(), bare()
    seen.clear()
    page()
    statements = len(seen)
    gc.collect()
    pairs = [(_timed(page), _timed(bare)) for _ in range(repeats)]
    return Timing([own for own, _ in pairs], [plain for _, plain in pairs], statements)


def _measure_log(client: Client, sizes: dict[str, int], repeats: int, seen: list[str]) -> Timing:
    """Logging: a post with its audit entry, its summary row and a full synchronisation to disk."""
    address = "/alliances/synthetisch-00005/log/new"
    sizes["log entry"] = len(client.get(address).data)
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]

    def post() -> None:
        data = {"csrf_token": token, "kind": "note", "on": "", "text": "Overleg."}
        from alliance_tracker.database import today  # noqa: PLC0415

        answer = client.post(address, data={**data, "on": today().isoformat()})
        if answer.status_code != 303:
            raise click.ClickException(f"logging answered {answer.status_code}")

    return _measure_one(post, lambda: client.get("/bench/log entry"), repeats, seen)


def _measure_sheet(client: Client, sizes: dict[str, int], repeats: int, seen: list[str]) -> Timing:
    """Saving a sheet: every figure checked, one of them corrected, and the totals of the region counted anew."""
    address = "/alliances/synthetisch-00005/figures"
    sizes["enter figures"] = len(client.get(address).data)
    turns = count(100)

    def post() -> None:
        data = fields_of(client.get(address).text)
        value = next(name for name in data if name.endswith("-value") and data[name])
        data |= {value: str(next(turns)), value.replace("-value", "-reason"): "Hertelling."}
        data |= {name: "" for name in data if ".gender" in name or "-gender" in name}
        began.append(time.perf_counter())
        answer = client.post(address, data=data)
        took.append(time.perf_counter() - began[-1])
        if answer.status_code != 303:
            raise click.ClickException(f"entering figures answered {answer.status_code}")

    began: list[float] = []
    took: list[float] = []
    timing = _measure_one(post, lambda: client.get("/bench/enter figures"), repeats, seen)
    # What counts is the post; fetching the form again came before it.
    return Timing(took[-repeats:], timing.bare, timing.statements)


def fields_of(text: str) -> dict[str, str]:
    """The fields of the sheet as a browser would send them."""
    form = text[text.index("data-sheet") :] if "data-sheet" in text else text
    found = dict(re.findall(r'name="(r[^"]+)" value="([^"]*)"', form))
    found |= dict.fromkeys(re.findall(r'<select name="([^"]+)"', form), "value")
    return found | dict(re.findall(r'name="(csrf_token|submission_key)" value="([^"]*)"', text))


@click.command("bench")
@click.option("--sizes", default="15,150,1500,15000", show_default=True, help="Numbers of alliances.")
@click.option("--repeats", default=15, show_default=True)
@click.option("--import-rows", default=100_000, show_default=True, help="Rows of the import; 0 leaves it out.")
@click.option("--database-url", default="", help="An empty PostgreSQL database; only with one size.")
def bench(sizes: str, repeats: int, import_rows: int, database_url: str) -> None:
    """Print, per page and size, the median time as a multiple of a bare page's, and the statements."""
    numbers = [int(size) for size in sizes.split(",")]
    results: dict[int, dict[str, Timing]] = {}
    imports: list[bench_import.ImportTiming] = []
    for number in numbers:
        with installation(database_url, number) as app:
            results[number] = measure(app, repeats)
            if import_rows and number == numbers[0]:
                imports = bench_import.measure(app, "synthetisch-00005", import_rows)
        click.echo(f"measured at {number} alliances", err=True)
    click.echo(f"{'page':16}" + "".join(f"{number:>12} alliances" for number in numbers) + "   statements")
    for name in next(iter(results.values())):
        cells = "".join(
            f"{results[n][name].ratio:>11.1f}x {median(results[n][name].page) * 1000:>7.1f}ms " for n in numbers
        )
        statements = "/".join(str(results[n][name].statements) for n in numbers)
        click.echo(f"{name:16}{cells}   {statements}")
    for timing in imports:
        click.echo(f"import, {timing}")


GROUPS = (bench,)
