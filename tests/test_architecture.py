"""The rules of the house that a tool can check."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from alliance_tracker.config import ROOT
from alliance_tracker.database import Base
from alliance_tracker.web.history_words import SENTENCES
from alliance_tracker.workflow import REGISTER

PACKAGE = ROOT / "alliance_tracker"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

#: Statuses that a lifecycle governs are assigned by `workflow` alone; the first row of a thing names its start.
STATUS_ASSIGNED = re.compile(r"\.(status|phase) = ")
#: Roles are compared in the policy; elsewhere they are only given, listed and shown.
MAY_NAME_ROLES = {
    "actors.py",
    "policy.py",
    "accounts",
    "demo",
    "cli",
    "alliances/people_views.py",
    "impact_reports/filers.py",
    "stappenplan/checks_data.py",
}


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_what_it_is_and_has_one_subject(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.name != "__init__.py" or text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{name(path)} opens without a sentence"
    assert len(text.splitlines()) <= 400, f"{name(path)} has {len(text.splitlines())} lines: split it"


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "workflow.py"], ids=name)
def test_only_the_workflow_assigns_a_status(path: Path) -> None:
    assert not STATUS_ASSIGNED.search(path.read_text("utf-8")), name(path)


def test_roles_are_compared_in_the_policy_alone() -> None:
    for path in MODULES:
        where = name(path)
        if any(where == allowed or where.startswith(f"{allowed}/") for allowed in MAY_NAME_ROLES):
            continue
        assert not re.search(r"\bRole\.[A-Z]", path.read_text("utf-8")), where


def test_nothing_commits_but_the_transaction() -> None:
    for path in MODULES:
        if name(path) != "database.py":
            assert ".commit()" not in path.read_text("utf-8"), name(path)


def test_nothing_reads_the_clock_but_the_database_module() -> None:
    for path in MODULES:
        if name(path) != "database.py":
            assert not re.search(r"datetime\.(now|utcnow)\(|date\.today\(", path.read_text("utf-8")), name(path)


def test_everything_that_can_be_done_has_a_sentence_in_the_history(app: Flask) -> None:
    done = {f"{lifecycle}.start" for lifecycle in REGISTER}
    done |= {f"{lifecycle}.{move}" for lifecycle, workflow in REGISTER.items() for move in workflow.transitions}
    for path in MODULES:
        done |= set(re.findall(r'audit\.record\(\s*"([a-z_.]+)"', path.read_text("utf-8")))
    assert sorted(done - set(SENTENCES)) == []


def test_every_table_is_known_to_the_application(app: Flask) -> None:
    declared = {match for path in MODULES for match in re.findall(r'__tablename__ = "(\w+)"', path.read_text("utf-8"))}
    assert declared - set(Base.metadata.tables) == set()


def test_every_relationship_is_loaded_on_purpose(app: Flask) -> None:
    lazy = {
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise_on_sql"
    }
    assert lazy == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_compiles_has_no_inline_script_or_style_and_trusts_nobody(app: Flask, path: Path) -> None:
    text = path.read_text("utf-8")
    app.jinja_env.get_template(path.relative_to(ROOT / "templates").as_posix())
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text), path
    # What machines read of a page (JSON-LD) is data: no browser runs it.
    assert not re.search(r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json")', text), path
    assert "|safe" not in text.replace(" ", ""), path
    extends = re.search(r'{% extends "([^"]+)" %}', text)
    if extends and path.parent.name != "layouts":
        assert "{% block title" in text, f"{path} has no title"


def test_no_word_of_this_machine_is_in_the_project() -> None:
    for path in [*MODULES, *TEMPLATES, *ROOT.glob("*.txt"), *ROOT.glob("*.toml"), *ROOT.glob("docs/**/*.md")]:
        text = path.read_text("utf-8")
        assert not re.search(r"/(work|root|home)/\w", text), path
        assert "index-url" not in text, path
