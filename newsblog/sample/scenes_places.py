"""Sample pictures of places: orbits, launch pads, deserts, courts, vaults, offices, shelves."""

import math
import random

from PIL import Image, ImageDraw

from newsblog.sample.drawing import SIGNAL, Canvas, Isometric, Point, mix, ramp, ring, rounded, shades, shift


def satellite(rng: random.Random) -> Canvas:
    """A satellite above the night side of the Earth, others on their tracks."""
    c = Canvas("#05070d", "#081024", "#0d1e42")
    for _ in range(420):
        b = rng.random() ** 3
        c.circle(rng.uniform(0, 1600), rng.uniform(0, 900), 0.4 + b, mix("#0a1228", "#dfe8ff", b + 0.15))
    light, cx, cy = Canvas("#000000"), 620, 2350
    for k in range(9):
        r = 1760 + k * 62
        light.line(ring(cx, cy, r, start=-150, end=-30), mix("#2c66d8", "#0c1734", k / 9), 1)
        for a in range(3):
            t = math.radians(-90 + rng.uniform(-28, 32))
            colour = SIGNAL if (k + a) % 6 == 0 else "#bcd3ff"
            light.circle(cx + r * math.cos(t), cy + r * math.sin(t), 4, colour)
    c.bloom(light, 7, 1.3)
    c.tint(ring(cx, cy, 1690), "#2f7bff", 0.82, blur=60)
    c.tint(ring(cx, cy, 1668), "#8fc0ff", 0.82, blur=16)
    c.shade(shift(ring(cx, cy, 1650, start=-130, end=-50), 0, 0), "#0d2450", "#0a1a3c", "#060d1f")
    for _ in range(2600):
        t, far = math.radians(-90 + rng.gauss(0, 16)), 1645 - abs(rng.gauss(0, 60))
        if math.sin(t * 37) + math.sin(t * 91 + far / 30) > 0.5:
            c.ellipse(cx + far * math.cos(t), cy + far * math.sin(t), 0.9, 0.7, "#f7c27f")
    view = Isometric(1130, 190, 25)
    for off in (-11.4, 3.4):
        for k in range(4):
            view.solid(c, (off + k * 2, 0.4, 0.6), (1.85, 3.4, 0.12), ("#2757c9", "#0d1f4b", "#132a63"), "#8fb4ff")
            for j in range(1, 4):
                y = 0.4 + j * 0.85
                c.line([view(off + k * 2, y, 0.72), view(off + k * 2 + 1.85, y, 0.72)], "#6f9bff", 1)
    view.solid(c, (-3.2, 1.5, 0.4), (6.4, 1.1, 0.4), ("#8b93a3", "#3a4150", "#262c38"))
    view.solid(c, (-1.6, 0.3, -1.2), (3.2, 3.6, 3.4), ("#e9ebee", "#9aa2b0", "#5b6373"), "#ffffff")
    view.solid(c, (-0.7, 1.3, 2.2), (1.4, 1.5, 0.8), (SIGNAL, "#a72c0c", "#7c1f07"))
    return c


