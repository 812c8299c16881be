"""The market's pages, in workers that die where a drill says: also with the answer in hand, before it is sent."""

import os
from pathlib import Path

from flask import Response

from marketplace.app.wsgi import app
from marketplace.foundation import faults
from tests.fakes import dying


@app.after_request
def with_the_answer_in_hand(response: Response) -> Response:
    faults.point(dying.ANSWERED)
    return response


dying.listen(Path(os.environ["HTX_DRILL"]), where=dying.posted_path)
