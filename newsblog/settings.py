"""The one settings file: the environment is read here and nowhere else.

With nothing set, ``manage.py`` serves a laptop. On a server NEWSBLOG_DEBUG is off, and start-up stops
at the first variable that is missing, by its name. ``docs/settings.md`` lists every variable.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django
import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.bool("NEWSBLOG_DEBUG", default=False)
# The folder that holds everything a run makes: database, pictures, collected static files, caches.
VAR = Path(env.str("NEWSBLOG_VAR", default=str(BASE_DIR / "var"))).absolute()
VAR.mkdir(mode=0o750, parents=True, exist_ok=True)  # SQLite makes its file, but not the folder around it


def required(name: str, *, laptop: str) -> str:
    """Return an environment variable; only a laptop has a default."""
    if value := os.environ.get(name):
        return value
    if DEBUG:
        return laptop
    raise ImproperlyConfigured(f"Set {name}: production has no default for it.")


def object_store(url: str, public: str) -> dict[str, Any]:
    """Return Django's settings of an S3-compatible store from its address and the public address of what it holds.

    Raises ImproperlyConfigured where one of the two does not say enough.
    """
    parts, shown = urlsplit(url), urlsplit(public)
    bucket = parts.path.strip("/")
    if parts.scheme not in ("s3", "s3+http") or not (parts.hostname and bucket and parts.username and parts.password):
        raise ImproperlyConfigured("MEDIA_STORE_URL is written s3://key:secret@host/bucket?region=eu-1.")
    if not shown.netloc:
        raise ImproperlyConfigured("Set MEDIA_URL to the public address of the bucket in MEDIA_STORE_URL.")
    port = f":{parts.port}" if parts.port else ""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{parts.hostname}{port}",
            "bucket_name": bucket,
            "region_name": dict(parse_qsl(parts.query)).get("region"),
            "addressing_style": "path",
            "custom_domain": f"{shown.netloc}{shown.path}".rstrip("/"),
            "url_protocol": f"{shown.scheme}:",
            "querystring_auth": False,
            "file_overwrite": False,
            # A picture's name follows from its content, so the content never changes under it.
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        },
    }


# The site, as its readers know it.
SITE_NAME = env.str("NEWSBLOG_NAME", default="newsblog")
SITE_DESCRIPTION = env.str(
    "NEWSBLOG_DESCRIPTION",
    default="Technology news with a clock on every line and a name under every word.",
)
# The one absolute address: canonical links, feeds, sitemaps and mail are built from it, never from a Host header.
SITE_URL = required("NEWSBLOG_URL", laptop="http://127.0.0.1:8000").rstrip("/")
CONTACT_EMAIL = env.str("NEWSBLOG_CONTACT", default="")  # printed on purpose: the newsroom's own address

SECRET_KEY = required("NEWSBLOG_SECRET_KEY", laptop="a-laptop-keeps-no-secrets-" + "0" * 32)
SECRET_KEY_FALLBACKS = env.list("NEWSBLOG_OLD_SECRET_KEYS", default=[])
ALLOWED_HOSTS = [
    host.strip() for host in required("NEWSBLOG_HOSTS", laptop="127.0.0.1,localhost,[::1]").split(",") if host.strip()
]
# Plain HTTP is for loopback: `make run` switches it on, a server never does.
HTTPS = not env.bool("NEWSBLOG_PLAIN_HTTP", default=DEBUG)
# Networks whose X-Forwarded-For is believed; see docs/operators.md.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

INSTALLED_APPS = [
    "comments",
    "articles",
    "newsblog",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_prose_editor",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "newsblog.headers.HeadersMiddleware",
    "newsblog.outage.OutageMiddleware",
    "newsblog.desk.DeskMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsblog.crowd.CrowdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "newsblog.urls"
WSGI_APPLICATION = "newsblog.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsblog.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Services: one machine needs none of the variables, several share PostgreSQL and Redis.
# The path of the default is no URL: a folder may be called "c++ & co".
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL")
    if os.environ.get("DATABASE_URL")
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR / "db.sqlite3"}
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,  # seconds a writer waits for another one
        "transaction_mode": "IMMEDIATE",  # the lock comes first, so no transaction fails half way
        # FULL: a comment that was acknowledged is on the disk, whatever happens next.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60  # seconds
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": REDIS_URL}}
else:
    # Never LocMem: it is one per process, and several processes must agree.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR / "cache"),
        }
    }

# Mail, purges and the like wait here for a worker: `manage.py work`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}

MEDIA_URL = env.str("MEDIA_URL", default="/media/")
MEDIA_ROOT = VAR / "media"
# s3://key:secret@host/bucket?region=…, any S3-compatible store; its public address is MEDIA_URL.
MEDIA_STORE_URL = env.str("MEDIA_STORE_URL", default="")
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "newsblog.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": object_store(MEDIA_STORE_URL, MEDIA_URL)
    if MEDIA_STORE_URL
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Source maps are large, are asked for by developers alone, and took most of collectstatic's time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "png", "webp", "avif", "gif", "woff2", "woff", "gz", "br", "map", "ico"]

# Uploads: what a form may carry. Comments have tighter limits of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
PICTURE_MAX_BYTES = 20_000_000
FILE_UPLOAD_PERMISSIONS = 0o644

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("NEWSBLOG_TIME_ZONE", default="UTC")
USE_I18N = False  # one language in the interface so far; names and texts may be in any
USE_TZ = True

# Mail is printed until a server is named.
MAIL_TIMEOUT = 20  # seconds: a mail server that does not answer must not hold the worker
_mail = env.email_url("EMAIL_URL", default="consolemail://")
if django.VERSION >= (6, 1):  # which keeps in one setting what were several
    _options = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"],
        "username": _mail["EMAIL_HOST_USER"],
        "password": _mail["EMAIL_HOST_PASSWORD"],
        "use_tls": _mail.get("EMAIL_USE_TLS"),
        "use_ssl": _mail.get("EMAIL_USE_SSL"),
        "timeout": MAIL_TIMEOUT if "smtp" in _mail["EMAIL_BACKEND"] else None,
        "file_path": _mail["EMAIL_FILE_PATH"],
    }
    MAILERS = {
        "default": {
            "BACKEND": _mail["EMAIL_BACKEND"],
            "OPTIONS": {name: value for name, value in _options.items() if value},
        }
    }
else:
    vars().update(_mail)
    EMAIL_TIMEOUT = MAIL_TIMEOUT
DEFAULT_FROM_EMAIL = env.str("NEWSBLOG_MAIL_FROM", default="newsblog@localhost")

# Staff.
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # where a "next" that leads elsewhere is not followed
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Security; the rest of the headers is in newsblog/headers.py.
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0  # two years
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^-/live$", r"^-/ready$"]  # asked from inside, in plain HTTP
# Whether a request came in by HTTPS is gunicorn's to say: it believes X-Forwarded-Proto from TRUSTED_PROXIES alone,
# where Django's SECURE_PROXY_SSL_HEADER would believe everybody.
SESSION_ENGINE = "newsblog.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-newsblog" if HTTPS else "newsblog"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day
X_FRAME_OPTIONS = "DENY"

# Comments: the newsroom's policy. Each has a sentence in docs/settings.md.
COMMENTS_HOLD_LINKS = env.int("COMMENTS_HOLD_LINKS", default=2)  # held from this many links on
COMMENTS_FLOOD_LIMIT = env.int("COMMENTS_FLOOD_LIMIT", default=5)  # comments a network may send per window
COMMENTS_FLOOD_WINDOW = env.int("COMMENTS_FLOOD_WINDOW", default=60)  # seconds
COMMENTS_CLOSE_AFTER_DAYS = env.int("COMMENTS_CLOSE_AFTER_DAYS", default=0)  # 0: never by age
COMMENTS_DIGEST_HOUR = env.int("COMMENTS_DIGEST_HOUR", default=7)  # of the day, in TIME_ZONE
if not 0 <= COMMENTS_DIGEST_HOUR <= 23:
    raise ImproperlyConfigured("COMMENTS_DIGEST_HOUR is an hour of the day: 0 to 23.")
COMMENTS_QUESTIONS_PER_HOUR = env.int("COMMENTS_QUESTIONS_PER_HOUR", default=200)  # mails to unconfirmed addresses
COMMENTS_THREADS_PER_PAGE = env.int("COMMENTS_THREADS_PER_PAGE", default=20)

# The page cache; see articles/pagecache.py.
PAGECACHE_BYTES = env.int("PAGECACHE_BYTES", default=64_000_000)  # per process
PAGECACHE_SHOW = env.bool("PAGECACHE_SHOW", default=DEBUG)  # X-Cache: hit, miss or bypass

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"keys": {"()": "newsblog.logs.WithoutKeys"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    "root": {"handlers": ["stderr"], "level": env.str("NEWSBLOG_LOG_LEVEL", default="INFO")},
}