def impactor(rng: random.Random) -> Canvas:
    """A small probe about to strike a moonlet; the larger body lies behind."""
    c = Canvas("#0b0a10", "#14111a", "#0d0a0f")
    for _ in range(260):
        b = rng.random() ** 4
        c.circle(rng.uniform(0, 1600), rng.uniform(0, 900), 0.5 + b, mix("#2a2632", "#f3e9dc", b))

    def rock(x: float, y: float, radius: float, flat: float) -> Image.Image:
        """Return the light on a lumpy ball, lit from the left and above, as a grey mask of a quarter the size."""
        mask = Image.new("L", (400, 225))
        lumps = [(rng.uniform(0, math.tau), rng.randint(2, 7), rng.uniform(0.01, 0.05)) for _ in range(6)]
        pits = [(rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(0.05, 0.22)) for _ in range(26)]
        for px in range(400):
            for py in range(225):
                dx, dy = (px * 4 - x) / radius, (py * 4 - y) / (radius * flat)
                a = math.atan2(dy, dx)
                far = math.hypot(dx, dy) / (1 + sum(k * math.sin(n * a + p) for p, n, k in lumps))
                if far < 1:
                    z = math.sqrt(1 - far * far)
                    tone = max(0.0, -0.72 * dx - 0.38 * dy + 0.42 * z)
                    for u, v, r in pits:
                        d = math.hypot(dx - u, dy - v) / r
                        if d < 1.15:
                            tone *= 0.55 + 0.5 * d if dx - u < (dy - v) * -0.4 else 1.22 - 0.2 * d
                    mask.putpixel((px, py), min(255, int(20 + tone * 250)))
        return mask

    c.halftone(rock(1500, 60, 330, 0.86), 9.5, 24, "#8d7f7a", 0.9)
    c.polygon(ring(1090, 500, 318, 270), "#171218")
    c.halftone(rock(1090, 500, 330, 0.84), 9.5, 24, "#f0c9a0", 1.0)
    light = Canvas("#000000")
    for _ in range(120):  # What the blow will throw back
        a, r0 = math.radians(rng.gauss(198, 30)), rng.uniform(10, 60)
        r1 = r0 + rng.expovariate(1 / 120)
        x, y = 776.0, 448.0
        at = [(x + r * math.cos(a), y + r * math.sin(a)) for r in (r0, r1)]
        light.line(at, mix(SIGNAL, "#3a1006", rng.random() ** 0.6), rng.uniform(0.8, 2.4))
    light.circle(780, 450, 13, "#ffe2c8")
    light.line([(-20, 190), (776, 448)], "#5b2414", 2)
    c.bloom(light, 16, 1.8)
    view = Isometric(330, 268, 25)
    for off in (-7.4, 2.6):
        view.solid(c, (0.4, off, 0.8), (2.2, 5, 0.1), ("#3b66b8", "#14244a", "#1b3263"), "#a9c4f5")
        for k in range(1, 5):
            c.line([view(0.4, off + k, 0.9), view(2.6, off + k, 0.9)], "#86a8e6", 1)
    view.solid(c, (0, -2.2, -0.8), (3, 4.6, 2.8), ("#f1ede4", "#b3aca0", "#6d675f"), "#ffffff")
    c.circle(*view(3, 0, 0.6), 17, "#1a1a1f")
    c.circle(*view(3.05, 0, 0.62), 9, SIGNAL)
    return c


def _mast(c: Canvas, x: float, foot: float, top: float, wide: float, colour: str) -> None:
    """Draw a lattice tower with parallel sides."""
    for side in (-1, 1):
        c.line([(x + side * wide, foot), (x + side * wide, top)], colour, 5)
    steps = int((foot - top) / (wide * 2))
    for k in range(steps):
        y0, y1 = foot - k * wide * 2, foot - (k + 1) * wide * 2
        c.line([(x - wide, y0), (x + wide, y1)], colour, 2.5)
        c.line([(x + wide, y0), (x - wide, y1)], colour, 2.5)
        c.line([(x - wide, y1), (x + wide, y1)], colour, 3)


