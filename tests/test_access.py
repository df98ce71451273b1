"""Who gets what at every address: the table below is written by hand from the roles in the product's description.

A visitor who may not know of a thing gets 404 as if there were none; who may see it but not do this gets 403. Posts
send an empty form with a valid token: who may do it is told what is missing (422) or, where a button is all, led on
(303).
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from alliance_tracker import create_app
from alliance_tracker.audit import AuditEntry
from alliance_tracker.database import db, today
from tests.access_network import PDF, VISITORS, Network, build
from tests.conftest import SETTINGS

# `in` is the way to the sign-in page, `ok` whatever the row says that comes of it.
CATEGORIES = {
    #                            nobody  no role adm.    manager coord.  other c report  other r repres. other r obs.
    "anyone":                   "ok      ok      ok      ok      ok      ok      ok      ok      ok      ok      ok",
    "signed in":                "in      ok      ok      ok      ok      ok      ok      ok      ok      ok      ok",
    "administrator":            "in      403     ok      403     403     403     403     403     403     403     403",
    "project manager":          "in      403     403     ok      403     403     403     403     403     403     403",
    "reads everything":         "in      403     ok      ok      403     403     403     403     403     403     ok",
    "sees the alliance":        "in      404     ok      ok      ok      404     ok      404     ok      404     ok",
    "nobody finds it":          "in      404     404     404     404     404     404     404     404     404     404",
    "coordinates":              "in      404     403     403     ok      404     403     404     403     404     403",
    "coordinates or manages":   "in      404     403     ok      ok      404     403     404     403     404     403",
    "appoints":                 "in      404     ok      ok      ok      404     403     404     403     404     403",
    "manages what it sees":     "in      404     403     ok      403     404     403     404     403     404     403",
    "works in the alliance":    "in      404     403     ok      ok      404     403     404     ok      404     403",
    "tries out the plan":       "in      404     403     ok      ok      404     ok      404     ok      404     403",
    "speaks for the alliance":  "in      404     403     403     ok      404     ok      404     ok      404     403",
    "its alliance may speak":   "in      403     403     403     ok      403     ok      403     ok      403     403",
    "speaks for an alliance":   "in      403     403     403     ok      ok      ok      ok      ok      ok      403",
    "bears it or coordinates":  "in      404     403     403     ok      404     403     404     ok      404     403",
    "answers for another":      "in      404     403     ok      ok      404     403     404     403     404     403",
    "wrote it or coordinates":  "in      404     403     403     ok      404     403     404     ok      404     403",
    "signs for its own":        "in      404     403     403     403     404     403     404     ok      404     403",
    "brings in organisations":  "in      403     ok      ok      ok      ok      403     403     403     403     403",
    "keeps the organisation":   "in      403     ok      ok      ok      ok      403     403     ok      403     403",
    "decides on organisations": "in      403     ok      ok      403     403     403     403     403     403     403",
    "takes part or directs":    "in      404     403     ok      ok      404     ok      404     403     404     403",
    "speaks for the bearer":    "in      404     403     403     403     404     403     404     ok      404     403",
    "takes part, not VLAIO":    "in      404     403     403     ok      404     ok      404     ok      404     403",
    "files the report":         "in      404     403     403     ok      404     ok      404     403     404     403",
    "reports for the region":   "in      404     403     403     403     404     ok      404     403     404     403",
    "files it or reads it":     "in      404     403     ok      ok      404     ok      404     403     404     403",
    "owner (no role)":          "in      ok      404     404     404     404     404     404     404     404     404",
    "token":                    "401     ok      ok      ok      ok      ok      ok      ok      ok      ok      ok",
    "token, sees the alliance": "401     404     ok      ok      ok      404     ok      404     ok      404     ok",
    "token, works in it":       "401     404     403     ok      ok      404     403     404     ok      404     403",
    "token, coordinates":       "401     404     403     ok      ok      404     403     404     403     404     403",
    "token, bears or leads":    "401     404     403     403     ok      404     403     404     ok      404     403",
    "token, answers":           "401     404     403     ok      ok      404     403     404     403     404     403",
}  # fmt: skip

HOURS = {"indicator": "reach-participants", "period": 2026, "value": "12"}
DELIVERED = {"on": "2026-02-01", "quantity": "1"}
NOTE = {"kind": "note", "on": "2026-02-01", "text": "Overleg."}


class Row(NamedTuple):
    """One endpoint at one address, for whom it is, and what comes of it for them."""

    endpoint: str
    path: str
    category: str
    ok: int = 0
    data: dict[str, Any] | None = None

    @property
    def method(self) -> str:
        return "POST" if self.endpoint.endswith("_submit") or self.endpoint in POSTED else "GET"

    @property
    def expected(self) -> dict[str, int]:
        ok = self.ok or (422 if self.method == "POST" else 200)
        meanings = {"ok": ok, "in": 303}
        words = CATEGORIES[self.category].split()
        return {v: meanings.get(word) or int(word) for v, word in zip(VISITORS, words, strict=True)}


#: Where a draft, an offer and what is in force stand.
CONVENANT = "/alliances/{slug}/convenant"
DRAFT, OFFERED, ACTIVE = (f"{CONVENANT}/versions/{{{name}}}" for name in ("draft_id", "offered_id", "active_id"))
#: A delivery of the representative's organisation, logged by the representative.
DELIVERY = "/alliances/{slug}/commitments/deliveries/{delivery_id}"

REPORTS = "/alliances/{slug}/reports"
NO_VERSION = {"version": "geen getal"}

POSTED = {"accounts.sign_out", "api.answer_delivery", "api.deliver", "api.log_entry", "api.measurement"}

ALL: list[Row] = [
    # Before signing in, and one's own account
    Row("healthz", "/healthz", "anyone"),
    Row("public.index", "/public", "anyone"),
    Row("public.accessibility", "/public/accessibility", "anyone"),
    Row("public.privacy", "/public/privacy", "anyone"),
    Row("accounts.sign_in_submit", "/login", "anyone"),
    Row("accounts.forgotten", "/password/forgotten", "anyone"),
    Row("accounts.forgotten_submit", "/password/forgotten", "anyone"),
    Row("accounts.accept", "/welcome/{welcome}", "anyone"),
    Row("accounts.accept", "/welcome/geraden", "anyone", 410),
    Row("accounts.accept_submit", "/welcome/{welcome}", "anyone"),
    Row("accounts.accept_submit", "/welcome/geraden", "anyone", 410),
    Row("accounts.sign_out", "/logout", "signed in", 303),
    Row("accounts.account", "/account", "signed in"),
    Row("accounts.account_submit", "/account", "signed in"),
    Row("accounts.password", "/account/password", "signed in"),
    Row("accounts.password_submit", "/account/password", "signed in"),
    Row("accounts.own_data", "/account/data", "signed in"),
    Row("accounts.language_submit", "/account/language", "signed in", 303),
    Row("accounts.token", "/account/tokens/new", "signed in"),
    Row("accounts.token_submit", "/account/tokens/new", "signed in"),
    Row("accounts.revoke_submit", "/account/tokens/{token_id}/revoke", "owner (no role)", 303),
    # Administration
    Row("admin.people", "/admin/people", "administrator"),
    Row("admin.invite", "/admin/people/new", "administrator"),
    Row("admin.invite_submit", "/admin/people/new", "administrator"),
    Row("admin.mail", "/admin/mail", "administrator"),
    Row("admin.person", "/admin/people/{user_id}", "administrator"),
    Row("admin.person_submit", "/admin/people/{user_id}", "administrator"),
    Row("admin.role_submit", "/admin/people/{user_id}/roles", "administrator"),
    Row("admin.end_role_submit", "/admin/roles/{user_grant_id}/end", "administrator", 303),
    Row("admin.invite_again_submit", "/admin/people/{invited_id}/invite", "administrator", 303),
    Row("admin.invite_again_submit", "/admin/people/{user_id}/invite", "administrator", 422),
    Row("admin.disable_submit", "/admin/people/{user_id}/disable", "administrator", 303),
    Row("admin.enable_submit", "/admin/people/{user_id}/enable", "administrator", 303),
    Row("admin.remove_submit", "/admin/people/{user_id}/remove", "administrator", 303),
    # The network as a whole
    Row("monitoring.home", "/", "signed in"),
    Row("monitoring.monitor", "/monitor", "reads everything"),
    Row("regions.index", "/regions", "signed in"),
    Row("regions.show", "/regions/REFREG03", "signed in"),
    Row("regions.follow", "/regions/REFREG03/follow-up", "project manager"),
    Row("regions.follow_submit", "/regions/REFREG03/follow-up", "project manager"),
    Row("programme.index", "/programme", "signed in"),
    Row("programme.conversations", "/programme/conversations", "signed in"),
    Row("programme.milestone", "/programme/milestones/vvsg-day", "signed in"),
    Row("programme.milestone", "/programme/milestones/region-conversation/REFREG03", "signed in"),
    Row("programme.milestone_submit", "/programme/milestones/vvsg-day", "project manager"),
    Row("programme.milestone_submit", "/programme/milestones/region-conversation/REFREG03", "project manager"),
    Row("programme.evidence_submit", "/programme/milestones/vvsg-day/evidence", "project manager"),
    Row("programme.evidence_submit", "/programme/milestones/region-conversation/REFREG03/evidence", "project manager"),
    Row("programme.action", "/programme/actions/shared-goals", "project manager"),
    Row("programme.action_submit", "/programme/actions/shared-goals", "project manager"),
    Row("programme.phase", "/programme/phases/B", "project manager"),
    Row("programme.phase_submit", "/programme/phases/B", "project manager"),
    # The signals of the network
    Row("signals.index", "/signals", "signed in"),
    Row("signals.similar", "/signals/similar?title=signaal", "signed in"),
    Row("signals.show", "/signals/{signal_id}", "signed in"),
    Row("signals.edit", "/signals/{signal_id}/edit", "its alliance may speak"),
    Row("signals.edit_submit", "/signals/{signal_id}/edit", "its alliance may speak"),
    Row("signals.support_submit", "/signals/{signal_id}/support", "speaks for an alliance"),
    Row("signals.answer_submit", "/signals/{signal_id}/answer", "project manager"),
    Row("signals.merge", "/signals/{signal_id}/merge", "project manager"),
    Row("signals.merge_submit", "/signals/{signal_id}/merge", "project manager"),
    # The stappenplan itself
    Row("plans.index", "/stappenplan", "signed in"),
    Row("plans.version", "/stappenplan/versions/2026-x", "signed in"),
    Row("plans.flag_list", "/stappenplan/flags", "project manager"),
    Row("plans.flag", "/stappenplan/flags/{flag_id}", "project manager"),
    Row("plans.flag_submit", "/stappenplan/flags/{flag_id}", "project manager"),
    Row("plans.draft", "/stappenplan/draft", "project manager"),
    Row("plans.begin_submit", "/stappenplan/draft/new", "project manager"),
    Row("plans.draft_words", "/stappenplan/draft/words", "project manager"),
    Row("plans.draft_words_submit", "/stappenplan/draft/words", "project manager"),
    Row("plans.draft_step", "/stappenplan/draft/steps/{draft_step_id}", "project manager"),
    Row("plans.draft_step_submit", "/stappenplan/draft/steps/{draft_step_id}", "project manager"),
    Row("plans.draft_criterion_new", "/stappenplan/draft/steps/{draft_step_id}/new", "project manager"),
    Row("plans.draft_criterion_new_submit", "/stappenplan/draft/steps/{draft_step_id}/new", "project manager"),
    Row("plans.draft_criterion", "/stappenplan/draft/criteria/{draft_criterion_id}", "project manager"),
    Row("plans.draft_criterion_submit", "/stappenplan/draft/criteria/{draft_criterion_id}", "project manager"),
    Row("plans.criterion_up_submit", "/stappenplan/draft/criteria/{draft_criterion_id}/up", "project manager", 303),
    Row("plans.criterion_down_submit", "/stappenplan/draft/criteria/{draft_criterion_id}/down", "project manager", 303),
    Row("plans.criterion_drop_submit", "/stappenplan/draft/criteria/{draft_criterion_id}/drop", "project manager", 303),
    Row("plans.discard", "/stappenplan/draft/discard", "project manager"),
    Row("plans.discard_submit", "/stappenplan/draft/discard", "project manager"),
    Row("plans.publish_submit", "/stappenplan/draft/publish", "project manager"),
    # The catalogue of indicators
    Row("catalogue.index", "/catalogue", "signed in"),
    Row("catalogue.version", "/catalogue/versions/2025-05", "signed in"),
    Row("catalogue.changes", "/catalogue/versions/2025-05/changes", "nobody finds it"),
    Row("catalogue.begin_submit", "/catalogue/draft/new", "project manager"),
    Row("catalogue.draft", "/catalogue/draft", "project manager"),
    Row("catalogue.draft_words", "/catalogue/draft/words", "project manager"),
    Row("catalogue.draft_words_submit", "/catalogue/draft/words", "project manager"),
    Row("catalogue.entry_new", "/catalogue/draft/new-indicator", "project manager"),
    Row("catalogue.entry_new_submit", "/catalogue/draft/new-indicator", "project manager"),
    Row("catalogue.entry", "/catalogue/draft/entries/{catalogue_entry_id}", "project manager"),
    Row("catalogue.entry_submit", "/catalogue/draft/entries/{catalogue_entry_id}", "project manager"),
    Row("catalogue.entry_up_submit", "/catalogue/draft/entries/{catalogue_entry_id}/up", "project manager", 303),
    Row("catalogue.entry_down_submit", "/catalogue/draft/entries/{catalogue_entry_id}/down", "project manager", 303),
    Row("catalogue.entry_drop_submit", "/catalogue/draft/entries/{catalogue_entry_id}/drop", "project manager", 303),
    Row("catalogue.put_back_submit", "/catalogue/draft/put-back/{definition_id}", "project manager"),
    Row("catalogue.discard", "/catalogue/draft/discard", "project manager"),
    Row("catalogue.discard_submit", "/catalogue/draft/discard", "project manager", 303),
    Row("catalogue.publish_submit", "/catalogue/draft/publish", "project manager"),
    # Organisations
    Row("organisations.index", "/organisations", "signed in"),
    Row("organisations.search", "/organisations/search?q=be", "signed in"),
    Row("organisations.show", "/organisations/{organisation_id}", "signed in"),
    Row("organisations.create", "/organisations/new", "brings in organisations"),
    Row("organisations.create_submit", "/organisations/new", "brings in organisations"),
    Row("organisations.edit", "/organisations/{organisation_id}/edit", "keeps the organisation"),
    Row("organisations.edit_submit", "/organisations/{organisation_id}/edit", "keeps the organisation"),
    Row("organisations.rename", "/organisations/{organisation_id}/rename", "decides on organisations"),
    Row("organisations.rename_submit", "/organisations/{organisation_id}/rename", "decides on organisations"),
    Row("organisations.reopen_submit", "/organisations/{closed_id}/reopen", "decides on organisations"),
    Row("succession.close", "/organisations/{organisation_id}/close", "decides on organisations"),
    Row("succession.close_submit", "/organisations/{organisation_id}/close", "decides on organisations"),
    Row("succession.merge", "/organisations/{organisation_id}/merge", "decides on organisations"),
    Row("succession.merge_submit", "/organisations/{organisation_id}/merge", "decides on organisations"),
    # Alliances: proposing, reading, changing
    Row("alliances.index", "/alliances", "signed in"),
    Row("alliances.propose", "/alliances/new", "signed in"),
    Row("alliances.propose_submit", "/alliances/new", "signed in"),
    Row("alliances.show", "/alliances/{slug}", "sees the alliance"),
    Row("alliances.history", "/alliances/{slug}/history", "sees the alliance"),
    Row("alliances.edit", "/alliances/{slug}/edit", "coordinates or manages"),
    Row("alliances.edit_submit", "/alliances/{slug}/edit", "coordinates or manages"),
    Row("alliances.area", "/alliances/{slug}/area", "coordinates or manages"),
    Row("alliances.area_submit", "/alliances/{slug}/area", "coordinates or manages"),
    Row("alliances.accept", "/alliances/{slug}/accept", "manages what it sees"),
    Row("alliances.accept_submit", "/alliances/{slug}/accept", "manages what it sees"),
    Row("alliances.pause", "/alliances/{slug}/pause", "coordinates or manages"),
    Row("alliances.pause_submit", "/alliances/{slug}/pause", "coordinates or manages"),
    Row("alliances.end", "/alliances/{slug}/end", "manages what it sees"),
    Row("alliances.end_submit", "/alliances/{slug}/end", "manages what it sees"),
    Row("alliances.trial_submit", "/alliances/{slug}/trial", "manages what it sees", 303),
    Row("phases.resume", "/alliances/{paused}/resume", "coordinates or manages"),
    Row("phases.resume", "/alliances/{slug}/resume", "coordinates or manages", 409),
    Row("phases.resume_submit", "/alliances/{paused}/resume", "coordinates or manages"),
    Row("phases.resume_submit", "/alliances/{slug}/resume", "coordinates or manages", 409),
    # Alliances: people, mandate, partners
    Row("alliances.people", "/alliances/{slug}/people", "sees the alliance"),
    Row("alliances.people_submit", "/alliances/{slug}/people", "appoints"),
    Row("alliances.end_coordinator_submit", "/alliances/{slug}/people/{grant_id}/end", "appoints", 303),
    Row("alliances.mandate", "/alliances/{slug}/mandate", "sees the alliance"),
    Row("alliances.mandate_submit", "/alliances/{slug}/mandate", "manages what it sees"),
    Row("alliances.end_mandate", "/alliances/{slug}/mandate/{mandate_id}/end", "manages what it sees"),
    Row("alliances.end_mandate_submit", "/alliances/{slug}/mandate/{mandate_id}/end", "manages what it sees"),
    Row("alliances.partners", "/alliances/{slug}/partners", "sees the alliance"),
    Row("alliances.partner", "/alliances/{slug}/partners/{partner_id}", "sees the alliance"),
    Row("alliances.admit", "/alliances/{slug}/partners/new", "coordinates or manages"),
    Row("alliances.admit_submit", "/alliances/{slug}/partners/new", "coordinates or manages"),
    Row("alliances.edit_partner", "/alliances/{slug}/partners/{partner_id}/edit", "coordinates or manages"),
    Row("alliances.edit_partner_submit", "/alliances/{slug}/partners/{partner_id}/edit", "coordinates or manages"),
    Row("alliances.leave", "/alliances/{slug}/partners/{partner_id}/leave", "coordinates or manages"),
    Row("alliances.leave_submit", "/alliances/{slug}/partners/{partner_id}/leave", "coordinates or manages"),
    # Alliances: goals and the needs analysis
    Row("goals.index", "/alliances/{slug}/goals", "sees the alliance"),
    Row("goals.create", "/alliances/{slug}/goals/new", "coordinates or manages"),
    Row("goals.create_submit", "/alliances/{slug}/goals/new", "coordinates or manages"),
    Row("goals.show", "/alliances/{slug}/goals/{goal_id}", "sees the alliance"),
    Row("goals.edit", "/alliances/{slug}/goals/{goal_id}/edit", "coordinates or manages"),
    Row("goals.edit_submit", "/alliances/{slug}/goals/{goal_id}/edit", "coordinates or manages"),
    Row("goals.decide", "/alliances/{slug}/goals/{goal_id}/reach", "coordinates or manages"),
    Row("goals.decide_submit", "/alliances/{slug}/goals/{goal_id}/reach", "coordinates or manages"),
    Row("goals.needs", "/alliances/{slug}/goals/needs-analysis", "sees the alliance"),
    Row("goals.edit_needs", "/alliances/{slug}/goals/needs-analysis/edit", "coordinates or manages"),
    Row("goals.edit_needs_submit", "/alliances/{slug}/goals/needs-analysis/edit", "coordinates or manages"),
    Row("goals.needs_evidence_submit", "/alliances/{slug}/goals/needs-analysis/evidence", "works in the alliance"),
    # The frameworks and the STEM-monitor
    Row("frameworks.index", "/frameworks", "signed in"),
    Row("frameworks.region", "/frameworks/regions/REFREG03", "signed in"),
    Row("frameworks.term", "/frameworks/strategic-goal/1", "signed in"),
    Row("frameworks.stem_monitor", "/frameworks/stem-monitor", "signed in"),
    Row("frameworks.add_figure", "/frameworks/stem-monitor/new", "project manager"),
    Row("frameworks.add_figure_submit", "/frameworks/stem-monitor/new", "project manager"),
    Row("frameworks.correct_figure", "/frameworks/stem-monitor/{monitor_figure_id}", "project manager"),
    Row("frameworks.correct_figure_submit", "/frameworks/stem-monitor/{monitor_figure_id}", "project manager"),
    # Alliances: import and export
    Row("exchange.index", "/alliances/{slug}/exchange", "sees the alliance"),
    Row("exchange.export", "/alliances/{slug}/exchange/goals/export", "sees the alliance"),
    Row("exchange.export", "/alliances/{slug}/exchange/measurements/export?format=csv", "sees the alliance"),
    Row("exchange.template", "/alliances/{slug}/exchange/indicators/template", "sees the alliance"),
    Row("exchange.bring_in", "/alliances/{slug}/exchange/measurements/import", "coordinates or manages"),
    Row("exchange.bring_in_submit", "/alliances/{slug}/exchange/goals/import", "coordinates or manages"),
    Row("exchange.preview", "/alliances/{slug}/exchange/files/{import_id}", "coordinates or manages"),
    Row("exchange.preview", "/alliances/{slug}/exchange/files/{their_import_id}", "nobody finds it"),
    Row("exchange.preview_submit", "/alliances/{slug}/exchange/files/{import_id}", "coordinates or manages"),
    Row("exchange.marked", "/alliances/{slug}/exchange/files/{import_id}/marked", "coordinates or manages"),
    Row("exchange.download", "/alliances/{slug}/exchange/files/{import_id}/file", "coordinates or manages"),
    Row("exchange.forget_submit", "/alliances/{slug}/exchange/files/{import_id}/forget", "coordinates or manages", 303),
    Row("exchange.forget_submit", "/alliances/{slug}/exchange/files/{their_import_id}/forget", "nobody finds it"),
    # Alliances: the log and its files
    Row("activities.log", "/alliances/{slug}/log", "sees the alliance"),
    Row("activities.create", "/alliances/{slug}/log/new", "works in the alliance"),
    Row("activities.create_submit", "/alliances/{slug}/log/new", "works in the alliance"),
    Row("activities.correct", "/alliances/{slug}/log/{entry_id}/correct", "wrote it or coordinates"),
    Row("activities.correct_submit", "/alliances/{slug}/log/{entry_id}/correct", "wrote it or coordinates"),
    Row("activities.withdraw", "/alliances/{slug}/log/{entry_id}/withdraw", "wrote it or coordinates"),
    Row("activities.withdraw_submit", "/alliances/{slug}/log/{entry_id}/withdraw", "wrote it or coordinates"),
    Row("evidence.download", "/evidence/{evidence_id}", "sees the alliance"),
    Row("evidence.withdraw", "/evidence/{evidence_id}/withdraw", "works in the alliance"),
    Row("evidence.withdraw", "/evidence/{other_evidence_id}/withdraw", "coordinates or manages"),
    Row("evidence.withdraw_submit", "/evidence/{other_evidence_id}/withdraw", "coordinates or manages"),
    Row("evidence.withdraw_submit", "/evidence/{evidence_id}/withdraw", "works in the alliance"),
    # Figures
    Row("measurements.period", "/alliances/{slug}/figures", "sees the alliance"),
    Row("measurements.period", "/alliances/{slug}/figures/2025", "sees the alliance"),
    Row("measurements.period_submit", "/alliances/{slug}/figures/2025", "coordinates or manages", 303),
    Row("measurements.measurement", "/alliances/{slug}/figures/measurement/{measurement_id}", "sees the alliance"),
    Row(
        "measurements.evidence_submit",
        "/alliances/{slug}/figures/measurement/{measurement_id}/evidence",
        "works in the alliance",
    ),
    Row("figures.index", "/figures", "signed in"),
    Row("figures.indicator", "/figures/reach-participants", "signed in"),
    # Alliances: its convenant
    Row("convenants.index", CONVENANT, "sees the alliance"),
    Row("convenants.create", f"{CONVENANT}/new", "coordinates or manages"),
    Row("convenants.create_submit", f"{CONVENANT}/new", "coordinates or manages"),
    Row("convenants.edit", f"{DRAFT}/edit", "coordinates or manages"),
    Row("convenants.edit", f"{OFFERED}/edit", "coordinates or manages", 409),
    Row("convenants.text", f"{DRAFT}/text", "coordinates or manages"),
    Row("convenants.text_submit", f"{DRAFT}/text", "coordinates or manages"),
    Row("convenants.parties", f"{DRAFT}/parties", "coordinates or manages"),
    Row("convenants.parties_submit", f"{DRAFT}/parties", "coordinates or manages"),
    Row("convenants.rights", f"{DRAFT}/drawing-right", "coordinates or manages"),
    Row("convenants.rights_submit", f"{DRAFT}/drawing-right", "coordinates or manages"),
    Row("convenants.add_commitment", f"{DRAFT}/commitments/new", "coordinates or manages"),
    Row("convenants.add_commitment_submit", f"{DRAFT}/commitments/new", "coordinates or manages"),
    Row("convenants.commitment", f"{DRAFT}/commitments/{{wording_id}}", "coordinates or manages"),
    Row("convenants.commitment_submit", f"{DRAFT}/commitments/{{wording_id}}", "coordinates or manages"),
    Row("convenants.remove_commitment", f"{DRAFT}/commitments/{{wording_id}}/take-out", "coordinates or manages"),
    Row(
        "convenants.remove_commitment_submit",
        f"{DRAFT}/commitments/{{wording_id}}/take-out",
        "coordinates or manages",
        303,
    ),
    Row("convenants.ready_submit", f"{DRAFT}/ready", "coordinates or manages"),
    Row("convenants.offer", f"{DRAFT}/offer", "manages what it sees"),
    Row("convenants.offer_submit", f"{DRAFT}/offer", "manages what it sees"),
    Row("convenants.withdraw", f"{DRAFT}/withdraw", "coordinates or manages"),
    Row("convenants.withdraw_submit", f"{DRAFT}/withdraw", "coordinates or manages"),
    Row("convenants.withdraw", f"{OFFERED}/withdraw", "manages what it sees"),
    Row("convenants.withdraw_submit", f"{OFFERED}/withdraw", "manages what it sees"),
    Row("convenants.sign", f"{ACTIVE}/sign/{{unsigned_id}}", "signs for its own"),
    Row("convenants.sign_submit", f"{ACTIVE}/sign/{{unsigned_id}}", "signs for its own"),
    Row("convenants.paper", f"{ACTIVE}/paper/{{unsigned_id}}", "coordinates or manages"),
    Row("convenants.paper_submit", f"{ACTIVE}/paper/{{unsigned_id}}", "coordinates or manages"),
    Row("convenants.strike", f"{ACTIVE}/signatures/{{signature_id}}/strike", "coordinates or manages"),
    Row("convenants.strike_submit", f"{ACTIVE}/signatures/{{signature_id}}/strike", "coordinates or manages"),
    Row("convenants.again", f"{CONVENANT}/{{convenant_id}}/again", "coordinates or manages"),
    Row("convenants.again_submit", f"{CONVENANT}/{{convenant_id}}/again", "coordinates or manages"),
    Row("convenants.addendum", f"{CONVENANT}/{{convenant_id}}/addendum", "coordinates or manages"),
    Row("convenants.addendum_submit", f"{CONVENANT}/{{convenant_id}}/addendum", "coordinates or manages"),
    Row("convenants.rider", f"{CONVENANT}/{{convenant_id}}/rider", "coordinates or manages"),
    Row("convenants.rider_submit", f"{CONVENANT}/{{convenant_id}}/rider", "coordinates or manages"),
    Row("convenants.terminate", f"{CONVENANT}/{{convenant_id}}/terminate", "manages what it sees"),
    Row("convenants.terminate_submit", f"{CONVENANT}/{{convenant_id}}/terminate", "manages what it sees"),
    Row("convenants.give_up", f"{CONVENANT}/{{convenant_id}}/give-up", "manages what it sees"),
    Row("convenants.give_up_submit", f"{CONVENANT}/{{convenant_id}}/give-up", "manages what it sees"),
    # Alliances: commitments and their deliveries
    Row("commitments.index", "/alliances/{slug}/commitments", "sees the alliance"),
    Row("commitments.show", "/alliances/{slug}/commitments/{instalment_id}", "sees the alliance"),
    Row("commitments.waiting", "/alliances/{slug}/commitments/waiting", "works in the alliance"),
    Row("commitments.waiting_submit", "/alliances/{slug}/commitments/waiting", "works in the alliance"),
    Row("commitments.log", "/alliances/{slug}/commitments/{instalment_id}/deliver", "bears it or coordinates"),
    Row("commitments.log_submit", "/alliances/{slug}/commitments/{instalment_id}/deliver", "bears it or coordinates"),
    Row("commitments.extend", "/alliances/{slug}/commitments/{instalment_id}/extend", "coordinates or manages"),
    Row("commitments.extend_submit", "/alliances/{slug}/commitments/{instalment_id}/extend", "coordinates or manages"),
    Row("commitments.waive", "/alliances/{slug}/commitments/{instalment_id}/waive", "coordinates or manages"),
    Row("commitments.waive_submit", "/alliances/{slug}/commitments/{instalment_id}/waive", "coordinates or manages"),
    Row("commitments.attach", f"{DELIVERY}/evidence", "works in the alliance"),
    Row("commitments.evidence_submit", f"{DELIVERY}/evidence", "works in the alliance"),
    Row("commitments.confirm", f"{DELIVERY}/confirm", "answers for another"),
    Row("commitments.confirm_submit", f"{DELIVERY}/confirm", "answers for another", 303),
    Row("commitments.dispute", f"{DELIVERY}/dispute", "answers for another"),
    Row("commitments.dispute_submit", f"{DELIVERY}/dispute", "answers for another"),
    Row("commitments.take_back_submit", f"{DELIVERY}/take-back", "answers for another"),
    Row("commitments.withdraw", f"{DELIVERY}/withdraw", "wrote it or coordinates"),
    Row("commitments.withdraw_submit", f"{DELIVERY}/withdraw", "wrote it or coordinates"),
    # Alliances: the documents of its convenant, and its other agreements
    Row("convenants.document", "/alliances/{slug}/convenant/versions/{version_id}", "sees the alliance"),
    Row("convenants.pdf", "/alliances/{slug}/convenant/versions/{version_id}/convenant.pdf", "sees the alliance"),
    Row("convenants.compare", "/alliances/{slug}/convenant/compare", "sees the alliance"),
    Row("convenants.agreements", "/alliances/{slug}/convenant/agreements", "sees the alliance"),
    Row("convenants.agreement", "/alliances/{slug}/convenant/agreements/new", "coordinates or manages"),
    Row("convenants.agreement_submit", "/alliances/{slug}/convenant/agreements/new", "coordinates or manages"),
    Row(
        "convenants.correct_agreement",
        "/alliances/{slug}/convenant/agreements/{agreement_id}/correct",
        "coordinates or manages",
    ),
    Row(
        "convenants.correct_agreement_submit",
        "/alliances/{slug}/convenant/agreements/{agreement_id}/correct",
        "coordinates or manages",
    ),
    Row(
        "convenants.withdraw_agreement",
        "/alliances/{slug}/convenant/agreements/{agreement_id}/withdraw",
        "coordinates or manages",
    ),
    Row(
        "convenants.withdraw_agreement_submit",
        "/alliances/{slug}/convenant/agreements/{agreement_id}/withdraw",
        "coordinates or manages",
    ),
    # Alliances: its pilots and its communications
    # Alliances: the money
    Row("drawing_rights.index", "/alliances/{slug}/drawing-rights", "sees the alliance"),
    Row("drawing_rights.create", "/alliances/{slug}/drawing-rights/new", "coordinates"),
    Row("drawing_rights.create_submit", "/alliances/{slug}/drawing-rights/new", "coordinates"),
    Row("drawing_rights.show", "/alliances/{slug}/drawing-rights/{drawdown_id}", "sees the alliance"),
    Row("drawing_rights.resubmit", "/alliances/{slug}/drawing-rights/{drawdown_id}/edit", "coordinates"),
    Row("drawing_rights.resubmit_submit", "/alliances/{slug}/drawing-rights/{drawdown_id}/edit", "coordinates"),
    Row("drawing_rights.withdraw", "/alliances/{slug}/drawing-rights/{drawdown_id}/withdraw", "coordinates"),
    Row("drawing_rights.withdraw_submit", "/alliances/{slug}/drawing-rights/{drawdown_id}/withdraw", "coordinates"),
    Row(
        "drawing_rights.decide_submit",
        "/alliances/{slug}/drawing-rights/{drawdown_id}/decision",
        "manages what it sees",
    ),
    Row("drawing_rights.pay_submit", "/alliances/{slug}/drawing-rights/{drawdown_id}/payments", "manages what it sees"),
    Row(
        "drawing_rights.evidence_submit",
        "/alliances/{slug}/drawing-rights/{drawdown_id}/evidence",
        "works in the alliance",
    ),
    Row("drawdowns.waiting", "/drawdowns", "reads everything"),
    Row("pilots.index", "/alliances/{slug}/pilots", "sees the alliance"),
    Row("pilots.profile", "/alliances/{slug}/pilots/profile", "sees the alliance"),
    Row("pilots.show", "/alliances/{slug}/pilots/{pilot_id}", "sees the alliance"),
    Row("pilots.create", "/alliances/{slug}/pilots/new", "coordinates or manages"),
    Row("pilots.create_submit", "/alliances/{slug}/pilots/new", "coordinates or manages"),
    Row("pilots.edit", "/alliances/{slug}/pilots/{pilot_id}/edit", "coordinates or manages"),
    Row("pilots.edit_submit", "/alliances/{slug}/pilots/{pilot_id}/edit", "coordinates or manages"),
    Row("pilots.begin", "/alliances/{slug}/pilots/{pilot_id}/begin", "coordinates or manages"),
    Row("pilots.begin_submit", "/alliances/{slug}/pilots/{pilot_id}/begin", "coordinates or manages"),
    Row("pilots.finish", "/alliances/{slug}/pilots/{pilot_id}/finish", "coordinates or manages"),
    Row("pilots.finish_submit", "/alliances/{slug}/pilots/{pilot_id}/finish", "coordinates or manages"),
    Row("pilots.evaluate", "/alliances/{slug}/pilots/{pilot_id}/evaluate", "coordinates or manages"),
    Row("pilots.evaluate_submit", "/alliances/{slug}/pilots/{pilot_id}/evaluate", "coordinates or manages"),
    Row("pilots.move", "/alliances/{slug}/pilots/{pilot_id}/move/stop", "coordinates or manages"),
    Row("pilots.move_submit", "/alliances/{slug}/pilots/{pilot_id}/move/stop", "coordinates or manages"),
    Row("pilots.reach", "/alliances/{slug}/pilots/{pilot_id}/reach/{year}", "coordinates or manages"),
    Row("pilots.reach_submit", "/alliances/{slug}/pilots/{pilot_id}/reach/{year}", "coordinates or manages"),
    Row("pilots.evidence_submit", "/alliances/{slug}/pilots/{pilot_id}/evidence", "works in the alliance"),
    Row("communications.index", "/alliances/{slug}/communications", "sees the alliance"),
    Row("communications.show", "/alliances/{slug}/communications/{communication_id}", "sees the alliance"),
    Row("communications.create", "/alliances/{slug}/communications/new", "works in the alliance"),
    Row("communications.create_submit", "/alliances/{slug}/communications/new", "works in the alliance"),
    Row(
        "communications.correct",
        "/alliances/{slug}/communications/{communication_id}/correct",
        "wrote it or coordinates",
    ),
    Row(
        "communications.correct_submit",
        "/alliances/{slug}/communications/{communication_id}/correct",
        "wrote it or coordinates",
    ),
    Row(
        "communications.withdraw",
        "/alliances/{slug}/communications/{communication_id}/withdraw",
        "wrote it or coordinates",
    ),
    Row(
        "communications.withdraw_submit",
        "/alliances/{slug}/communications/{communication_id}/withdraw",
        "wrote it or coordinates",
    ),
    Row(
        "communications.evidence_submit",
        "/alliances/{slug}/communications/{communication_id}/evidence",
        "works in the alliance",
    ),
    # Alliances: who accounts for what
    Row("accountability.index", "/alliances/{slug}/accounts", "sees the alliance"),
    Row("accountability.show", "/alliances/{slug}/accounts/{bearer_id}", "sees the alliance"),
    Row("accountability.show", "/alliances/{slug}/accounts/{closed_id}", "nobody finds it"),
    Row("accountability.questions", "/alliances/{slug}/accounts/questions", "sees the alliance"),
    Row("accountability.thread", "/alliances/{slug}/accounts/questions/{question_id}", "sees the alliance"),
    Row("accountability.thread", "/alliances/{slug}/accounts/questions/{their_question_id}", "nobody finds it"),
    Row(
        "accountability.answer_submit",
        "/alliances/{slug}/accounts/questions/{question_id}/answer",
        "speaks for the bearer",
    ),
    Row(
        "accountability.answer_submit",
        "/alliances/{slug}/accounts/questions/{their_question_id}/answer",
        "nobody finds it",
    ),
    Row(
        "accountability.ask_on_submit",
        "/alliances/{slug}/accounts/questions/{question_id}/ask-on",
        "takes part or directs",
    ),
    Row(
        "accountability.close_submit",
        "/alliances/{slug}/accounts/questions/{question_id}/close",
        "coordinates or manages",
    ),
    Row("accountability.ask", "/alliances/{slug}/accounts/instalments/{late_id}/ask", "takes part or directs"),
    Row("accountability.ask", "/alliances/{slug}/accounts/instalments/{vlaio_late_id}/ask", "takes part, not VLAIO"),
    Row("accountability.ask", "/alliances/{slug}/accounts/instalments/{their_late_id}/ask", "nobody finds it"),
    Row("accountability.ask_submit", "/alliances/{slug}/accounts/instalments/{late_id}/ask", "takes part or directs"),
    Row("accountability.explain", "/alliances/{slug}/accounts/instalments/{quiet_id}/explain", "speaks for the bearer"),
    Row(
        "accountability.explain",
        "/alliances/{slug}/accounts/instalments/{vlaio_late_id}/explain",
        "manages what it sees",
    ),
    Row(
        "accountability.explain_submit",
        "/alliances/{slug}/accounts/instalments/{quiet_id}/explain",
        "speaks for the bearer",
    ),
    Row("accountability.statement", "/alliances/{slug}/accounts/{bearer_id}/2026", "sees the alliance"),
    Row("accountability.statement", "/alliances/{slug}/accounts/{bearer_id}/2019", "nobody finds it"),
    Row("accountability.sign_submit", "/alliances/{slug}/accounts/{bearer_id}/2026/sign", "speaks for the bearer"),
    Row("accountability.refuse", "/alliances/{slug}/accounts/{bearer_id}/2026/refuse", "speaks for the bearer"),
    Row("accountability.refuse_submit", "/alliances/{slug}/accounts/{bearer_id}/2026/refuse", "speaks for the bearer"),
    Row("accountability.paper", "/alliances/{slug}/accounts/{bearer_id}/2026/paper", "coordinates or manages"),
    Row("accountability.paper_submit", "/alliances/{slug}/accounts/{bearer_id}/2026/paper", "coordinates or manages"),
    Row("accountability.signed", "/alliances/{slug}/accounts/statements/{statement_id}", "sees the alliance"),
    Row("accountability.signed", "/alliances/{slug}/accounts/statements/{their_statement_id}", "nobody finds it"),
    Row("accountability.succession", "/alliances/{slug}/accounts/{gone_id}/succession", "coordinates or manages"),
    Row(
        "accountability.succession_submit",
        "/alliances/{slug}/accounts/{gone_id}/succession",
        "coordinates or manages",
    ),
    Row("organisation_accounts.show", "/organisations/{organisation_id}/account", "signed in"),
    Row("organisation_accounts.undecided", "/organisations/undecided", "signed in"),
    # Alliances: what they tell VLAIO
    Row("signals.of_alliance", "/alliances/{slug}/signals", "sees the alliance"),
    Row("signals.create", "/alliances/{slug}/signals/new", "speaks for the alliance"),
    Row("signals.create", "/alliances/{slug}/signals/new?log={entry_id}", "speaks for the alliance"),
    Row("signals.create_submit", "/alliances/{slug}/signals/new", "speaks for the alliance"),
    # Alliances: the stappenplan
    Row("steps.show", "/alliances/{slug}/steps", "sees the alliance"),
    Row("steps.step", "/alliances/{slug}/steps/1", "sees the alliance"),
    Row("steps.complete_submit", "/alliances/{slug}/steps/1/complete", "coordinates"),
    Row("steps.reopen_submit", "/alliances/{slug}/steps/1/reopen", "coordinates"),
    Row("steps.flag_submit", "/alliances/{slug}/steps/1/flag", "tries out the plan"),
    Row("steps.criterion", "/alliances/{slug}/steps/criteria/{criterion}", "sees the alliance"),
    Row(
        "steps.criterion_evidence_submit",
        "/alliances/{slug}/steps/criteria/{criterion}/evidence",
        "works in the alliance",
    ),
    Row("steps.meet_submit", "/alliances/{slug}/steps/criteria/{criterion}/meet", "coordinates"),
    Row("steps.waive_submit", "/alliances/{slug}/steps/criteria/{criterion}/waive", "coordinates"),
    Row("steps.reopen_criterion_submit", "/alliances/{slug}/steps/criteria/{criterion}/reopen", "coordinates"),
    Row("steps.flag_criterion_submit", "/alliances/{slug}/steps/criteria/{criterion}/flag", "tries out the plan"),
    Row("steps.add_own", "/alliances/{slug}/steps/1/own/new", "coordinates"),
    Row("steps.add_own_submit", "/alliances/{slug}/steps/1/own/new", "coordinates"),
    Row("steps.own", "/alliances/{slug}/steps/own/{own}", "coordinates"),
    Row("steps.own_submit", "/alliances/{slug}/steps/own/{own}", "coordinates"),
    Row("steps.retire_own_submit", "/alliances/{slug}/steps/own/{own}/retire", "coordinates"),
    Row("steps.version", "/alliances/{slug}/steps/version", "sees the alliance"),
    Row("steps.move_submit", "/alliances/{slug}/steps/version/{plan_id}", "coordinates", 303),
    # Alliances: the rollout phases
    Row("phases.show", "/alliances/{slug}/phases", "sees the alliance"),
    Row("phases.milestone", "/alliances/{slug}/phases/milestones/partners-decide", "sees the alliance"),
    Row("phases.milestone", "/alliances/{slug}/phases/milestones/plan-tested", "sees the alliance", 404),
    Row("phases.milestone", "/alliances/{slug}/phases/milestones/centre-city-conversation/13040", "sees the alliance"),
    Row("phases.milestone_submit", "/alliances/{slug}/phases/milestones/partners-decide", "coordinates or manages"),
    Row("phases.milestone_submit", "/alliances/{slug}/phases/milestones/region-conversation", "manages what it sees"),
    Row(
        "phases.milestone_submit",
        "/alliances/{slug}/phases/milestones/centre-city-conversation/13040",
        "manages what it sees",
    ),
    Row(
        "phases.evidence_submit",
        "/alliances/{slug}/phases/milestones/partners-decide/evidence",
        "works in the alliance",
    ),
    Row(
        "phases.evidence_submit", "/alliances/{slug}/phases/milestones/region-conversation/evidence", "nobody finds it"
    ),
    Row("phases.decide", "/alliances/{slug}/phases/decide/B", "manages what it sees"),
    Row("phases.decide_submit", "/alliances/{slug}/phases/decide/B", "manages what it sees"),
    # Alliances: the indicators under the goals
    Row("indicators.follow", "/alliances/{slug}/indicators/new", "coordinates or manages"),
    Row("indicators.follow_submit", "/alliances/{slug}/indicators/new", "coordinates or manages"),
    Row("indicators.local", "/alliances/{slug}/indicators/local", "coordinates or manages"),
    Row("indicators.local_submit", "/alliances/{slug}/indicators/local", "coordinates or manages"),
    Row("indicators.show", "/alliances/{slug}/indicators/{indicator_id}", "sees the alliance"),
    Row("indicators.show", "/alliances/{slug}/indicators/{stopped_id}", "sees the alliance"),
    Row("indicators.baseline", "/alliances/{slug}/indicators/{indicator_id}/baseline", "coordinates or manages"),
    Row("indicators.baseline_submit", "/alliances/{slug}/indicators/{indicator_id}/baseline", "coordinates or manages"),
    Row("indicators.targets", "/alliances/{slug}/indicators/{indicator_id}/targets", "coordinates or manages"),
    Row("indicators.targets_submit", "/alliances/{slug}/indicators/{indicator_id}/targets", "coordinates or manages"),
    Row("indicators.edit", "/alliances/{slug}/indicators/{indicator_id}/edit", "coordinates or manages"),
    Row("indicators.edit_submit", "/alliances/{slug}/indicators/{indicator_id}/edit", "coordinates or manages"),
    Row("indicators.stop", "/alliances/{slug}/indicators/{indicator_id}/stop", "coordinates or manages"),
    Row("indicators.stop_submit", "/alliances/{slug}/indicators/{indicator_id}/stop", "coordinates or manages"),
    Row("indicators.resume", "/alliances/{slug}/indicators/{stopped_id}/resume", "coordinates or manages"),
    Row("indicators.resume_submit", "/alliances/{slug}/indicators/{stopped_id}/resume", "coordinates or manages", 303),
    Row("indicators.resume_submit", "/alliances/{slug}/indicators/{indicator_id}/resume", "coordinates or manages"),
    Row(
        "indicators.baseline_evidence_submit",
        "/alliances/{slug}/indicators/{indicator_id}/baseline/{baseline_id}/evidence",
        "works in the alliance",
    ),
    # Impact reports
    Row("impact_reports.index", f"{REPORTS}", "sees the alliance"),
    Row("impact_reports.join_submit", f"{REPORTS}/2025/join", "coordinates"),
    Row("impact_reports.withdraw_submit", f"{REPORTS}/2026/withdraw", "files the report"),
    Row("impact_reports.show", f"{REPORTS}/2026", "sees the alliance"),
    Row("impact_reports.show", f"{REPORTS}/2019", "nobody finds it"),
    Row("impact_reports.begin_submit", f"{REPORTS}/2026/begin", "files the report"),
    Row("impact_reports.section", f"{REPORTS}/2026/sections/goals", "sees the alliance"),
    Row("impact_reports.section", f"{REPORTS}/2026/sections/nothing", "nobody finds it"),
    Row("impact_reports.section_submit", f"{REPORTS}/2026/sections/goals", "files the report", 422, NO_VERSION),
    Row("impact_reports.typed_submit", f"{REPORTS}/2026/sections/goals/typed", "files the report", 422, NO_VERSION),
    Row("impact_reports.refresh", f"{REPORTS}/2026/refresh", "files the report"),
    Row("impact_reports.refresh_submit", f"{REPORTS}/2026/refresh", "files the report", 303),
    Row("impact_reports.submit", f"{REPORTS}/2026/submit", "files the report"),
    Row("impact_reports.submit_submit", f"{REPORTS}/2026/submit", "reports for the region"),
    Row("impact_reports.take_back_submit", f"{REPORTS}/2026/take-back", "reports for the region"),
    Row("impact_reports.correct", f"{REPORTS}/2026/correct", "files the report"),
    Row("impact_reports.correct_submit", f"{REPORTS}/2026/correct", "files the report"),
    Row("impact_reports.leave_submit", f"{REPORTS}/2026/leave", "reports for the region"),
    Row("report_versions.show", f"{REPORTS}/2026/versions/1", "sees the alliance"),
    Row("report_versions.show", f"{REPORTS}/2026/versions/9", "nobody finds it"),
    Row("report_versions.take_along", f"{REPORTS}/2026/versions/1/report.pdf", "sees the alliance"),
    Row("report_versions.take_along", f"{REPORTS}/2026/versions/1/council.pdf", "sees the alliance"),
    Row("report_versions.take_along", f"{REPORTS}/2026/versions/1/report.xlsx", "sees the alliance"),
    Row("report_versions.take_along", f"{REPORTS}/2026/versions/1/report.json", "sees the alliance"),
    Row("report_versions.take_along", f"{REPORTS}/2026/versions/1/report.exe", "nobody finds it"),
    Row("report_versions.compare", f"{REPORTS}/2026/compare", "sees the alliance"),
    Row("report_versions.comment_submit", f"{REPORTS}/2026/versions/1/comment", "files it or reads it"),
    Row("report_versions.read_submit", f"{REPORTS}/2026/versions/1/read", "manages what it sees", 303, {"use": "read"}),
    Row("report_versions.return_submit", f"{REPORTS}/2026/versions/1/return", "manages what it sees"),
    Row("report_versions.approve_submit", f"{REPORTS}/2026/versions/1/approve", "manages what it sees"),
    Row("report_versions.publish_submit", f"{REPORTS}/2026/versions/1/publish", "manages what it sees"),
    Row("reporting.index", "/reports", "reads everything"),
    Row("reporting.create", "/reports/open", "project manager"),
    Row("reporting.create_submit", "/reports/open", "project manager"),
    Row("reporting.show", "/reports/2026", "reads everything"),
    Row("reporting.ask_alliance_submit", "/reports/2026/ask", "project manager"),
    Row("reporting.move_submit", "/reports/2026/move", "project manager"),
    Row("reporting.follow_submit", "/reports/2026/follow", "project manager", 303),
    Row("reporting.manage", "/reports/2026/{report_id}", "project manager"),
    Row("reporting.extend_submit", "/reports/2026/{report_id}/extend", "project manager"),
    Row("reporting.excuse_submit", "/reports/2026/{report_id}/excuse", "project manager"),
    Row("reporting.ask_submit", "/reports/2026/{report_id}/ask", "project manager"),
    Row("reporting.reopen_submit", "/reports/2026/{report_id}/reopen", "project manager"),
    Row("public.reports", "/public/reports", "anyone"),
    Row("public.report", "/public/reports/{slug}/2026", "anyone", 404),
    Row("public.report_version", "/public/reports/{slug}/2026/v1", "anyone", 404),
    Row("public.report_file", "/public/reports/{slug}/2026/v1/report.pdf", "anyone", 404),
    Row("public.verify", "/public/verify", "anyone"),
    Row("public.verify_submit", "/public/verify", "anyone"),
    # One-time links to sign an account
    Row("accountability.link", "/alliances/{slug}/accounts/{core_id}/2026/link", "coordinates or manages"),
    Row("accountability.link_submit", "/alliances/{slug}/accounts/{core_id}/2026/link", "coordinates or manages"),
    Row(
        "accountability.withdraw_link_submit",
        "/alliances/{slug}/accounts/links/{link_id}/withdraw",
        "coordinates or manages",
        303,
    ),
    Row(
        "accountability.withdraw_link_submit",
        "/alliances/{slug}/accounts/links/{their_link_id}/withdraw",
        "nobody finds it",
    ),
    Row("statement_links.read_account", "/sign/{secret}", "anyone"),
    Row("statement_links.read_account", "/sign/geraden", "anyone", 404),
    Row("statement_links.sign_submit", "/sign/{secret}", "anyone"),
    Row("statement_links.signed", "/sign/done", "anyone"),
    # The API
    Row("api.openapi", "/api/v1/openapi.json", "anyone"),
    Row("api.regions", "/api/v1/regions", "token"),
    Row("api.region", "/api/v1/regions/REFREG03", "token"),
    Row("api.alliances", "/api/v1/alliances", "token"),
    Row("api.alliance", "/api/v1/alliances/{slug}", "token, sees the alliance"),
    Row("api.partners", "/api/v1/alliances/{slug}/partners", "token, sees the alliance"),
    Row("api.steps", "/api/v1/alliances/{slug}/steps", "token, sees the alliance"),
    Row("api.phases", "/api/v1/alliances/{slug}/phases", "token, sees the alliance"),
    Row("api.goals", "/api/v1/alliances/{slug}/goals", "token, sees the alliance"),
    Row("api.signals", "/api/v1/signals", "token"),
    Row("api.signal", "/api/v1/signals/{signal_id}", "token"),
    Row("api.log", "/api/v1/alliances/{slug}/log", "token, sees the alliance"),
    Row("api.catalogue", "/api/v1/catalogue", "token"),
    Row("api.indicators", "/api/v1/alliances/{slug}/indicators", "token, sees the alliance"),
    Row("api.pilots", "/api/v1/alliances/{slug}/pilots", "token, sees the alliance"),
    Row("api.communications", "/api/v1/alliances/{slug}/communications", "token, sees the alliance"),
    Row("api.convenants", "/api/v1/alliances/{slug}/convenants", "token, sees the alliance"),
    Row("api.convenant_version", "/api/v1/alliances/{slug}/convenant-versions/{active_id}", "token, sees the alliance"),
    Row("api.commitments", "/api/v1/alliances/{slug}/commitments", "token, sees the alliance"),
    Row("api.deliveries", "/api/v1/alliances/{slug}/deliveries", "token, sees the alliance"),
    Row(
        "api.deliver",
        "/api/v1/alliances/{slug}/commitments/{instalment_id}/deliveries",
        "token, bears or leads",
        201,
        DELIVERED,
    ),
    Row(
        "api.answer_delivery",
        "/api/v1/alliances/{slug}/deliveries/{delivery_id}/answers",
        "token, answers",
        201,
        {"answer": "confirms"},
    ),
    Row("api.drawing_rights", "/api/v1/alliances/{slug}/drawing-rights", "token, sees the alliance"),
    Row("api.drawdowns", "/api/v1/alliances/{slug}/drawdowns", "token, sees the alliance"),
    Row("api.accounts", "/api/v1/alliances/{slug}/accounts?year=2026", "token, sees the alliance"),
    Row("api.log_entry", "/api/v1/alliances/{slug}/log", "token, works in it", 201, NOTE),
    Row("api.measurements", "/api/v1/alliances/{slug}/measurements", "token, sees the alliance"),
    Row("api.measurement", "/api/v1/alliances/{slug}/measurements", "token, coordinates", 201, HOURS),
    Row("api.figures", "/api/v1/figures?period=2026", "token"),
    Row("api.reports", "/api/v1/reports", "token"),
    Row("api.report_versions", "/api/v1/alliances/{slug}/reports/2026/versions", "token, sees the alliance"),
    Row("api.report_version", "/api/v1/alliances/{slug}/reports/2026/versions/1", "token, sees the alliance"),
]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("access")
    app = create_app({**SETTINGS, "DATABASE_URL": fresh_database(folder)}, folder)
    yield build(app)
    app.extensions["engine"].dispose()


def test_every_endpoint_stands_in_the_table(network: Network) -> None:
    known = {
        (rule.endpoint, method)
        for rule in network.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    # The page to sign in is the one that leads elsewhere whoever did so already: it has a test of its own.
    written = {(row.endpoint, row.method) for row in ALL} | {("accounts.sign_in", "GET")}
    assert known == written


@pytest.mark.parametrize("row", ALL, ids=[f"{row.method} {row.path}" for row in ALL])
def test_everybody_gets_what_the_table_says(network: Network, row: Row) -> None:
    found = {}
    for visitor in VISITORS:
        answer = network.ask(visitor, row.method, row.path, row.data)
        found[visitor] = answer.status_code
        leads_to_sign_in = answer.status_code == 303 and str(answer.location).split("?")[0] == "/login"
        is_sent_away = CATEGORIES[row.category].split()[VISITORS.index(visitor)] == "in"
        assert leads_to_sign_in == (is_sent_away or row.endpoint == "accounts.sign_out"), (visitor, answer.location)
    assert found == row.expected


#: What belongs to another alliance, asked for under one's own: it answers as if it were not there.
MIXED = [
    "GET /alliances/{slug}/partners/{their_partner_id}",
    "GET /alliances/{slug}/partners/{their_partner_id}/edit",
    "POST /alliances/{slug}/partners/{their_partner_id}/edit",
    "GET /alliances/{slug}/partners/{their_partner_id}/leave",
    "POST /alliances/{slug}/partners/{their_partner_id}/leave",
    "POST /alliances/{slug}/people/{their_grant_id}/end",
    "POST /alliances/{slug}/people/{user_grant_id}/end",
    "GET /alliances/{slug}/mandate/{their_mandate_id}/end",
    "POST /alliances/{slug}/mandate/{their_mandate_id}/end",
    "GET /alliances/{slug}/goals/{their_goal_id}",
    "GET /alliances/{slug}/goals/{their_goal_id}/edit",
    "POST /alliances/{slug}/goals/{their_goal_id}/edit",
    "GET /alliances/{slug}/goals/{their_goal_id}/stop",
    "POST /alliances/{slug}/goals/{their_goal_id}/stop",
    "GET /alliances/{slug}/log/{their_entry_id}/correct",
    "POST /alliances/{slug}/log/{their_entry_id}/correct",
    "GET /alliances/{slug}/log/{their_entry_id}/withdraw",
    "POST /alliances/{slug}/log/{their_entry_id}/withdraw",
    "GET /alliances/{slug}/indicators/{their_indicator_id}",
    "GET /alliances/{slug}/indicators/{their_indicator_id}/baseline",
    "POST /alliances/{slug}/indicators/{their_indicator_id}/baseline",
    "GET /alliances/{slug}/indicators/{their_indicator_id}/targets",
    "POST /alliances/{slug}/indicators/{their_indicator_id}/targets",
    "POST /alliances/{slug}/indicators/{their_indicator_id}/stop",
    "POST /alliances/{slug}/indicators/{their_stopped_id}/resume",
    "POST /alliances/{slug}/indicators/{indicator_id}/baseline/{their_baseline_id}/evidence",
    "GET /alliances/{slug}/figures/measurement/{their_measurement_id}",
    "POST /alliances/{slug}/figures/measurement/{their_measurement_id}/evidence",
    "GET /alliances/{slug}/convenant/versions/{their_draft_id}/edit",
    "GET /alliances/{slug}/convenant/versions/{their_draft_id}/text",
    "POST /alliances/{slug}/convenant/versions/{their_draft_id}/text",
    "POST /alliances/{slug}/convenant/versions/{their_draft_id}/parties",
    "POST /alliances/{slug}/convenant/versions/{their_draft_id}/drawing-right",
    "POST /alliances/{slug}/convenant/versions/{their_draft_id}/commitments/new",
    "GET /alliances/{slug}/convenant/versions/{draft_id}/commitments/{their_wording_id}",
    "POST /alliances/{slug}/convenant/versions/{draft_id}/commitments/{their_wording_id}/take-out",
    "POST /alliances/{slug}/convenant/versions/{their_draft_id}/withdraw",
    "POST /alliances/{slug}/convenant/versions/{active_id}/paper/{their_unsigned_id}",
    "GET /alliances/{slug}/convenant/versions/{active_id}/sign/{their_unsigned_id}",
    "POST /alliances/{slug}/convenant/versions/{active_id}/signatures/{their_signature_id}/strike",
    "POST /alliances/{slug}/convenant/{their_convenant_id}/addendum",
    "GET /alliances/{slug}/convenant/{their_convenant_id}/rider",
    "POST /alliances/{slug}/convenant/{their_convenant_id}/again",
    "GET /alliances/{slug}/commitments/{their_instalment_id}",
    "POST /alliances/{slug}/commitments/{their_instalment_id}/deliver",
    "POST /alliances/{slug}/commitments/{their_instalment_id}/extend",
    "POST /alliances/{slug}/commitments/{their_instalment_id}/waive",
    "POST /alliances/{slug}/commitments/deliveries/{their_delivery_id}/evidence",
    "POST /alliances/{slug}/commitments/deliveries/{their_delivery_id}/confirm",
    "POST /alliances/{slug}/commitments/deliveries/{their_delivery_id}/dispute",
    "POST /alliances/{slug}/commitments/deliveries/{their_delivery_id}/withdraw",
    "GET /alliances/{slug}/pilots/{their_pilot_id}",
    "GET /alliances/{slug}/pilots/{their_pilot_id}/edit",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/edit",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/begin",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/finish",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/evaluate",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/move/stop",
    "POST /alliances/{slug}/pilots/{pilot_id}/move/begin",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/reach/2026",
    "POST /alliances/{slug}/pilots/{their_pilot_id}/evidence",
    "GET /alliances/{slug}/drawing-rights/{their_drawdown_id}",
    "GET /alliances/{slug}/drawing-rights/{their_drawdown_id}/edit",
    "POST /alliances/{slug}/drawing-rights/{their_drawdown_id}/edit",
    "POST /alliances/{slug}/drawing-rights/{their_drawdown_id}/withdraw",
    "POST /alliances/{slug}/drawing-rights/{their_drawdown_id}/decision",
    "POST /alliances/{slug}/drawing-rights/{their_drawdown_id}/payments",
    "POST /alliances/{slug}/drawing-rights/{their_drawdown_id}/evidence",
    "GET /alliances/{slug}/convenant/versions/{their_version_id}",
    "GET /alliances/{slug}/convenant/versions/{their_version_id}/convenant.pdf",
    "GET /alliances/{slug}/convenant/compare?a={their_version_id}&b={version_id}",
    "GET /alliances/{slug}/convenant/compare?a={version_id}&b=x",
    "GET /alliances/{slug}/convenant/agreements/{their_agreement_id}/correct",
    "POST /alliances/{slug}/convenant/agreements/{their_agreement_id}/correct",
    "POST /alliances/{slug}/convenant/agreements/{their_agreement_id}/withdraw",
    "GET /alliances/{slug}/communications/{their_communication_id}",
    "GET /alliances/{slug}/communications/{their_communication_id}/correct",
    "POST /alliances/{slug}/communications/{their_communication_id}/correct",
    "POST /alliances/{slug}/communications/{their_communication_id}/withdraw",
    "GET /alliances/{slug}/phases/milestones/region-conversation/REFREG05",
    "GET /alliances/{slug}/phases/milestones/centre-city-conversation/31005",
    "GET /alliances/{slug}/phases/milestones/vvsg-day/x",
    "GET /alliances/{slug}/steps/9",
    "GET /alliances/{slug}/steps/criteria/bestaat-niet",
    "POST /alliances/{slug}/steps/criteria/bestaat-niet/meet",
    "GET /alliances/{slug}/steps/own/bestaat-niet",
    "POST /alliances/{slug}/steps/own/bestaat-niet",
]


@pytest.mark.parametrize("asked", MIXED)
def test_what_belongs_to_another_alliance_is_not_found_under_ones_own(network: Network, asked: str) -> None:
    method, path = asked.split()
    found = {visitor: network.ask(visitor, method, path).status_code for visitor in ("coordinator", "project manager")}
    # Giving mandates is not the coordinator's, deciding on criteria not the project manager's.
    assert found == {
        "coordinator": 403 if "/mandate/" in path else 404,
        "project manager": 403 if "/own/" in path or "/meet" in path else 404,
    }


@pytest.mark.parametrize("kind", ["entry", "evidence", "partner"])
def test_what_belongs_to_another_alliance_is_not_found_by_its_number(network: Network, kind: str) -> None:
    paths = {
        "entry": "/alliances/{their_slug}/log/{their_entry_id}/correct",
        "evidence": "/evidence/{their_evidence_id}",
        "partner": "/alliances/{their_slug}/partners/{their_partner_id}/edit",
    }
    for visitor in ("coordinator", "reporter", "representative"):
        assert network.ask(visitor, "GET", paths[kind]).status_code == 404


#: What can be read stays readable in every state.
READ = (
    "",
    "/history",
    "/people",
    "/mandate",
    "/partners",
    "/goals",
    "/log",
    "/figures",
    "/commitments",
    "/pilots",
    "/drawing-rights",
    "/communications",
    "/convenant",
    "/convenant/agreements",
    "/convenant/compare",
    "/log",
    "/signals",
    "/steps",
    "/steps/1",
    "/steps/version",
    "/phases",
)


@pytest.mark.parametrize("state", ["initiative", "paused", "ended"])
@pytest.mark.parametrize("part", READ)
def test_an_alliance_can_be_read_in_every_state(network: Network, state: str, part: str) -> None:
    row = Row("", f"/alliances/{{{state}}}{part}", "sees the alliance")
    assert {v: network.ask(v, "GET", row.path).status_code for v in VISITORS} == row.expected


TODAY = today().isoformat()
#: What would succeed in an active alliance; who sends it, where, and with what.
CHANGES = [
    ("coordinator", "/edit", {"name": "Anders", "purpose": "Anders."}),
    ("coordinator", "/area", {"municipalities": "1", "since": TODAY}),
    ("coordinator", "/log/new", {"kind": "note", "on": TODAY, "text": "Nog iets."}),
    ("coordinator", "/commitments/{ended_instalment}/deliver", {"on": TODAY, "quantity": "1"}),
    ("coordinator", "/commitments/{ended_instalment}/waive", {"reason": "Klaar.", "version": "1"}),
    ("coordinator", "/commitments/waiting", {"chosen": "1"}),
    ("coordinator", "/pilots/new", {"name": "Nog een", "starts_on": TODAY}),
    ("coordinator", "/convenant/new", {"title": "Nog een", "starts_on": TODAY, "ends_on": TODAY}),
    (
        "representative",
        "/communications/new",
        {
            "title": "Nog een",
            "on": TODAY,
            "channel": "press",
            "relevance": "yes",
            "connectivity": "yes",
            "interdisciplinarity": "no",
            "inclusion": "no",
        },
    ),
    ("representative", "/log/new", {"kind": "note", "on": TODAY, "text": "Nog iets."}),
    ("coordinator", "/signals/new", {"kind": "barrier", "title": "Nog een.", "text": "Nog een."}),
    ("coordinator", "/partners/{ended_partner}/edit", {"responsibility": "Meer."}),
    ("coordinator", "/partners/{ended_partner}/leave", {"on": TODAY, "reason": "Weg."}),
    ("coordinator", "/goals/{ended_goal}/reach", {"reason": "Klaar."}),
    ("coordinator", "/goals/needs-analysis/edit", {"offer": "Veel.", "version": "0"}),
    ("coordinator", "/steps/1/own/new", {"name": "Nog een."}),
    ("coordinator", "/steps/own/{ended_own}", {"name": "Anders."}),
    ("coordinator", "/steps/own/{ended_own}/retire", {"reason": "Weg."}),
    ("coordinator", "/steps/criteria/{criterion}/meet", {"on": TODAY, "note": "Ja."}),
    ("coordinator", "/steps/criteria/{criterion}/waive", {"on": TODAY, "reason": "Niet voor ons."}),
    ("coordinator", "/steps/version/{plan_id}", {}),
    ("coordinator", "/phases/milestones/partners-decide", {"status": "done", "done_on": TODAY, "note": "Ja."}),
    ("coordinator", "/pause", {"on": TODAY, "due_dates": "keep", "reason": "Even."}),
    ("coordinator", "/resume", {"on": TODAY}),
    ("project manager", "/accept", {"on": TODAY}),
    ("project manager", "/end", {"on": TODAY, "reason": "Nog eens."}),
    ("project manager", "/trial", {}),
    ("project manager", "/mandate", {"task": "Voorop.", "since": TODAY}),
    ("project manager", "/phases/decide/B", {"on": TODAY, "in_spite": "y", "reason": "Toch."}),
]


@pytest.mark.parametrize(("visitor", "part", "data"), CHANGES, ids=[part for _, part, _ in CHANGES])
def test_an_ended_alliance_takes_no_change(network: Network, visitor: str, part: str, data: dict[str, Any]) -> None:
    answer = network.ask(visitor, "POST", "/alliances/{ended}" + part, data)
    assert answer.status_code in {409, 422}, (answer.status_code, answer.location)


@pytest.mark.parametrize(
    "part", ["/steps/criteria/{criterion}", "/phases/milestones/partners-decide", "/goals/needs-analysis"]
)
def test_an_ended_alliance_takes_no_file(network: Network, part: str) -> None:
    def attach(slug: str) -> int:
        files = {"files": (BytesIO(PDF), "nog.pdf")}
        return network.ask("coordinator", "POST", f"/alliances/{slug}{part}/evidence", files).status_code

    assert attach("{ended}") in {409, 422}
    assert attach("{slug}") == 303


@pytest.mark.parametrize(
    ("visitor", "path", "data", "status"),
    [
        ("project manager", "/alliances/{initiative}/accept", {"on": TODAY}, 303),
        ("coordinator", "/alliances/{initiative}/accept", {"on": TODAY}, 403),
        ("project manager", "/alliances/{initiative}/pause", {"on": TODAY, "due_dates": "keep", "reason": "x"}, 422),
        ("project manager", "/alliances/{initiative}/mandate", {"task": "Voorop.", "since": TODAY}, 422),
        ("project manager", "/alliances/{initiative}/phases/decide/B", {"on": TODAY, "in_spite": "y"}, 409),
        ("project manager", "/alliances/{initiative}/end", {"on": TODAY, "reason": "Toch niet."}, 303),
        ("coordinator", "/alliances/{initiative}/log/new", {"kind": "note", "on": TODAY, "text": "Begin."}, 303),
        ("project manager", "/alliances/{paused}/accept", {"on": TODAY}, 422),
        ("coordinator", "/alliances/{paused}/pause", {"on": TODAY, "due_dates": "keep", "reason": "x"}, 422),
        ("project manager", "/alliances/{paused}/phases/decide/B", {"on": TODAY, "in_spite": "y"}, 409),
        ("project manager", "/alliances/{paused}/mandate", {"task": "Voorop.", "since": TODAY}, 422),
        ("coordinator", "/alliances/{paused}/log/new", {"kind": "note", "on": TODAY, "text": "Tussendoor."}, 303),
        ("project manager", "/alliances/{paused}/end", {"on": TODAY, "reason": "Gestopt."}, 303),
    ],
)
def test_what_an_initiative_and_a_paused_alliance_may(
    network: Network, visitor: str, path: str, data: dict[str, Any], status: int
) -> None:
    assert network.ask(visitor, "POST", path, data).status_code == status


def test_asking_kept_nothing(network: Network) -> None:
    """Each request is taken back, so that no row of the table depends on another: tried on one that writes."""

    def entries() -> int:
        with network.app.app_context():
            return db().scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0

    before = entries()
    assert network.ask("coordinator", "POST", "/alliances/{slug}/log/new", NOTE).status_code == 303
    assert entries() == before


def test_the_page_to_sign_in_is_for_whoever_did_not(network: Network) -> None:
    for visitor in VISITORS:
        answer = network.ask(visitor, "GET", "/login")
        assert answer.status_code == (200 if visitor == "nobody" else 303)


def test_whoever_must_sign_in_is_led_back_afterwards(network: Network) -> None:
    answer = network.ask("nobody", "GET", "/alliances/{slug}/log/new?kind=meeting")
    assert answer.location == f"/login?next=/alliances/{network.values['slug']}/log/new?kind%3Dmeeting"
