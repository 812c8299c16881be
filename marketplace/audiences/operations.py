"""Pages for whoever operates the market: is it alive, can it serve, what waits."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select, text

from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.jobs import Job, JobState
from marketplace.foundation.web import access

pages = Blueprint("operations", __name__)


@pages.get("/healthz")
@access.public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@access.public
def ready() -> Response:
    """The process can serve: the database answers and has been migrated."""
    revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return jsonify(status="ready", revision=revision)


@pages.get("/metrics")
@access.operator
def metrics() -> Response:
    """Figures in the text format of Prometheus, read from the database so that every worker says the same."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    waiting = {row[0]: row[1] for row in rows}
    oldest = session.scalar(select(func.min(Job.run_at)).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING])))
    late = max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
    lines = [f'market_jobs{{state="{state}"}} {waiting.get(state, 0)}' for state in JobState]
    lines.append(f"market_oldest_due_job_seconds {late:.0f}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
