"""What the sample pictures are drawn with: a canvas, its light and dots, and two ways to look at space.

Everything is given in points of a picture of 1600 × 900; the canvas is twice as large, so that reducing it at the
end smooths every edge. The same calls give the same bytes: nothing here reads a clock, a font file or the network.
"""

import math
import random
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour: TypeAlias = str | tuple[int, int, int]
Point: TypeAlias = tuple[float, float]

WIDTH, HEIGHT = 1600, 900
SCALE = 2  # Each finished pixel is the mean of 2 × 2 drawn ones.
SIZE = (WIDTH * SCALE, HEIGHT * SCALE)

PAPER, INK = "#eef0f1", "#10141b"
SIGNAL = "#ff4a1c"  # The house's one accent: every picture holds it once.


def rgb(colour: Colour) -> tuple[int, int, int]:
    """Return a colour as three numbers, whether it was written as hexadecimal or as numbers."""
    if isinstance(colour, str):
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    return colour


def mix(first: Colour, second: Colour, part: float) -> tuple[int, int, int]:
    """Return the colour that lies `part` of the way from the first to the second; outside 0 to 1 it stays at an end."""
    t = max(0.0, min(1.0, part))
    (r, g, b), (u, v, w) = rgb(first), rgb(second)
    return round(r + (u - r) * t), round(g + (v - g) * t), round(b + (w - b) * t)


def ramp(stops: Sequence[Colour], part: float) -> tuple[int, int, int]:
    """Return the colour at `part` of a row of evenly spaced colours."""
    if len(stops) == 1:
        return rgb(stops[0])
    place = max(0.0, min(1.0, part)) * (len(stops) - 1)
    i = min(int(place), len(stops) - 2)
    return mix(stops[i], stops[i + 1], place - i)


def gradient(stops: Sequence[Colour], *, size: tuple[int, int], across: bool = False) -> Image.Image:
    """Return an image that runs through the colours from top to bottom, or from left to right."""
    strip = Image.new("RGB", (512, 1) if across else (1, 512))
    for i in range(512):
        strip.putpixel((i, 0) if across else (0, i), ramp(stops, i / 511))
    return strip.resize(size, Image.Resampling.BICUBIC)


def ring(x: float, y: float, rx: float, ry: float | None = None, *, start: float = 0, end: float = 360) -> list[Point]:
    """Return the points of an ellipse, or of a part of it, clockwise from three o'clock."""
    ry = rx if ry is None else ry
    steps = max(8, int(abs(end - start) / 3))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> list[Point]:
    """Return the outline of a box with round corners, as points that can be turned and shaded."""
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    corners = ((x1 - r, y0 + r, -90), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180))
    return [point for x, y, start in corners for point in ring(x, y, r, start=start, end=start + 90)]


def turn(points: Iterable[Point], degrees: float, about: Point) -> list[Point]:
    """Return the points turned clockwise about one of them or any other."""
    (cx, cy), a = about, math.radians(degrees)
    c, s = math.cos(a), math.sin(a)
    return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points]


def shift(points: Iterable[Point], dx: float, dy: float) -> list[Point]:
    """Return the points moved."""
    return [(x + dx, y + dy) for x, y in points]


