"""Work on lots that nobody should wait for: the sizes of a photo, large sheets of labels."""

from __future__ import annotations

from marketplace.foundation import codes, files, jobs, pictures, public_version
from marketplace.foundation.database import session, transaction
from marketplace.foundation.pictures import PictureSet, PictureState
from marketplace.traceability import actions, sheets
from marketplace.traceability.models import LotStage

REPORT_EVERY_PAGES = 20


def complete_stage_picture(*, job_id: int, stage_id: int) -> None:
    """Make all sizes of a stage's photo."""
    stage = session.get_one(LotStage, stage_id)
    picture = PictureSet.from_json(stage.picture or {})
    if picture.state is PictureState.READY:
        return
    ready = pictures.complete(files.store(), picture)
    with transaction():
        session.get_one(LotStage, stage_id).picture = ready.to_json()
        public_version.changed()


def delete_old_scans(*, job_id: int) -> None:
    """Scans are kept for a year; in portions, so that a beacon never waits for long."""
    gone = 1
    while gone:
        with transaction():
            gone = actions.delete_old_scans()


def draw_label_sheet(*, job_id: int, run_id: int, public_url: str) -> None:
    """Draw a large run and store its files one by one; the job's result says where: `sheet` is the first of `sheets`."""

    def tell(page: int, pages: int) -> None:
        if page % REPORT_EVERY_PAGES == 0:
            jobs.report(job_id, steps_done=page, steps=pages + 1)

    name = codes.random_code(26).lower()
    keys: list[str] = []
    for data in sheets.draw_files(run_id, public_url=public_url, on_page=tell):
        key = f"sheets/{name}-{len(keys) + 1}.pdf"
        files.store().put(key, data, files.content_type_of(key))
        keys.append(key)
    jobs.report(job_id, steps_done=1, steps=1, sheet=keys[0], sheets=keys)
