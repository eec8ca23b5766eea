"""What may be uploaded as a picture, and what becomes of it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from PIL import Image

from articles import images
from tests.factories import picture_file


def opened(file: io.BytesIO) -> Image.Image:
    return Image.open(images.clean(file))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_the_five_formats_are_taken_and_kept_as_webp(kind: str) -> None:
    picture = opened(picture_file(kind, (300, 200)))
    assert (picture.format, picture.size) == ("WEBP", (300, 200))


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "PPM", "ICO", "PDF"])
def test_other_formats_are_refused_whatever_they_are_called(kind: str) -> None:
    file = picture_file(kind, (64, 64), name="picture.jpg")
    with pytest.raises(ValidationError, match="no JPEG, PNG, WebP, AVIF or GIF"):
        images.clean(file)


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><body>not a picture</body></html>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"",
        b"\x00" * 100,
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        images.clean(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_that_is_cut_off_is_refused(kind: str) -> None:
    whole = picture_file(kind, (400, 300)).getvalue()
    with pytest.raises(ValidationError):
        images.clean(io.BytesIO(whole[: len(whole) // 2]))


@pytest.mark.parametrize(("tag", "value"), [(0x100, b"ab\0\0"), (0x9000, b"\0\0\x80?")])
def test_a_picture_with_impossible_exif_is_refused(tag: int, value: bytes) -> None:
    """A width in letters, a version that is a fraction; the picture says that it must be turned."""
    entries = [(tag, 2 if tag == 0x100 else 11, 3 if tag == 0x100 else 1, value), (0x112, 3, 1, b"\6\0\0\0")]
    exif = b"Exif\0\0II*\0\x08\0\0\0\2\0" + b"".join(struct.pack("<HHI4s", *each) for each in entries) + b"\0" * 4
    file = io.BytesIO()
    Image.new("RGB", (9, 5)).save(file, "JPEG", exif=exif)
    with pytest.raises(ValidationError, match="broken"):
        images.clean(file)


def test_an_avif_without_its_pixels_is_refused() -> None:
    whole = picture_file("AVIF", (400, 300)).getvalue()
    pixels = whole.index(b"mdat") + 4
    with pytest.raises(ValidationError, match="broken"):
        images.clean(io.BytesIO(whole[:pixels] + b"\xff" * (len(whole) - pixels)))


def bomb(width: int, height: int) -> io.BytesIO:
    """A PNG of a few bytes that claims to be this large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize("size", [(7000, 6000), (12000, 9000), (60000, 60000)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(ValidationError, match="40 million pixels"):
        images.clean(bomb(*size))


def test_a_picture_that_webp_cannot_hold_is_refused() -> None:
    with pytest.raises(ValidationError, match="too tall"):
        images.clean(picture_file("PNG", (10, 16_384)))
    assert opened(picture_file("PNG", (10, 16_383))).size == (10, 16_383)


def test_too_many_bytes_are_refused(settings) -> None:
    settings.PICTURE_MAX_BYTES = 1000
    with pytest.raises(ValidationError, match="larger than"):
        images.clean(picture_file(size=(1200, 800)))


def test_where_and_by_what_it_was_taken_is_removed() -> None:
    picture = Image.new("RGB", (80, 60), "red")
    exif = Image.Exif()
    exif[0x010F] = "Marker Camera"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=b"marker comment")
    kept = images.clean(file).read()
    assert b"Marker" not in kept
    assert b"marker" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_picture_that_lies_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", (80, 60)).save(file, "JPEG", exif=exif)
    assert opened(file).size == (60, 80)


def test_transparency_stays() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(file, "PNG")
    assert opened(file).mode == "RGBA"


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    picture = opened(file)
    assert getattr(picture, "n_frames", 1) == 1
    red, _, blue = picture.convert("RGB").getpixel((5, 5))
    assert red > 200 > 60 > blue


def test_print_colours_become_screen_colours() -> None:
    file = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(file, "JPEG")
    assert opened(file).mode == "RGB"


def test_a_wide_picture_is_made_smaller_in_proportion() -> None:
    assert opened(picture_file(size=(3000, 1500))).size == (2400, 1200)


def test_the_same_picture_is_stored_once() -> None:
    first = images.keep(picture_file(), "heroes")
    assert images.keep(picture_file(), "heroes") == first
    folder = first.rsplit("/", 1)[0]
    assert len(default_storage.listdir(folder)[1]) == 1


def test_smaller_copies_lie_where_their_names_say() -> None:
    name = images.keep(picture_file(size=(1200, 800)), "heroes")
    images.make_copies(name)
    for copy, width in images.candidates(name, 1200):
        with default_storage.open(copy) as file:
            assert Image.open(file).width == width