def launchpad(rng: random.Random) -> Canvas:
    """A large rocket beside its tower before sunrise, mirrored in the water."""
    c = Canvas("#1d2c52", "#4c4a7d", "#b0708c", "#f3a788", "#fbd8ab")
    c.glow(470, 700, 900, 420, "#ffd9a0", 0.8)
    for k in range(5):
        y = 130 + k * 88
        for _ in range(5):
            x, wide = rng.uniform(-100, 1500), rng.uniform(160, 520)
            c.tint(rounded(x, y, x + wide, y + 12, 6), "#ffe3cf", 0.16 + k * 0.03)
    c.box(0, 716, 1600, 900, "#4b3a56")
    c.shade([(0, 722), (1600, 722), (1600, 900), (0, 900)], "#f0b08c", "#8a5f80", "#2d2a4c")
    steel = "#241f33"
    for x, top in ((520, 150), (1300, 120), (1500, 230)):
        c.line([(x, 722), (x, top)], steel, 4)
        c.line([(x, top), (x, top - 40)], steel, 2)
    for x0, y0, x1, y1 in ((520, 112, 860, 96), (860, 96, 1300, 82), (1300, 82, 1500, 192)):
        sag = [(x0 + (x1 - x0) * t / 20, y0 + (y1 - y0) * t / 20 + 160 * t / 20 * (1 - t / 20)) for t in range(21)]
        c.line(sag, steel, 1.2)
    _mast(c, 860, 690, 108, 30, steel)
    for y in (190, 300, 420, 540):
        c.box(886, y, 968, y + 9, steel)
    for side in (-1, 1):
        x = 1010 + side * 61
        body = [(x - 19, 668), (x - 19, 356), (x, 306), (x + 19, 356), (x + 19, 668)]
        c.shade(body, "#ffe9d8", "#fdf6ef", "#8c7f93", across=True)
        for y in (420, 500, 580):
            c.box(x - 19, y, x + 19, y + 4, "#a7949f")
        c.polygon([(x - 19, 650), (x - 30, 690), (x + 30, 690), (x + 19, 650)], "#4a4254")
    c.shade([(968, 660), (968, 350), (1052, 350), (1052, 660)], "#f2a25e", "#d9702d", "#7c3517", across=True)
    for y in range(372, 660, 32):
        c.line([(968, y), (1052, y)], "#b7591f", 1)
    c.shade([(972, 350), (988, 270), (1032, 270), (1048, 350)], "#ffe3c6", "#f4e6da", "#857789", across=True)
    c.shade([(988, 270), (988, 214), (1032, 214), (1032, 270)], "#fff1e2", "#eee0d8", "#83768a", across=True)
    c.polygon([(988, 214), (1002, 176), (1018, 176), (1032, 214)], "#efe3dc")
    c.box(1006, 128, 1014, 178, "#efe3dc")
    c.polygon([(1006, 128), (1010, 106), (1014, 128)], "#efe3dc")
    c.box(970, 660, 1050, 690, "#4a4254")
    c.polygon([(760, 690), (1220, 690), (1250, 722), (730, 722)], "#1b1828")
    for x in (800, 900, 1120, 1190):
        c.glow(x, 690, 60, 46, "#fff0c8", 0.9)
    mirror = c.image.crop((0, 300, 3200, 1444)).transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((3200, 356))
    fade = Image.new("L", (3200, 356))
    strokes = ImageDraw.Draw(fade)
    for y in range(0, 356, 6):
        strokes.rectangle((0, y, 3200, y + 5), fill=int(130 * (1 - y / 356)))
    c.image.paste(mirror, (0, 1444), fade)
    for _ in range(150):
        y = 728 + rng.random() ** 1.6 * 172
        x, wide = rng.uniform(-50, 1600), rng.uniform(20, 150) * (y - 690) / 120
        c.tint(rounded(x, y, x + wide, y + 1 + (y - 722) / 70, 1), "#ffe2c4", 0.22)
    c.circle(1010, 102, 5, SIGNAL)
    c.glow(1010, 102, 46, 46, SIGNAL, 0.9)
    return c


