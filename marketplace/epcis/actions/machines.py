"""Tokens of machines, and the documents that they hand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, literal, select, update

from marketplace.epcis import rules
from marketplace.epcis.errors import TooManyTokens
from marketplace.epcis.models import ApiToken, EpcisCapture
from marketplace.epcis.states import ErrorBehaviour
from marketplace.foundation import audit, clock, codes, jobs
from marketplace.foundation.database import session


def make_token(cooperative_id: int, *, name: str, by: int) -> str:
    """A new key for a machine of the cooperative. Its text is given once and never kept. Raises TooManyTokens."""
    text = codes.random_token()
    open_ones = (
        select(func.count(ApiToken.id))
        .where(ApiToken.cooperative_id == cooperative_id, ApiToken.revoked_at.is_(None))
        .scalar_subquery()
    )
    columns = ["cooperative_id", "name", "digest", "created_by_id", "created_at"]
    values = select(
        literal(cooperative_id),
        literal(name),
        literal(codes.token_digest(text)),
        literal(by),
        literal(clock.now(), ApiToken.created_at.type),
    ).where(open_ones < rules.MOST_TOKENS)
    made = session.execute(insert(ApiToken).from_select(columns, values).returning(ApiToken.id)).scalar_one_or_none()
    if made is None:
        raise TooManyTokens(f"cooperative {cooperative_id} has {rules.MOST_TOKENS} tokens; revoke one first")
    audit.record("epcis:token:create", subject="api_token", subject_id=made, by=by, name=name)
    return text


def revoke_token(token: ApiToken, *, by: int) -> None:
    """From now on the machine is a stranger. A second time is none."""
    revoked = session.execute(
        update(ApiToken)
        .where(ApiToken.id == token.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(ApiToken.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(token)
    if revoked is not None:
        audit.record("epcis:token:revoke", subject="api_token", subject_id=token.id, by=by, name=token.name)


def receive(token: ApiToken, *, document: str, behaviour: ErrorBehaviour) -> EpcisCapture:
    """Keep a document that a machine handed in; a job captures its events."""
    row = EpcisCapture(
        code=codes.random_code(16),
        cooperative_id=token.cooperative_id,
        token_id=token.id,
        behaviour=behaviour,
        document=document,
        created_at=clock.now(),
        errors=[],
    )
    session.add(row)
    session.flush()
    jobs.enqueue("capture_events", cooperative_id=token.cooperative_id, capture_id=row.id)
    return row


def finish_capture(capture_id: int, *, captured: int, errors: Sequence[Mapping[str, object]]) -> None:
    """What became of the document. A job that is done twice ends the same, so the first end stands."""
    session.execute(
        update(EpcisCapture)
        .where(EpcisCapture.id == capture_id, EpcisCapture.finished_at.is_(None))
        .values(finished_at=clock.now(), captured=captured, errors=[dict(each) for each in errors])
        .execution_options(synchronize_session=False)
    )
