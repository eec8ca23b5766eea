"""The environment of a test run, set before the settings are read; loaded by pytest as a plugin.

A laptop's defaults, a folder of its own for everything that a run makes, and no leftovers of the caller's shell.
DATABASE_URL and REDIS_URL stay as given: the same tests run on both columns of the services table.
"""

import os
import tempfile
from urllib.parse import urlsplit

for name in list(os.environ):
    if name.startswith(("NEWSBLOG_", "COMMENTS_", "PAGECACHE_")):
        del os.environ[name]
os.environ["NEWSBLOG_DEBUG"] = "1"
os.environ["NEWSBLOG_URL"] = "https://news.example"
os.environ["NEWSBLOG_VAR"] = tempfile.mkdtemp(prefix="newsblog-test-")
os.environ["NEWSBLOG_LOG_LEVEL"] = "ERROR"
if server := os.environ.get("REDIS_URL"):
    # Each process of the run empties its cache between tests: it gets a database of its own, counted from the last
    # of the sixteen, which is the one that anybody else is least likely to use.
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = urlsplit(server)._replace(path=f"/{15 - process}").geturl()