def plume(rng: random.Random) -> Canvas:
    """A printed rocket at night, its layers showing, on a blue methane flame."""
    c = Canvas("#120f2e", "#24215e", "#4a3b9c", "#7a5fc4")
    for _ in range(220):
        b = rng.random() ** 4
        c.circle(rng.uniform(0, 1600), rng.uniform(0, 560), 0.5 + b, mix("#33306e", "#ffffff", b))
    x = 840.0
    c.glow(x, 900, 900, 520, "#8fb0ff", 0.8)
    c.glow(x, 640, 260, 420, "#7fd0ff", 0.9)
    light = Canvas("#000000")
    for k in range(9):  # Nine engines, one flame
        dx = (k - 4) * 15
        tail = [(x + dx - 7, 560), (x + dx + 7, 560), (x + dx * 2.3 + 22, 900), (x + dx * 2.3 - 22, 900)]
        light.shade(tail, "#dff4ff", "#5aa6ff", "#3c35b8", "#1a1452")
        for n in range(6):  # Shock diamonds
            y, s = 590 + n * 44, 9 - n
            light.polygon(
                [
                    (x + dx * (1 + n * 0.12), y - 16),
                    (x + dx * (1 + n * 0.12) + s, y),
                    (x + dx * (1 + n * 0.12), y + 16),
                    (x + dx * (1 + n * 0.12) - s, y),
                ],
                "#ffffff",
            )
    c.bloom(light, 18, 1.5)
    body = [
        (x - 74, 545),
        (x - 74, 150),
        (x - 58, 96),
        (x - 30, 52),
        (x, 24),
        (x + 30, 52),
        (x + 58, 96),
        (x + 74, 150),
        (x + 74, 545),
    ]
    c.shade(body, "#6f7fd0", "#f4f2ff", "#cfd0ee", "#4a4790", across=True)
    for y in range(56, 545, 6):  # The layers of the printer
        half = 74 if y > 150 else 74 * math.sin(math.acos(min(1.0, (150 - y) / 128)))
        c.tint([(x - half, y), (x + half, y), (x + half, y + 2), (x - half, y + 2)], "#2c2870", 0.22)
    for y, colour in ((228, SIGNAL), (382, "#2c2870")):
        c.tint([(x - 74, y), (x + 74, y), (x + 74, y + 16), (x - 74, y + 16)], colour, 0.95)
    c.shade([(x - 74, 545), (x + 74, 545), (x + 66, 566), (x - 66, 566)], "#3a3778", "#15133a")
    for _ in range(170):  # Ice from the tanks
        high = rng.uniform(300, 890)
        off = rng.gauss(0, 90 + (high - 300) * 0.32)
        size = rng.uniform(1, 5)
        shard = [(x + off, high - size * 2), (x + off + size, high), (x + off, high + size * 2), (x + off - size, high)]
        c.polygon(shard, mix("#9fb4ff", "#ffffff", rng.random()))
    for k, (cx, r) in enumerate(((150, 150), (390, 120), (1240, 140), (1500, 190), (640, 100), (1050, 110))):
        c.tint(ring(cx, 930, r, r * 0.62), mix("#b9a8f2", "#ffffff", k / 8), 0.5, blur=26)
    return c


