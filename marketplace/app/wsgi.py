"""What a WSGI server loads."""

import gc
import os

from marketplace.app.factory import create_app
from marketplace.foundation.settings import read_settings
from marketplace.foundation.web import requests

requests.log_to_stderr()
app = create_app(read_settings(os.environ))

# What stands now stands until the process ends: looking through it for garbage again and again took a tenth of the pages.
gc.collect()
gc.freeze()