class Canvas:
    """A picture in the making. Each method draws over what is there."""

    def __init__(self, *ground: Colour) -> None:
        self.image = gradient(ground, size=SIZE)
        self.pen = ImageDraw.Draw(self.image)

    def _show(self, image: Image.Image) -> None:
        self.image = image
        self.pen = ImageDraw.Draw(image)

    # Shapes

    def polygon(self, points: Iterable[Point], fill: Colour) -> None:
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=rgb(fill))

    def line(self, points: Iterable[Point], colour: Colour, width: float = 1) -> None:
        drawn = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(drawn, fill=rgb(colour), width=max(1, round(width * SCALE)), joint="curve")

    def outline(self, points: Sequence[Point], colour: Colour, width: float = 1) -> None:
        self.line([*points, *points[:2]], colour, width)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        self.pen.ellipse(tuple(v * SCALE for v in (x - rx, y - ry, x + rx, y + ry)), fill=rgb(fill))

    def circle(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self.ellipse(x, y, radius, radius, fill)

    def hoop(self, x: float, y: float, radius: float, colour: Colour, width: float = 1) -> None:
        """Draw a circle's line alone, its width lying inside the radius."""
        edge = tuple(v * SCALE for v in (x - radius, y - radius, x + radius, y + radius))
        self.pen.ellipse(edge, outline=rgb(colour), width=max(1, round(width * SCALE)))

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, radius: float = 0) -> None:
        edge = tuple(v * SCALE for v in (x0, y0, x1, y1))
        self.pen.rounded_rectangle(edge, radius * SCALE, fill=rgb(fill))

    def letters(self, x: float, y: float, text: str, size: float, colour: Colour, degrees: float = 0) -> None:
        """Set a few letters in the face that ships with Pillow, centred on a point."""
        face = ImageFont.load_default(size * SCALE)
        if degrees:
            side = int(size * SCALE * (len(text) + 2))
            mask = Image.new("L", (side, side))
            ImageDraw.Draw(mask).text((side / 2, side / 2), text, fill=255, font=face, anchor="mm")
            mask = mask.rotate(-degrees, Image.Resampling.BICUBIC)
            self.image.paste(rgb(colour), (int(x * SCALE - side / 2), int(y * SCALE - side / 2)), mask)
        else:
            self.pen.text((x * SCALE, y * SCALE), text, fill=rgb(colour), font=face, anchor="mm")

    # Light and shade

    def _mask(self, points: Iterable[Point], *, blur: float = 0, strength: float = 1) -> Image.Image:
        step = 4 if blur else 1  # A blurred shape needs no fine edge.
        mask = Image.new("L", (SIZE[0] // step, SIZE[1] // step))
        drawn = [(x * SCALE / step, y * SCALE / step) for x, y in points]
        ImageDraw.Draw(mask).polygon(drawn, fill=round(255 * strength))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE / step)).resize(SIZE, Image.Resampling.BICUBIC)
        return mask

    def shade(self, points: Sequence[Point], *stops: Colour, across: bool = False) -> None:
        """Fill a shape with a run of colours from its top to its bottom, or from its left to its right."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = math.floor(min(xs) * SCALE), math.floor(min(ys) * SCALE)
        size = (max(1, math.ceil(max(xs) * SCALE) - left), max(1, math.ceil(max(ys) * SCALE) - top))
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(x * SCALE - left, y * SCALE - top) for x, y in points], fill=255)
        self.image.paste(gradient(stops, size=size, across=across), (left, top), mask)

    def tint(self, points: Iterable[Point], colour: Colour, strength: float, *, blur: float = 0) -> None:
        """Lay a colour thinly over a shape; blurred, it is a shadow or a haze."""
        self.image.paste(rgb(colour), (0, 0), self._mask(points, blur=blur, strength=strength))

    def inlay(self, image: Image.Image, x: float, y: float, shape: Iterable[Point]) -> None:
        """Lay an image of one pixel a point into a shape, its top left corner at x and y."""
        size = (image.width * SCALE, image.height * SCALE)
        layer = Image.new("RGB", SIZE)
        layer.paste(image.resize(size, Image.Resampling.BICUBIC), (int(x * SCALE), int(y * SCALE)))
        self.image.paste(layer, (0, 0), self._mask(shape))

    def glow(self, x: float, y: float, rx: float, ry: float, colour: Colour, strength: float = 1) -> None:
        """Add light around a point."""
        size = (int(rx * SCALE) * 2, int(ry * SCALE) * 2)
        # Pillow's gradient is still at 74 where the square ends; light must have died there.
        fall = [int(255 * (max(0, v - 74) / 181) ** 1.7 * strength) for v in range(256)]
        mask = ImageChops.invert(Image.radial_gradient("L")).point(fall).resize(size, Image.Resampling.BICUBIC)
        layer = Image.new("RGB", SIZE)
        layer.paste(rgb(colour), (int((x - rx) * SCALE), int((y - ry) * SCALE)), mask)
        self._show(ImageChops.screen(self.image, layer))

    def bloom(self, light: "Canvas", radius: float, gain: float = 1) -> None:
        """Add another canvas as light, with a halo around it."""
        small = light.image.resize((SIZE[0] // 8, SIZE[1] // 8), Image.Resampling.BOX)
        halo = small.filter(ImageFilter.GaussianBlur(radius * SCALE / 8)).resize(SIZE, Image.Resampling.BICUBIC)
        halo = halo.point([min(255, int(v * gain)) for v in range(256)] * 3)
        self._show(ImageChops.screen(ImageChops.screen(self.image, halo), light.image))

    def blur(self, radius: float) -> None:
        self._show(self.image.filter(ImageFilter.GaussianBlur(radius * SCALE)))

    def halftone(self, mask: Image.Image, cell: float, degrees: float, colour: Colour, gain: float = 1) -> None:
        """Print a grey mask of any size as dots whose area follows it."""
        a, tones = math.radians(degrees), mask.resize((WIDTH // 4, HEIGHT // 4))
        ca, sa, reach = math.cos(a), math.sin(a), int(math.hypot(WIDTH, HEIGHT) / cell / 2) + 2
        for i in range(-reach, reach):
            for j in range(-reach, reach):
                x, y = WIDTH / 2 + (i * ca - j * sa) * cell, HEIGHT / 2 + (i * sa + j * ca) * cell
                if -cell < x < WIDTH + cell and -cell < y < HEIGHT + cell:
                    tone = tones.getpixel((max(0, min(399, int(x / 4))), max(0, min(224, int(y / 4)))))
                    radius = math.sqrt(max(0.0, float(tone) / 255 * gain)) * cell * 0.62  # type: ignore[arg-type]
                    if radius > 0.6:
                        self.circle(x, y, radius, colour)

    def finish(self, rng: random.Random, *, grain: float = 7, vignette: float = 0.16) -> Image.Image:
        """Return the picture at its real size, with a little grain and slightly darker corners."""
        image = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        noise = Image.frombytes("L", (WIDTH, HEIGHT), rng.randbytes(WIDTH * HEIGHT))
        noise = noise.filter(ImageFilter.GaussianBlur(0.9)).point(
            [int(128 + (v - 128) * grain / 40) for v in range(256)]
        )
        image = ImageChops.soft_light(image, Image.merge("RGB", (noise,) * 3))
        left, top = WIDTH // 4, int(HEIGHT * 0.35)
        corners = Image.radial_gradient("L").resize((int(WIDTH * 1.5), int(HEIGHT * 1.7)), Image.Resampling.BICUBIC)
        corners = corners.crop((left, top, left + WIDTH, top + HEIGHT))
        corners = corners.point([255 - int(max(0, v - 70) / 185 * 255 * vignette) for v in range(256)])
        return ImageChops.multiply(image, Image.merge("RGB", (corners,) * 3))


class Isometric:
    """A view without vanishing points: x runs right and down, y left and down, z up."""

    def __init__(self, x: float, y: float, unit: float) -> None:
        self.x, self.y, self.unit = x, y, unit

    def __call__(self, x: float, y: float, z: float = 0) -> Point:
        return self.x + (x - y) * 0.866 * self.unit, self.y + (x + y) * 0.5 * self.unit - z * self.unit

    def solid(
        self,
        canvas: Canvas,
        corner: tuple[float, float, float],
        size: tuple[float, float, float],
        colours: tuple[Colour, Colour, Colour],
        edge: Colour | None = None,
    ) -> None:
        """Draw a box by its three visible faces: top, left, right."""
        (x, y, z), (a, b, c), (top, left, right) = corner, size, colours
        canvas.polygon(
            [self(x, y + b, z), self(x + a, y + b, z), self(x + a, y + b, z + c), self(x, y + b, z + c)], left
        )
        canvas.polygon(
            [self(x + a, y, z), self(x + a, y + b, z), self(x + a, y + b, z + c), self(x + a, y, z + c)], right
        )
        face = [self(x, y, z + c), self(x + a, y, z + c), self(x + a, y + b, z + c), self(x, y + b, z + c)]
        canvas.polygon(face, top)
        if edge is not None:
            canvas.outline(face, edge, 1)


def shades(
    colour: Colour, dark: Colour = "#05070a"
) -> tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]:
    """Return the colours of a box's top, left and right face, lit from above."""
    return rgb(colour), mix(colour, dark, 0.28), mix(colour, dark, 0.46)


def mast(c: Canvas, x: float, foot: float, top: float, wide: float, colour: str) -> None:
    """Draw a lattice tower with parallel sides."""
    for side in (-1, 1):
        c.line([(x + side * wide, foot), (x + side * wide, top)], colour, 5)
    steps = int((foot - top) / (wide * 2))
    for k in range(steps):
        y0, y1 = foot - k * wide * 2, foot - (k + 1) * wide * 2
        c.line([(x - wide, y0), (x + wide, y1)], colour, 2.5)
        c.line([(x + wide, y0), (x - wide, y1)], colour, 2.5)
        c.line([(x - wide, y1), (x + wide, y1)], colour, 3)