def desert_fab(rng: random.Random) -> Canvas:
    """A chip plant under cranes in the desert."""
    c = Canvas("#fbe7c2", "#f9cf98", "#f0a873")
    c.circle(1270, 250, 118, "#fff3d8")
    for base, tall, colour, rough in (
        (560, 150, "#d98d6a", 0.8),
        (610, 110, "#b9694f", 1.3),
        (650, 60, "#93503f", 2.0),
    ):
        phase = rng.uniform(0, 9)
        line = [
            (float(x), base - tall * abs(math.sin(x / 330 + phase)) * (0.7 + 0.3 * math.sin(x / 90 * rough)))
            for x in range(0, 1610, 10)
        ]
        c.polygon([(0, 900), *line, (1600, 900)], colour)
    c.shade([(0, 660), (1600, 660), (1600, 900), (0, 900)], "#e6b27f", "#c98a5c", "#9a5f41")
    for x0, y0, x1, y1 in ((240, 470, 820, 690), (820, 420, 1180, 690), (1180, 520, 1400, 690)):
        c.tint([(x0 + 60, y1), (x1 + 120, y1), (x1 + 190, y1 + 60), (x0 + 130, y1 + 60)], "#5a2d1e", 0.35, blur=10)
        c.shade([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], "#fffaf0", "#f1e3d0", "#d9c4ab")
        c.box(x0, y0, x1, y0 + 14, "#2f5f66")
        c.box(x0, y1 - 44, x1, y1 - 40, "#2f5f66")
        for x in range(x0 + 22, x1 - 20, 34):
            c.line([(x, y0 + 14), (x, y1)], "#dfcdb6", 1.5)
        for x in range(x0 + 40, x1 - 60, 96):
            c.box(x, y0 - 30, x + 54, y0, "#cdd6d4", 3)
            c.box(x + 10, y0 - 44, x + 44, y0 - 28, "#a9b7b6", 3)
    c.box(860, 500, 1140, 640, "#2f5f66", 4)
    for i in range(7):
        for j in range(3):
            lit = (i, j) == (4, 1)
            c.box(874 + i * 38, 512 + j * 42, 904 + i * 38, 546 + j * 42, SIGNAL if lit else "#8fc3c0", 2)
    for x, top, jib in ((360, 120, 420), (1060, 70, -470)):
        _mast(c, x, 690 if x < 500 else 420, top, 11, "#7a2f22")
        y = top - 12
        for k in range(0, abs(jib), 24):
            s = 1 if jib > 0 else -1
            c.line([(x + s * k, y), (x + s * (k + 12), y - 20), (x + s * (k + 24), y)], "#7a2f22", 2)
        c.line([(x - math.copysign(110, jib), y), (x + jib, y)], "#7a2f22", 4)
        c.line([(x - math.copysign(110, jib), y), (x, y - 70), (x + jib * 0.7, y)], "#7a2f22", 2)
        c.box(x - math.copysign(110, jib) - 24, y, x - math.copysign(110, jib) + 24, y + 34, "#7a2f22")
        hook = x + jib * 0.72
        c.line([(hook, y), (hook, y + 180)], "#7a2f22", 2)
        c.box(hook - 42, y + 180, hook + 42, y + 206, "#2f5f66")
    for at, foot, size in ((110, 800, 1.2), (1500, 780, 0.9), (690, 850, 0.7), (1290, 860, 1.1)):
        c.tint(ring(at + 50 * size, foot + 4, 70 * size, 9 * size), "#5a2d1e", 0.4, blur=6)
        green = "#3f5f43"
        c.box(at - 17 * size, foot - 190 * size, at + 17 * size, foot, green, 17 * size)
        c.line(
            [(at, foot - 80 * size), (at - 52 * size, foot - 80 * size), (at - 52 * size, foot - 140 * size)],
            green,
            22 * size,
        )
        c.line(
            [(at, foot - 60 * size), (at + 50 * size, foot - 60 * size), (at + 50 * size, foot - 112 * size)],
            green,
            22 * size,
        )
        for dx, dy in ((-52, -140), (50, -112)):
            c.circle(at + dx * size, foot + dy * size, 11 * size, green)
        for dx in (-6, 5):
            c.line([(at + dx * size, foot - 178 * size), (at + dx * size, foot - 6)], "#5c8060", 2 * size)
    return c


