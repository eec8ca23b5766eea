"""The environment of a test run, set before the settings are read; loaded by pytest as a plugin.

A laptop's defaults, a folder of its own for everything that a run makes, and no leftovers of the caller's shell.
DATABASE_URL and REDIS_URL stay as given: the same tests run on both columns of the services table.
"""

import os
import tempfile

for name in list(os.environ):
    if name.startswith(("NEWSBLOG_", "COMMENTS_", "PAGECACHE_")):
        del os.environ[name]
os.environ["NEWSBLOG_DEBUG"] = "1"
os.environ["NEWSBLOG_URL"] = "https://news.example"
os.environ["NEWSBLOG_VAR"] = tempfile.mkdtemp(prefix="newsblog-test-")
os.environ["NEWSBLOG_LOG_LEVEL"] = "ERROR"
