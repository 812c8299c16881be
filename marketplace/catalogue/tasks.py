"""Work on products that nobody should wait for."""

from __future__ import annotations

from marketplace.catalogue import actions
from marketplace.catalogue.actions import importing
from marketplace.catalogue.models import Product, ProductPicture
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import files, jobs, pictures
from marketplace.foundation.database import session, transaction
from marketplace.foundation.pictures import PictureSet, PictureState


def complete_product_picture(*, job_id: int, picture_id: int) -> None:
    """Make all sizes of a product's photo; one that was removed meanwhile needs none."""
    row = session.get(ProductPicture, picture_id)
    if row is None:
        return
    picture = PictureSet.from_json(row.picture)
    if picture.state is PictureState.READY:
        return
    ready = pictures.complete(files.store(), picture)
    with transaction():
        fresh = session.get(ProductPicture, picture_id)
        if fresh is not None:
            fresh.picture = ready.to_json()
            session.flush()
            product = session.get_one(Product, fresh.product_id)
            session.expire(product, ["pictures"])
            actions.refresh_listing(product)


def import_products(*, job_id: int, cooperative: int, file_key: str) -> None:
    """List all products of a sheet, or none; the job's result holds what the page shows at the end."""
    try:
        rows, errors = importing.read_rows(files.store().read(file_key))
    except importing.NotASheet:
        jobs.report(job_id, steps_done=1, steps=1, failure="not_a_sheet")
        return
    except importing.TooManyRows:
        jobs.report(job_id, steps_done=1, steps=1, failure="too_many_rows")
        return
    if errors or not rows:
        jobs.report(
            job_id, steps_done=1, steps=1, failure="" if errors else "empty", errors=[vars(error) for error in errors]
        )
        return
    jobs.report(job_id, steps_done=len(rows), steps=2 * len(rows))
    with transaction():
        # A second delivery of this job finds its own result and imports nothing twice.
        job = session.get_one(jobs.Job, job_id, with_for_update=True)
        if "imported" in job.result:
            return
        count = importing.import_rows(session.get_one(Cooperative, cooperative), rows)
        job.result = {**job.result, "imported": count}
        job.steps_done = job.steps
    files.store().delete(file_key)
