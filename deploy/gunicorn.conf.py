"""How gunicorn serves newsblog: `python -m gunicorn -c deploy/gunicorn.conf.py newsblog.wsgi:application`."""

import gc
import os
import signal

bind = os.environ.get("NEWSBLOG_BIND", "127.0.0.1:8000")

# Two processes a core keep every core busy while one of them waits for the disk; above eight, what each process
# keeps for itself outweighs what it adds.
cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
workers = int(os.environ.get("WEB_CONCURRENCY", min(2 * cores, 8)))
worker_class = "gthread"  # keeps connections open between requests, which `sync` does not
threads = 4
preload_app = True  # Django is loaded once and shared by the processes: a quicker start and less memory
max_requests = 0  # no process is ended for its age: what it has stored would go with it

timeout = 30  # seconds without a sign of life from a process
graceful_timeout = 10  # seconds that running requests get when the server stops
keepalive = 5  # seconds

# Whose X-Forwarded-Proto is believed; the application checks X-Forwarded-For against the same list.
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")

accesslog = None  # readers' addresses are not kept
errorlog = "-"
loglevel = os.environ.get("NEWSBLOG_LOG_LEVEL", "info").lower()
control_socket_disable = True  # it would lie in the home folder, which a hardened service does not have


def when_ready(server):
    """Say where the site is, once it answers."""
    # What was loaded is there to stay: the collector of each process need not walk through it now and then, while
    # readers wait, nor copy the pages of memory that the processes share.
    gc.collect()
    gc.freeze()
    if supervisor := os.environ.get("NEWSBLOG_UNDER"):
        end_with(int(supervisor))
    if url := os.environ.get("NEWSBLOG_URL"):
        print(f"newsblog is at {url}/", flush=True)


def end_with(supervisor):
    """Stop once whoever started this server is gone: killed, it cannot say so any more. The timer is not inherited."""

    def look(number, frame):
        if os.getppid() != supervisor:
            os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 2, 2)  # seconds