def pillars(rng: random.Random) -> Canvas:
    """A public building cut from paper; a thin red line of data runs through its columns."""
    c = Canvas("#dbe5f4", "#eef2f8", "#c8d6ec")
    blue, deep, pale = "#2a55b0", "#12306f", "#f7f9fd"
    c.circle(1290, 210, 96, "#ffffff")
    for k in range(3):
        x0, x1, y = 250 - k * 46, 1350 + k * 46, 764 + k * 42
        c.shade(
            [(x0, y), (x1, y), (x1, y + 42), (x0, y + 42)], mix(pale, blue, 0.08 * k), mix(pale, blue, 0.25 + 0.08 * k)
        )
    c.box(300, 330, 1300, 764, deep)
    for i in range(6):
        c.shade(rounded(412 + i * 152, 430, 492 + i * 152, 764, 6), "#0c2150", "#1a3d8a")
    signal = [(-20.0, 660.0), (356.0, 660.0), (432.0, 590.0), (816.0, 590.0), (890.0, 520.0), (1640.0, 520.0)]
    c.line(signal, SIGNAL, 11)
    for i in range(7):
        x = 322 + i * 151
        c.tint([(x + 50, 372), (x + 96, 372), (x + 96, 764), (x + 50, 764)], "#071636", 0.5, blur=8)
        c.shade(
            [(x, 376), (x + 54, 376), (x + 54, 752), (x, 752)], "#ffffff", "#e3ebf8", "#a9bfe6", "#6f90d0", across=True
        )
        for k in range(4):
            c.line([(x + 10 + k * 12, 384), (x + 10 + k * 12, 748)], "#9fb7e2", 2)
        c.shade(rounded(x - 10, 352, x + 64, 378, 5), "#ffffff", "#b7c9ea")
        c.shade(rounded(x - 8, 746, x + 62, 766, 4), "#ffffff", "#b7c9ea")
    c.shade([(262, 286), (1338, 286), (1338, 354), (262, 354)], "#ffffff", "#d3dff3", "#9db5e0")
    for x in range(286, 1320, 34):
        c.box(x, 336, x + 18, 352, "#8fa9da")
    c.shade([(230, 286), (800, 92), (1370, 286)], "#ffffff", "#dfe8f7", "#b5c8ea")
    c.shade([(352, 268), (800, 124), (1248, 268)], "#4a76c9", blue, "#1c4294")
    for x, y in ((356, 660), (432, 590), (1240, 520), (1480, 520)):
        c.circle(x, y, 19, SIGNAL)
        c.circle(x, y, 9, "#ffffff")
    for _ in range(9):
        at, high, wing = rng.uniform(120, 700), rng.uniform(60, 240), rng.uniform(6, 12)
        c.line([(at - wing, high - wing * 0.5), (at, high), (at + wing, high - wing * 0.6)], "#4a67a4", 2)
    return c


def vault(rng: random.Random) -> Canvas:
    """The round door of a vault, a little open, light in the gap."""
    c = Canvas("#e9e6da", "#ded8c6", "#cdc5ae")
    for k in range(9):
        c.line([(0, 100 * k + 50), (1600, 100 * k + 50)], "#c9c1a9", 2)
    for k in range(9):
        for x in range(-100 + (k % 2) * 110, 1700, 220):
            c.line([(x, 100 * k - 50), (x, 100 * k + 50)], "#c9c1a9", 2)
    cx, cy = 760, 450
    c.tint(ring(cx + 20, cy + 30, 420), "#3a3520", 0.4, blur=30)
    c.shade(ring(cx, cy, 416), "#f5f1e4", "#a8a08a", "#6f6852")
    c.shade(ring(cx, cy, 382), "#8a8470", "#d8d2bd")
    c.circle(cx, cy, 360, "#0d1c18")
    c.glow(cx + 270, cy, 240, 420, SIGNAL, 1.0)
    c.shade(ring(cx + 8, cy, 350), "#3b1a0c", "#ff8a4c", across=True)
    dx = -64.0
    door = ring(cx + dx, cy, 346, 356)
    c.tint(shift(door, 30, 14), "#1a0a02", 0.55, blur=14)
    c.shade(ring(cx + dx + 22, cy, 346, 356), "#0f2c26", "#1c4a3f", "#0a1f1b")
    c.shade(door, "#3f8a77", "#1f5d4f", "#123c33", "#0d2c26")
    c.shade(ring(cx + dx, cy, 292, 300), "#123c33", "#2b7463")
    c.shade(ring(cx + dx, cy, 276, 284), "#348070", "#1b5347", "#113a32")
    for k in range(24):
        a = math.radians(k * 15)
        u, v = cx + dx + 318 * math.cos(a), cy + 327 * math.sin(a)
        c.circle(u + 3, v + 4, 15, "#0a211c")
        c.circle(u, v, 15, "#c69a4b")
        c.circle(u - 3, v - 4, 8, "#f0d592")
    for k in range(8):
        a = math.radians(k * 45 + 22)
        path = [(cx + dx + r * math.cos(a), cy + r * math.sin(a)) for r in (150, 268)]
        c.line(shift(path, 4, 8), "#0a211c", 34)
        c.line(path, "#b98c3f", 32)
        c.line(shift(path, -5, -5), "#ecd08a", 8)
    c.shade(ring(cx + dx, cy, 150), "#f3dca0", "#b98c3f", "#6d4d1a")
    c.shade(ring(cx + dx, cy, 130), "#2b7463", "#123c33")
    for k in range(5):
        a = math.radians(k * 72 - 90 + rng.uniform(0, 1))
        path = [(cx + dx, cy), (cx + dx + 186 * math.cos(a), cy + 186 * math.sin(a))]
        c.line(shift(path, 6, 10), "#0a211c", 22)
        c.line(path, "#d9b163", 20)
        c.circle(path[1][0], path[1][1], 25, "#d9b163")
        c.circle(path[1][0] - 6, path[1][1] - 7, 11, "#f6e3ae")
    c.shade(ring(cx + dx, cy, 58), "#fbecc0", "#c69a4b", "#7c5a22")
    for y in (230, 610):  # Hinges
        c.tint(rounded(300, y + 14, 420, y + 74, 12), "#1a0a02", 0.4, blur=10)
        c.shade(rounded(286, y, 410, y + 60, 14), "#5fa592", "#1f5d4f", "#0d2c26")
    c.tint([(1050, 420), (1600, 300), (1600, 820), (1050, 520)], "#ffb27a", 0.30, blur=40)
    return c


