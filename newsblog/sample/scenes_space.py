"""Sample pictures of space and the way there: rockets, a satellite, an asteroid."""

import math
import random

from PIL import Image, ImageDraw

from newsblog.sample.drawing import SIGNAL, Canvas, Isometric, mast, mix, ring, rounded, shift


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
    mast(c, 860, 690, 108, 30, steel)
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
