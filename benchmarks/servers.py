"""The servers of a run: the site under gunicorn, the same bytes from a bare application, and nginx before either."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.load import Reply, ask
from benchmarks.processes import Program, free_port, listens

ROOT = Path(__file__).resolve().parent.parent
NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else "")
# Headers of the connection, which a server writes by itself.
_OF_THE_SERVER = frozenset({"server", "date", "connection", "transfer-encoding", "keep-alive", "x-accel-expires"})


@dataclass
class Place:
    """A site's folder, its environment, and, once seeded, its pages."""

    folder: Path
    database_url: str = ""
    redis_url: str = ""
    workers: int = 1
    extra: dict[str, str] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    url: str = "http://127.0.0.1"

    def environment(self, port: int = 0) -> dict[str, str]:
        """Return the variables of a production server on loopback, and nothing of the caller's shell but its PATH."""
        given = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "newsblog.settings",
            "NEWSBLOG_DEBUG": "0",
            "NEWSBLOG_PLAIN_HTTP": "1",
            "NEWSBLOG_VAR": str(self.folder),
            "NEWSBLOG_URL": self.url,
            "NEWSBLOG_BIND": f"127.0.0.1:{port}",
            "NEWSBLOG_HOSTS": "127.0.0.1,localhost",
            "NEWSBLOG_SECRET_KEY": self.secret,
            "NEWSBLOG_LOG_LEVEL": "WARNING",
            "COMMENTS_FLOOD_LIMIT": "100000000",
            "WEB_CONCURRENCY": str(self.workers),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }
        return {name: value for name, value in (given | self.extra).items() if value}

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed. Raises CalledProcessError where it fails."""
        return self._run(sys.executable, str(ROOT / "manage.py"), *arguments)

    def seed(self, articles: int, comments: int = 10) -> None:
        """Fill the site's empty database."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pages = json.loads(
            self._run(sys.executable, "-m", "benchmarks.seed", str(articles), str(comments)).splitlines()[-1]
        )

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[1:4])} failed:\n{done.stderr[-3000:]}")
        return done.stdout


def collect_static(work: Path) -> Path:
    """Collect the static files once for a whole run; sites link to the folder."""
    place = Place(work / "collected")
    place.folder.mkdir(parents=True, exist_ok=True)
    place.manage("collectstatic", "--no-input", "--verbosity", "0")
    return place.folder / "static"


def new_place(work: Path, name: str, static: Path, **options: Any) -> Place:
    """Return a place with a folder of its own and the run's static files."""
    place = Place(work / name, **options)
    place.folder.mkdir(parents=True, exist_ok=True)
    (place.folder / "static").symlink_to(static)
    return place


