"""The floor: a WSGI application that does nothing but send the bytes it was given, on the same gunicorn.

BENCHMARK_ANSWERS names a JSON file: path with query → [status, headers, body in base64].
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_answers = {
    path: (status, [(name, value) for name, value in headers], [base64.b64decode(body)])
    for path, (status, headers, body) in json.loads(Path(os.environ["BENCHMARK_ANSWERS"]).read_text("ascii")).items()
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    query = environ["QUERY_STRING"]
    path: str = environ["PATH_INFO"]
    status, headers, body = _answers[f"{path}?{query}" if query else path]
    start_response(status, headers)
    return body
