"""The Alliance tracker: each local STEM alliance in Flanders, through the stappenplan and the rollout phases."""

import gc
from pathlib import Path
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from alliance_tracker import cli, config, database, extensions, translations
from alliance_tracker.accountability import (
    explanation_views,
    link_views,
    organisation_views,
    statement_views,
    statements,
)
from alliance_tracker.accountability import succession_views as estate_views
from alliance_tracker.accountability import templating as accountability_templating
from alliance_tracker.accountability import views as accountability_views
from alliance_tracker.accounts import admin_views
from alliance_tracker.accounts import views as account_views
from alliance_tracker.activities import bearings
from alliance_tracker.activities import views as log_views
from alliance_tracker.alliances import estate, partner_views, people_views, succession_views
from alliance_tracker.alliances import lifecycle as alliance_lifecycle
from alliance_tracker.alliances import names as partner_names
from alliance_tracker.alliances import views as alliance_views
from alliance_tracker.api import views as api_views
from alliance_tracker.commitments import answer_views as commitment_answer_views
from alliance_tracker.commitments import bearings as commitment_bearings
from alliance_tracker.commitments import deciding_views as commitment_deciding_views
from alliance_tracker.commitments import names as commitment_names
from alliance_tracker.commitments import views as commitment_views
from alliance_tracker.communications import views as communication_views
from alliance_tracker.convenants import (
    agreement_views,
    changing_views,
    document_views,
    draft_views,
    signatures,
    signing_views,
)
from alliance_tracker.convenants import commitment_views as convenant_commitment_views
from alliance_tracker.convenants import ending as convenant_ending
from alliance_tracker.convenants import names as convenant_names
from alliance_tracker.convenants import views as convenant_views
from alliance_tracker.drawing_rights import cofinancing
from alliance_tracker.drawing_rights import names as drawing_right_names
from alliance_tracker.drawing_rights import views as drawing_right_views
from alliance_tracker.drawing_rights import waiting_views as drawdown_views
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.exchange import views as exchange_views
from alliance_tracker.frameworks import views as framework_views
from alliance_tracker.goals import needs_views
from alliance_tracker.goals import panels as goal_panels
from alliance_tracker.goals import purposes as goal_purposes
from alliance_tracker.goals import queries as goal_queries
from alliance_tracker.goals import views as goal_views
from alliance_tracker.impact_reports import milestone as report_milestone
from alliance_tracker.impact_reports import version_views as report_version_views
from alliance_tracker.impact_reports import views as report_views
from alliance_tracker.impact_reports import year_views as reporting_views
from alliance_tracker.indicators import catalogue_drafts, catalogue_views, computed, deriving, measuring_views
from alliance_tracker.indicators import templating as figure_templating
from alliance_tracker.indicators import views as indicator_views
from alliance_tracker.learning import alliance_views as alliance_signal_views
from alliance_tracker.learning import answer_views, topics
from alliance_tracker.learning import views as signal_views
from alliance_tracker.monitoring import alliance_views as dossier_views
from alliance_tracker.monitoring import figure_views as totals_views
from alliance_tracker.monitoring import framework_views as framework_dossier
from alliance_tracker.monitoring import goal_sections
from alliance_tracker.monitoring import region_panel as region_dossier
from alliance_tracker.monitoring import views as monitoring_views
from alliance_tracker.organisations import panels as organisation_panels
from alliance_tracker.organisations import views as register_views
from alliance_tracker.pilots import profile as pilot_profile
from alliance_tracker.pilots import purposes as pilot_purposes
from alliance_tracker.pilots import reach_views as pilot_reach_views
from alliance_tracker.pilots import running_views as pilot_running_views
from alliance_tracker.pilots import views as pilot_views
from alliance_tracker.public import report_views as public_report_views
from alliance_tracker.public import views as public_views
from alliance_tracker.regions import names as place_names
from alliance_tracker.regions import panels
from alliance_tracker.regions import views as region_views
from alliance_tracker.rollout import bearings as rollout_bearings
from alliance_tracker.rollout import checks as rollout_checks
from alliance_tracker.rollout import names as milestone_names
from alliance_tracker.rollout import programme_views, region_panel
from alliance_tracker.rollout import topics as rollout_topics
from alliance_tracker.rollout import views as phase_views
from alliance_tracker.stappenplan import bearings as plan_bearings
from alliance_tracker.stappenplan import names as plan_names
from alliance_tracker.stappenplan import plan_views
from alliance_tracker.stappenplan import views as step_views
from alliance_tracker.web import history_names, navigation, requests, templating