class Gunicorn(Program):
    """An application under the site's own gunicorn configuration."""

    def __init__(
        self, place: Place, application: str = "newsblog.wsgi:application", extra: Mapping[str, str] | None = None
    ) -> None:
        self.port = free_port()
        self.place = place
        super().__init__(
            [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py"), application],
            environment=place.environment(self.port) | dict(extra or {}),
            folder=ROOT,
            ready=self._answers,
            log=place.folder / "gunicorn.log",
        )

    def _answers(self) -> bool:
        try:
            return listens(self.port) and ask(self.port, "/-/live", timeout=2).status < 500
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def site(place: Place) -> Gunicorn:
    """Return the site as it is deployed."""
    return Gunicorn(place)


def uncached(place: Place) -> Gunicorn:
    """Return the site without its page cache."""
    return Gunicorn(place, "benchmarks.uncached:application")


def changed(place: Place) -> Gunicorn:
    """Return the site as it is after a change: pages are rendered anew, parts that were left alone are not."""
    return Gunicorn(place, "benchmarks.changed:application")


def bare(place: Place, answers: Mapping[str, Reply]) -> Gunicorn:
    """Return an application that sends these answers and knows nothing else."""
    reasons = {200: "200 OK", 301: "301 Moved Permanently", 404: "404 Not Found", 410: "410 Gone"}
    given = {
        path: [
            reasons[reply.status],
            [[name.title(), value] for name, value in reply.headers.items() if name not in _OF_THE_SERVER],
            base64.b64encode(reply.body).decode(),
        ]
        for path, reply in answers.items()
    }
    given["/-/live"] = [reasons[200], [["Content-Length", "0"]], ""]
    file = place.folder / "answers.json"
    file.write_text(json.dumps(given), "ascii")
    return Gunicorn(place, "benchmarks.bare:application", {"BENCHMARK_ANSWERS": str(file)})


class Nginx(Program):
    """nginx with a configuration of its own in a folder of its own."""

    def __init__(self, folder: Path, configuration: str, port: int) -> None:
        if not NGINX:
            raise RuntimeError("nginx is not installed; on Debian: apt-get install nginx-light")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tmp").mkdir(exist_ok=True)
        file = folder / "nginx.conf"
        file.write_text(configuration)
        self.port = port
        command = [NGINX, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(file)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        if checked.returncode:
            raise RuntimeError(f"nginx refuses the configuration:\n{checked.stderr}")
        super().__init__(
            [*command, "-g", "daemon off;"],
            ready=lambda: listens(port),
            log=folder / "nginx.log",
            last_signal=signal.SIGTERM,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


_MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    client_body_temp_path {folder}/tmp/body;
    proxy_temp_path {folder}/tmp/proxy;
    fastcgi_temp_path {folder}/tmp/fastcgi;
    uwsgi_temp_path {folder}/tmp/uwsgi;
    scgi_temp_path {folder}/tmp/scgi;
    {inner}
}}
"""


def _main(folder: Path, inner: str) -> str:
    # Its workers would otherwise change to a user who cannot read the run's folder.
    user = "user root;" if os.geteuid() == 0 else ""
    return _MAIN.format(folder=folder, inner=inner, user=user)


def nginx_files(folder: Path, answers: Mapping[str, Reply]) -> Nginx:
    """Return nginx that serves stored compressed files, with the headers that the site's pages have."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    locations = []
    for number, (path, reply) in enumerate(answers.items()):
        if reply.status != 200 or "?" in path:
            continue
        (folder / f"{number}.bin").write_bytes(reply.body)
        kept = [
            f'add_header {name} "{value}" always;'
            for name, value in reply.headers.items()
            if name not in _OF_THE_SERVER | {"content-type", "content-length", "etag", "last-modified", "accept-ranges"}
        ]
        locations.append(
            f"location = {path} {{ root {folder}; try_files /{number}.bin =404; types {{ }} default_type "
            f'"{reply.headers["content-type"]}"; {" ".join(kept)} }}'
        )
    inner = f"open_file_cache max=100; server {{ listen 127.0.0.1:{port}; {' '.join(locations)} }}"
    return Nginx(folder, _main(folder, inner), port)


def nginx_site(folder: Path, ports: list[int], var: Path) -> Nginx:
    """Return nginx with the shipped configuration in front of the site on these ports."""
    port = free_port()
    shipped = (ROOT / "deploy" / "nginx.conf").read_text()
    # What an operator edits, too; and plain HTTP, since there is no certificate on loopback.
    redirecting = shipped.index("server {\n    listen 80;")
    shipped = shipped[:redirecting] + shipped[shipped.index("server {", redirecting + 1) :]
    shipped = re.sub(r"^    ssl_.*\n", "", shipped, flags=re.MULTILINE)
    changes = {
        "server 127.0.0.1:8000;": " ".join(f"server 127.0.0.1:{each} max_fails=0;" for each in ports),
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "listen [::]:443 ssl http2;": "",
        "server_name news.example;": "server_name 127.0.0.1;",
        "/var/cache/nginx/newsblog": str(folder / "cache"),
        "/var/lib/newsblog": str(var),
    }
    for old, new in changes.items():
        if old not in shipped:
            raise RuntimeError(f"deploy/nginx.conf no longer holds “{old}”.")
        shipped = shipped.replace(old, new)
    return Nginx(folder, _main(folder, shipped), port)