def desks(rng: random.Random) -> Canvas:
    """Rows of desks from above; here and there one has gone and left its outline."""
    c = Canvas("#e6ece6", "#dbe4dc", "#cbd8cd")
    view = Isometric(800, -420, 60)
    lamps = 0
    for y in range(0, 40, 4):
        for x in range(0, 40, 4):
            px, py = view(x + 1.5, y + 1)
            if not (-220 < px < 1820 and -160 < py < 1080):
                continue
            gone = rng.random() < 0.13
            plate = [view(x, y), view(x + 3, y), view(x + 3, y + 1.7), view(x, y + 1.7)]
            if gone:
                for k in range(4):
                    (ax, ay), (bx, by) = plate[k], plate[(k + 1) % 4]
                    for n in range(0, 10, 2):
                        dash = [(ax + (bx - ax) * t / 10, ay + (by - ay) * t / 10) for t in (n, n + 1)]
                        c.line(dash, "#8aa091", 2.5)
                continue
            c.tint(shift(plate, 20, 34), "#3c5546", 0.35)
            view.solid(c, (x, y, 0.75), (3, 1.7, 0.12), shades("#f6f3e9", "#6d5a3c"), "#ffffff")
            for leg in (0.1, 2.7):
                view.solid(c, (x + leg, y + 1.5, 0), (0.14, 0.14, 0.75), shades("#9db0a2"))
            lamp = lamps == 0 and 500 < px < 900 and 300 < py < 600
            lamps += lamp
            view.solid(
                c, (x + 0.8, y + 0.35, 0.87), (1.3, 0.1, 0.9), ("#26332b", SIGNAL if lamp else "#3f8f6b", "#1b261f")
            )
            view.solid(c, (x + 0.9, y + 0.95, 0.87), (1.1, 0.4, 0.04), shades("#c3ccc4"))
            view.solid(
                c, (x + 2.3, y + 0.9, 0.87), (0.3, 0.3, 0.3), shades(rng.choice(("#d9a441", "#7fa38d", "#c96f4a")))
            )
            view.solid(c, (x + 0.9, y + 2.2, 0.45), (1.0, 0.9, 0.14), shades("#5a7a68"))
            view.solid(c, (x + 0.9, y + 3.0, 0.5), (1.0, 0.14, 0.9), shades("#6d917c"))
    return c


