"""Pictures: what may be uploaded, what becomes of it, and under which names its smaller copies lie.

A name is made from the picture's content, so the address of a copy follows from the name alone: a page that
shows thirty pictures looks nothing up.
"""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")  # Others are opened by rarely tested decoders.
MAX_PIXELS = 40_000_000  # a 13 kB file can claim 108 million
MAX_WIDTH = 2400  # pixels; no screen shows more in a column of ours
MAX_HEIGHT = 16_383  # pixels; WebP holds no more
WIDTHS = (400, 800, 1600)  # of the copies that a browser chooses from
QUALITY = 80  # of WebP, where drawings and photographs both stay clean


def clean(upload: IO[bytes]) -> ContentFile[bytes]:
    """Return an uploaded picture as the WebP file that is kept: turned upright, without EXIF, at most 2400 px wide.

    Raises ValidationError for anything but JPEG, PNG, WebP, AVIF and GIF, for a broken file and for one whose
    pixels or bytes are too many or that is too tall.
    """
    size = upload.seek(0, io.SEEK_END)
    upload.seek(0)
    if size > settings.PICTURE_MAX_BYTES:
        raise ValidationError(
            f"This picture is larger than {settings.PICTURE_MAX_BYTES // 1_000_000} MB. Save a smaller copy."
        )
    try:
        with warnings.catch_warnings():
            # Pillow only warns between one and two times its limit.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise ValidationError("This picture has more than 40 million pixels. Save a smaller copy.")
                picture.load()
                upright = ImageOps.exif_transpose(picture)
    except UnidentifiedImageError:
        raise ValidationError("This is no JPEG, PNG, WebP, AVIF or GIF picture.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError("This picture has more than 40 million pixels. Save a smaller copy.") from None
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, RuntimeError, struct.error):  # all seen
        raise ValidationError("This picture is broken or cut off. Export it once more.") from None
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    upright = upright.convert("RGBA" if has_alpha else "RGB")
    if upright.width > MAX_WIDTH:
        upright = upright.resize(
            (MAX_WIDTH, max(1, round(upright.height * MAX_WIDTH / upright.width))), Image.Resampling.LANCZOS
        )
    if upright.height > MAX_HEIGHT:
        raise ValidationError("This picture is far too tall for a page. Cut it into several.")
    content = _webp(upright)
    name = hashlib.sha256(content).hexdigest()[:24]
    return ContentFile(content, name=f"{name[:2]}/{name}.webp")


def keep(upload: IO[bytes], folder: str, storage: Storage = default_storage) -> str:
    """Clean an uploaded picture, store it, and return its name; the same picture twice is stored once."""
    picture = clean(upload)
    name = f"{folder}/{picture.name}"
    return name if storage.exists(name) else storage.save(name, picture)


def make_copies(name: str, storage: Storage = default_storage) -> None:
    """Write the smaller copies of a kept picture; those that are there already are left alone."""
    with storage.open(name) as file, Image.open(file, formats=("WEBP",)) as picture:
        for width in WIDTHS:
            copy = copy_name(name, width)
            if width < picture.width and not storage.exists(copy):
                small = picture.resize(
                    (width, max(1, round(picture.height * width / picture.width))), Image.Resampling.LANCZOS
                )
                storage.save(copy, ContentFile(_webp(small)))


def copy_name(name: str, width: int) -> str:
    """Return the name of the copy of a picture at a width."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{width}.{suffix}"


def candidates(name: str, width: int) -> list[tuple[str, int]]:
    """Return (name, width) of every size in which a picture of this width lies in storage, the smallest first."""
    return [(copy_name(name, copy), copy) for copy in WIDTHS if copy < width] + [(name, width)]


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
