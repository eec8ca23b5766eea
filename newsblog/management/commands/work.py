"""Works on the queue of tasks and queues what is due by the clock, until it is told to stop."""

from __future__ import annotations

import os
import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from newsblog.jobs import queue_due_jobs

LOOK = 1.0  # seconds between two looks at an empty queue
JOBS_EVERY = 30.0  # seconds between two looks at the clock's jobs


class Command(BaseCommand):
    """``manage.py work``: one worker; start several for a busy site on PostgreSQL."""

    help = "Work on the queue of tasks (mail, purges, digests) until stopped; --once works it off and ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Queue what is due, work the queue off, and end.")
        parser.add_argument("--under", metavar="PID", type=int, help="End once this process, the parent, is gone.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopped = False
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

        def stop(number: int, frame: FrameType | None) -> None:
            self.stopped = True
            worker.running = False  # the task in hand is finished first

        if not options["once"]:
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
        looked_at = float("-inf")
        while not self.stopped and options["under"] in (None, os.getppid()):
            close_old_connections()
            if time.monotonic() - looked_at >= JOBS_EVERY:
                queue_due_jobs()
                looked_at = time.monotonic()
            worker.run()
            if options["once"]:
                break
            time.sleep(LOOK)