def bookshelf(rng: random.Random) -> Canvas:
    """A shelf of books; on its right they turn into pixels."""
    c = Canvas("#f3e4c6", "#ecd8b2", "#e0c595")
    cloth = ("#8c2f2b", "#2e4d5c", "#c08a35", "#3f5a3c", "#6d4a6a", "#b65c36", "#27353f", "#d9c7a0")
    for top, floor in ((-40, 270), (310, 590), (630, 910)):
        c.shade([(0, floor), (1600, floor), (1600, floor + 34), (0, floor + 34)], "#a8733f", "#7a4f28", "#5c3a1c")
        x = -20.0
        while x < 1600:
            wide, tall = rng.uniform(30, 74), rng.uniform(0.72, 0.97) * (floor - top - 20)
            colour, lost = rng.choice(cloth), max(0.0, (x - 820) / 780)
            if rng.random() < 0.05 and 100 < x < 800:
                x += wide * 1.3
                continue
            if top == 310 and 520 < x < 585:
                colour = SIGNAL
            size = 13.0
            if lost <= 0:
                book = [(x, floor - tall), (x + wide, floor - tall), (x + wide, floor), (x, floor)]
                c.shade(book, mix(colour, "#ffffff", 0.12), colour, mix(colour, "#000000", 0.35), across=True)
                band = mix(colour, "#f6e7c4", 0.7)
                for at in (0.12, 0.16, 0.82):
                    c.box(x, floor - tall * (1 - at), x + wide, floor - tall * (1 - at) + 4, band)
                if wide > 40:
                    c.box(x + wide * 0.3, floor - tall * 0.66, x + wide * 0.7, floor - tall * 0.36, band, 2)
            else:
                for i in range(int(wide / size)):
                    for j in range(int(tall / size)):
                        if rng.random() > lost**0.75 * 1.05:
                            far = lost * lost * 60
                            px, py = (
                                x + i * size + rng.uniform(-far, far),
                                floor - (j + 1) * size + rng.uniform(-far, far),
                            )
                            c.box(px, py, px + size - 2, py + size - 2, mix(colour, "#f6e7c4", rng.random() * 0.3))
            x += wide + 3
    return c


def exchange(rng: random.Random) -> Canvas:
    """Lines from many sellers and many buyers, all through one narrow ring."""
    c = Canvas("#f2f5f9", "#e8edf5", "#d9e1ee")
    cx, cy = 800.0, 450.0
    blues = ("#0f2f78", "#2453b5", "#5a86dd", "#93b2ec")

    def strand(x: float, y: float, at: float) -> list[Point]:
        """Return a soft curve from a place on the edge to a place in the ring."""
        return [(x + (cx - x) * t, y + (cy + at - y) * (t * t * (3 - 2 * t))) for t in (k / 40 for k in range(41))]

    for k in range(33):
        y, at = 30 + k * 26.2, (k - 16) * 5.6
        for x, wide in ((30.0, 3.5), (1570.0, 3.5)):
            c.line(strand(x, y + rng.uniform(-6, 6), at), ramp(blues, abs(k - 16) / 16 + rng.uniform(-0.1, 0.1)), wide)
    for k in range(33):
        y = 30 + k * 26.2
        size = rng.uniform(7, 17)
        c.box(30 - size, y - size, 30 + size, y + size, blues[k % 3], 3)
        c.circle(1570, y, rng.uniform(7, 17), blues[(k + 1) % 3])
    c.tint(ring(cx + 14, cy + 26, 196), "#0b1f4d", 0.4, blur=24)
    c.shade(ring(cx, cy, 190), "#2f5fc4", "#173d8f", "#0c2560")
    c.shade(ring(cx, cy, 146), "#e8edf5", "#ffffff")
    for k in range(25):
        at = (k - 12) * 10.4
        half = math.sqrt(max(0.0, 140**2 - at * at))
        c.line([(cx - half, cy + at), (cx + half, cy + at)], ramp(blues, k / 24), 5)
    start = math.radians(-150)
    wedge = [(cx, cy), *ring(cx, cy, 208, start=-150, end=-42), (cx, cy)]
    c.polygon(shift(wedge, 26 * math.cos(start + 0.95), 26 * math.sin(start + 0.95)), SIGNAL)
    return c