__version__ = "0.1.0"


class RowNumber(IntegerConverter):
    """The number of a row in an address; one that no database can hold is no address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def create_app(overrides: dict[str, Any] | None = None, instance: Path | None = None) -> Flask:
    """The application with its settings; `instance` is where the local database and secret live.

    :raise config.SettingsRefused: the settings are unsafe for production.
    """
    instance = instance or config.ROOT / "instance"
    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        instance_path=str(instance),
        static_folder=str(Path(__file__).parent / "static"),
    )
    app.config.update(config.load(overrides, instance))
    app.url_map.converters["int"] = RowNumber
    app.extensions["engine"] = database.make_engine(app.config["DATABASE_URL"])
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    translations.compile_stale()
    extensions.babel.init_app(app, locale_selector=requests.select_locale)
    extensions.csrf.init_app(app)
    requests.init_app(app)
    templating.init_app(app)
    navigation.init_app(app)
    figure_templating.init_app(app)
    accountability_templating.init_app(app)
    account_views.init_app(app)
    for views in BLUEPRINTS:
        app.register_blueprint(views.bp)
    cli.init_app(app)

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        """Whether the application serves and its database answers."""
        database.db().connection().exec_driver_sql("SELECT 1")
        return {"status": "ok", "version": __version__}

    if not app.testing:  # tests make many: each would keep for ever what the one before it left behind
        # What was made until here lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
    return app


#: Modules with a blueprint. Those that add routes to another's (`EXTENDING`) are imported before it is registered.
BLUEPRINTS: tuple[Any, ...] = (
    account_views,
    accountability_views,
    admin_views,
    alliance_views,
    api_views,
    catalogue_views,
    commitment_views,
    communication_views,
    convenant_views,
    drawdown_views,
    drawing_right_views,
    evidence_views,
    exchange_views,
    framework_views,
    goal_views,
    indicator_views,
    link_views,
    log_views,
    measuring_views,
    monitoring_views,
    organisation_views,
    register_views,
    phase_views,
    pilot_views,
    plan_views,
    programme_views,
    public_views,
    region_views,
    report_version_views,
    report_views,
    reporting_views,
    signal_views,
    step_views,
    succession_views,
    totals_views,
)
EXTENDING = (
    agreement_views,
    alliance_signal_views,
    answer_views,
    catalogue_drafts,
    commitment_answer_views,
    commitment_deciding_views,
    changing_views,
    convenant_commitment_views,
    document_views,
    dossier_views,
    draft_views,
    estate_views,
    explanation_views,
    framework_dossier,
    needs_views,
    partner_views,
    people_views,
    pilot_reach_views,
    pilot_running_views,
    public_report_views,
    signing_views,
    statement_views,
)

# What a lower page shows of a higher package, and what it must ask there.
alliance_lifecycle.register(convenant_ending.hindrances)
panels.register(region_dossier.panel)
panels.register(region_panel.panel)
bearings.register(plan_bearings.of_alliance)
bearings.register(rollout_bearings.of_alliance)
bearings.register(commitment_bearings.of_alliance)
goal_panels.register(goal_sections.INDICATORS)
goal_panels.register(goal_sections.PILOTS)
goal_panels.register(goal_sections.COMMITMENTS)
rollout_checks.register("report_approved", report_milestone.report_approved)
computed.register(deriving.figures_of, deriving.SOURCES)
computed.register(cofinancing.figures_of, {cofinancing.COFINANCING: cofinancing.SOURCE})

estate.register(estate_views.ESTATE)
evidence.register(signatures.PROVEN, signatures.hold)
evidence.register(statements.PROVEN, statements.hold)
organisation_panels.register(organisation_views.link_of)
history_names.name_values("goal_tag", "key", goal_queries.words_of_key)
history_names.name_values("pilot_tag", "key", pilot_profile.words_of_key)
history_names.name_values("monitor_figure", "value", framework_views.percent_of)
pilot_purposes.register(goal_purposes.of_alliance)
topics.register(rollout_topics.preconditions)
for names in (
    place_names,
    partner_names,
    plan_names,
    milestone_names,
    commitment_names,
    convenant_names,
    drawing_right_names,
):
    names.register()
