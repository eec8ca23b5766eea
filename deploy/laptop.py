"""What `make run` does once the packages are there: one machine, SQLite, plain HTTP on loopback, DEBUG off.

Everything that it makes lies in var/: the database, pictures, collected static files and the secret. Running it
again changes nothing but what is out of date. PORT chooses the port, NEWSBLOG_VAR another folder.
"""

import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# Names that other projects use too: a shell that has them set does not mean this site.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "MEDIA_URL", "EMAIL_URL", "TRUSTED_PROXIES")


SERVER = ("-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "newsblog.wsgi:application")
WORKER = ("manage.py", "work")
REST = 2.0  # seconds before a worker that ended by itself is started again


def main() -> None:
    """Prepare the site and run its server; leave with a sentence and status 1 where that cannot be."""
    port = free_port(os.environ.get("PORT") or "8000")
    var = Path(os.environ.get("NEWSBLOG_VAR") or ROOT / "var").absolute()
    var.mkdir(mode=0o700, parents=True, exist_ok=True)  # readers' addresses lie in it
    prepare_environment(var, port)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    try:
        prepare_site(var)
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next run goes on from here.")
    sys.stdout.flush()
    sys.exit(supervise())


def supervise() -> int:
    """Run the server and, beside it, the worker that sends mail and does the night's work; return the server's status.

    A worker that ends is started again; where the server ends, the worker is told to stop. Where this process itself
    is killed, both see that it is gone and end, so that the port is free for the next run.
    """
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        for process in (server, worker):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)

    own = str(os.getpid())
    worker_words = [sys.executable, *WORKER, "--under", own]
    server = subprocess.Popen([sys.executable, *SERVER], env=os.environ | {"NEWSBLOG_UNDER": own})
    worker = subprocess.Popen(worker_words)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while server.poll() is None:
        try:
            server.wait(timeout=REST)
        except subprocess.TimeoutExpired:
            if worker.poll() is not None and not asked:
                worker = subprocess.Popen(worker_words)
    if worker.poll() is None:
        worker.terminate()
    worker.wait()
    return 0 if asked else server.returncode


def free_port(asked: str) -> int:
    """Return the port, or leave with a sentence: it is no port, or somebody else listens there."""
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= 65535:
        sys.exit(f"PORT is “{asked}”; a port is a number from 1 to 65535, as in: PORT=9000 make run")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind(("127.0.0.1", int(asked)))
        except PermissionError:
            sys.exit(f"Port {asked} is reserved for the administrator. Take another: PORT=9000 make run")
        except OSError:
            sys.exit(f"Port {asked} is taken by another program. Take another: PORT=9000 make run")
    return int(asked)


def prepare_environment(var: Path, port: int) -> None:
    """Set the variables that a server would get from its environment file."""
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "newsblog.settings",
        "NEWSBLOG_DEBUG": "0",
        "NEWSBLOG_PLAIN_HTTP": "1",
        "NEWSBLOG_VAR": str(var),
        "NEWSBLOG_URL": f"http://127.0.0.1:{port}",
        "NEWSBLOG_BIND": f"127.0.0.1:{port}",
        "NEWSBLOG_HOSTS": "127.0.0.1,localhost",
        "NEWSBLOG_SECRET_KEY": secret(var / "secret-key"),
    }
    os.environ.setdefault("NEWSBLOG_LOG_LEVEL", "WARNING")


def secret(path: Path) -> str:
    """Return the site's secret, made the first time and readable by its owner alone."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        fresh.rename(path)  # whole or not there
    return path.read_text("ascii")


def prepare_site(var: Path) -> None:
    """Bring database and static files up to date; give a site that nobody has used yet its content and a login."""
    import django
    from django.core.management import call_command

    django.setup()
    from django.contrib.auth.models import User

    from articles.models import Article

    call_command("migrate", verbosity=0)
    if not Article.objects.exists() and not User.objects.exists():
        print("Loading the sample articles …", flush=True)
        call_command("load_sample_site", verbosity=0)
    collect_static(var)
    call_command("first_administrator")


def collect_static(var: Path) -> None:
    """Collect the static files, unless those of the last time are the same."""
    from django.core.management import call_command

    stamp = var / "static.stamp"
    state = static_state()
    if stamp.exists() and stamp.read_text("ascii") == state:
        return
    print("Collecting the static files …", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state, "ascii")


def static_state() -> str:
    """Return a digest that moves with every file of ours and with every package that brings some."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    digest.update((ROOT / "newsblog" / "bundles.py").read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
