#!/usr/bin/env python
"""Run Django's commands; without an environment this is a development machine."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsblog.settings")
    os.environ.setdefault("NEWSBLOG_DEBUG", "1")
    execute_from_command_line(sys.argv)
