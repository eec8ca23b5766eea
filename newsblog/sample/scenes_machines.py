"""Sample pictures of machines: chips, halls, cables, ports, layers of a model or a laptop."""

import math
import random

from PIL import Image

from newsblog.sample.drawing import SIGNAL, Canvas, Isometric, Point, mix, ramp, ring, rounded, shades, shift


def cable(rng: random.Random) -> Canvas:
    """A cable with its repeaters, lying on the floor of the sea."""
    c = Canvas("#0a2a3a", "#06222f", "#04161f")
    hills = [(rng.uniform(-100, 1700), rng.uniform(120, 420), rng.uniform(-1, 1)) for _ in range(26)]

    def floor(x: float, k: int) -> float:
        rise = sum(g * 62 * math.exp(-(((x - at + k * 22) / wide) ** 2)) for at, wide, g in hills)
        return 250 + k * 27 + rise + 12 * math.sin(x / 70 + k)

    for k in range(26):
        t, line = k / 25, [(float(x), floor(x, k)) for x in range(0, 1605, 5)]
        c.polygon([(0, 900), *line, (1600, 900)], mix("#1f8a94", "#041219", t**0.75))
        c.line(line, mix("#8fe6dc", "#0c3f4c", t**0.6), 2 if k % 5 == 0 else 1)
        if k == 13:
            light = Canvas("#000000")
            run = [(x, y - 7 - 5 * math.sin(x / 40)) for x, y in line]
            light.line(run, SIGNAL, 5)
            for x, y in run[8::44]:
                light.box(x - 20, y - 7, x + 20, y + 7, "#ffd2be", 6)
            c.bloom(light, 12, 1.7)
    for i in range(7):
        c.glow(150 + i * 230 + rng.uniform(-60, 60), -60, 130, 560, "#4fd6d0", 0.22)
    return c


def chip(rng: random.Random) -> Canvas:
    """A processor on its board, hot in the middle, traces running out to all four sides."""
    c = Canvas("#0a1214", "#0c1a1b", "#071013")
    c.glow(800, 470, 900, 620, "#0d5c55", 0.75)
    view, light = Isometric(800, 60, 42), Canvas("#000000")
    for i in range(90):
        place, along_y = 5 + i % 45 * 0.244, i >= 45
        run = rng.choice((0.6, 1.2, 2, 3.5, 5))
        colour = rng.choice(("#0f6a60", "#128f80", "#0b4743", "#0b4743"))
        for sign, start in ((1, 16.2), (-1, 4.8)):
            bend = rng.choice((-0.6, 0, 0.6))
            path = [(start, place), (start + sign * run, place), (start + sign * (run + 0.6), place + bend)]
            path.append((start + sign * 14, place + bend))
            trace = [view(y, x) if along_y else view(x, y) for x, y in path]
            c.line(trace, colour, 1.5)
            if rng.random() < 0.13:
                light.line(trace[:3], "#3ff0d2" if rng.random() < 0.75 else SIGNAL, 2)
                light.ellipse(*trace[2], 4, 3, "#9ffbe9")
    c.bloom(light, 14, 1.6)
    view.solid(c, (4.8, 4.8, 0), (11.4, 11.4, 0.7), ("#15393a", "#0a2324", "#061617"), "#2a6b67")
    for i in range(30):
        s = 5.1 + i * 0.372
        for x, y in ((s, 5.0), (s, 15.8), (5.0, s), (15.8, s)):
            view.solid(c, (x, y, 0.7), (0.2, 0.2, 0.05), ("#c9a86a", "#80683c", "#5e4b2b"))
    for x in (5.7, 13.6):
        for y in (5.7, 8.4, 11.1):
            for k in range(5):
                top = mix("#1c4a4a", "#3aa394", k / 5)
                view.solid(c, (x, y, 0.7 + k * 0.2), (1.7, 2.3, 0.16), (top, "#0d2d2e", "#081d1e"), "#3fb6a6")
    view.solid(c, (7.8, 5.9, 0.7), (5.4, 7.7, 0.9), ("#102022", "#0b1718", "#070f10"), "#52d8c4")
    for i in range(9):
        for j in range(13):
            hot = math.exp(-((i - 4) ** 2 + (j - 6) ** 2) / 9)
            top = mix("#12393a", "#ff6a35" if hot > 0.2 else "#2bb8a3", rng.random() * 0.45 + hot * 0.8)
            corner = (8.0 + i * 0.565, 6.1 + j * 0.565, 1.6)
            view.solid(c, corner, (0.46, 0.46, 0.05 + hot * 0.5), (top, "#0a2021", "#081819"))
    c.glow(*view(10.5, 9.7, 2.2), 330, 240, SIGNAL, 0.55)
    return c


def datahall(rng: random.Random) -> Canvas:
    """An aisle of servers that runs into blue light."""
    c, vx, vy = Canvas("#06080f", "#0d1426", "#070a13"), 900.0, 400.0
    c.glow(vx, vy, 620, 520, "#4b74ff", 0.95)
    light = Canvas("#000000")

    def at(x: float, y: float, z: float) -> Point:
        return vx + x / z, vy + y / z

    for i in reversed(range(46)):
        z = 0.34 + 0.11 * i
        c.line((at(-330, 330, z), at(330, 330, z)), mix("#1b2950", "#070a13", 1 - 0.4 / z), 1)
        light.line((at(-90, -330, z), at(90, -330, z)), mix("#9db5ff", "#000000", 1 - 0.36 / z), 1.25 / z)
    for i in reversed(range(16)):
        z0 = 0.30 + 0.42 * i
        z1, fog = z0 + 0.36, min(1.0, z0 / 5.5)
        for side in (-1, 1):
            x = side * 330
            rack = [at(x, -300, z0), at(x, -300, z1), at(x, 330, z1), at(x, 330, z0)]
            c.polygon(rack, mix("#0a0f1c" if side < 0 else "#0d1424", "#3a5fd6", fog * 0.75))
            c.outline(rack, mix("#22345f", "#6f92ff", fog), 1)
            for k in range(26):
                y = -285 + k * 23.2
                c.line((at(x, y, z0 + 0.02), at(x, y, z1 - 0.02)), mix("#1a2748", "#5d82ee", fog), 1)
                for m in range(9):
                    if rng.random() < 0.36:
                        a = z0 + 0.04 + m * 0.034
                        lamp = rng.choice(("#7fa0ff",) * 9 + ("#ffffff", SIGNAL))
                        light.line(
                            (at(x, y + 9, a), at(x, y + 9, a + 0.018)), mix(lamp, "#101830", fog * 0.85), 1.6 / z0
                        )
    c.bloom(light, 10, 1.5)
    c.glow(vx, vy, 200, 230, "#cfdcff", 0.9)
    return c


def modules(rng: random.Random) -> Canvas:
    """A laptop taken apart into layers, its ports lying beside it."""
    c = Canvas("#eef1f3", "#dde4e8", "#c7d2d9")
    view = Isometric(745, 476, 38)
    corner = [view(-1, 14, -1.2), view(13, 14, -1.2), view(13, -1, -1.2), view(-1, -1, -1.2)]
    c.tint(shift(corner, 0, 40), "#32434f", 0.3, blur=34)
    view.solid(c, (0, 0, 0), (12, 9, 0.35), shades("#b9c4cb"), "#ffffff")
    for x in (1, 6.4):
        view.solid(c, (x, 5.4, 0.35), (4.8, 3, 0.25), shades("#3b4954"))
    for k in range(3):
        for x in (-2.6, 13.1):
            orange = (k, x) == (1, 13.1)
            view.solid(
                c, (x, 1.2 + k * 2.4, 0.05), (1.5, 1.4, 0.32), shades(SIGNAL if orange else "#8fa0ab"), "#ffffff"
            )
            c.line(
                [view(x + (1.5 if x < 0 else 0), 1.9 + k * 2.4, 0.2), view(0 if x < 0 else 12, 1.9 + k * 2.4, 0.2)],
                "#7c8d99",
                1.5,
            )
    for dx, dy in ((12, 0), (12, 9), (0, 9)):
        for k in range(16):
            c.line([view(dx, dy, 0.6 + k * 0.32), view(dx, dy, 0.72 + k * 0.32)], "#7c8d99", 1.5)
    view.solid(c, (1, 0.7, 2.4), (10, 4.4, 0.14), shades("#1f6f5c"), "#6fd0b6")
    for _ in range(34):
        x, y = rng.uniform(1.2, 10), rng.uniform(0.9, 4.4)
        view.solid(c, (x, y, 2.54), (rng.uniform(0.15, 0.7), rng.uniform(0.15, 0.5), 0.12), shades("#16323a"))
    view.solid(c, (4.6, 1.6, 2.54), (2, 2, 0.2), shades("#d6dbe0"), "#ffffff")
    view.solid(c, (7.2, 1.9, 2.54), (2.2, 0.5, 0.3), shades("#c79a3e"))
    view.solid(c, (0, 0, 4.6), (12, 9, 0.2), shades("#e9edf0"), "#ffffff")
    for row in range(5):
        for col in range(14):
            view.solid(c, (0.7 + col * 0.76, 0.7 + row * 0.78, 4.8), (0.64, 0.64, 0.1), shades("#27323a"))
    view.solid(c, (4, 5.3, 4.8), (4, 2.8, 0.05), shades("#cfd7dc"), "#9fadb6")
    screen = [view(0, 0, 6.2), view(12, 0, 6.2), view(12, 0, 12.2), view(0, 0, 12.2)]
    c.shade(screen, "#1d2b39", "#2d4458")
    c.shade(
        [view(0.3, 0, 6.6), view(11.7, 0, 6.6), view(11.7, 0, 11.9), view(0.3, 0, 11.9)],
        "#f7d9b8",
        "#e98f5e",
        "#6d4a86",
    )
    c.outline(screen, "#ffffff", 1.5)
    return c


def usb_port(rng: random.Random) -> Canvas:
    """One port in front, large; the mouths of the ports that it replaces behind."""
    c = Canvas("#f9d462", "#f4c23c", "#e9ad22")
    ghost, hole = "#dfa31f", "#f0bb33"
    for row, y in enumerate((96, 236, 664, 804)):
        for col in range(9):
            x, kind = 60 + col * 196 + (row % 2) * -90, (col * 3 + row * 2) % 5
            if kind == 0:  # A wide old plug
                c.box(x - 66, y - 30, x + 66, y + 30, ghost, 5)
                c.box(x - 52, y - 20, x + 52, y + 2, hole, 2)
            elif kind == 1:  # Micro, cut at two corners
                c.polygon(
                    [
                        (x - 52, y - 22),
                        (x + 52, y - 22),
                        (x + 52, y + 4),
                        (x + 32, y + 22),
                        (x - 32, y + 22),
                        (x - 52, y + 4),
                    ],
                    ghost,
                )
                c.box(x - 34, y - 10, x + 34, y, hole, 2)
            elif kind == 2:  # A barrel
                c.circle(x, y, 36, ghost)
                c.circle(x, y, 22, hole)
                c.circle(x, y, 9, ghost)
            elif kind == 3:  # Mini, narrow at the foot
                c.polygon(
                    [
                        (x - 50, y - 30),
                        (x + 50, y - 30),
                        (x + 50, y),
                        (x + 34, y + 12),
                        (x + 34, y + 28),
                        (x - 34, y + 28),
                        (x - 34, y + 12),
                        (x - 50, y),
                    ],
                    ghost,
                )
                c.box(x - 26, y - 8, x + 26, y + 6, hole, 2)
            else:  # A tongue with contacts
                c.box(x - 62, y - 16, x + 62, y + 16, ghost, 16)
                for k in range(7):
                    c.box(x - 44 + k * 13, y - 7, x - 38 + k * 13, y + 7, hole, 2)
    cx, cy = 800, 450
    shell = rounded(cx - 470, cy - 150, cx + 470, cy + 150, 150)
    c.tint(shift(shell, 26, 44), "#6b4300", 0.5, blur=30)
    c.shade(shell, "#fbfcfd", "#c3c9d0", "#8b929b", "#e4e8ec")
    c.shade(rounded(cx - 446, cy - 126, cx + 446, cy + 126, 126), "#7d848d", "#dfe3e8", "#f7f9fa")
    c.shade(rounded(cx - 424, cy - 104, cx + 424, cy + 104, 104), "#08090b", "#1a1d22", "#2b3037")
    c.tint(shift(rounded(cx - 330, cy - 34, cx + 330, cy + 34, 16), 0, 18), "#000000", 0.7, blur=12)
    c.shade(rounded(cx - 330, cy - 34, cx + 330, cy + 34, 16), "#4a515b", "#2b3038", "#1a1d22")
    for k in range(12):
        x = cx - 297 + k * 54
        c.shade(rounded(x - 13, cy - 34, x + 13, cy - 6, 4), "#fbe2a0", "#d9a53b")
        c.shade(rounded(x - 13, cy + 6, x + 13, cy + 34, 4), "#b37f20", SIGNAL if k == 7 else "#e9bd5a")
    c.tint(rounded(cx - 380, cy - 140, cx + 180, cy - 132, 4), "#ffffff", 0.9, blur=3)
    return c


def wafer(rng: random.Random) -> Canvas:
    """A silicon wafer that breaks the light into colours; three of its dies are marked."""
    c = Canvas("#0c0e12", "#14181d", "#0a0c10")
    c.glow(820, 430, 900, 640, "#233746", 0.8)
    cx, cy, radius = 860, 520, 620
    skin = Image.new("RGB", (180, 180))
    film = ("#0c3a4a", "#0f7f86", "#57c7a6", "#d9d4b0", "#e59a6a", "#b7487a", "#4a3aa8", "#123a63", "#0c3a4a")
    for i in range(180):
        for j in range(180):
            a, far = math.atan2(j - 90, i - 90), math.hypot(i - 90, j - 90) / 90
            sheen = 0.35 + 0.65 * abs(math.cos(a + 0.7)) ** 1.5
            skin.putpixel((i, j), mix("#0b0f14", ramp(film, (a / math.tau * 2 + 0.55 * far + 0.25) % 1), sheen))

    def colour(x: float, y: float) -> tuple[int, int, int]:
        i, j = int((x - cx + radius) / radius * 90), int((y - cy + radius) / radius * 90)
        pixel = skin.getpixel((max(0, min(179, i)), max(0, min(179, j))))
        return pixel if isinstance(pixel, tuple) and len(pixel) == 3 else (0, 0, 0)

    c.circle(cx, cy, radius, "#10171c")
    film_image = skin.resize((radius * 2, radius * 2), Image.Resampling.BICUBIC)
    c.inlay(film_image, cx - radius, cy - radius, ring(cx, cy, radius))
    for i in range(-15, 16):
        for j in range(-11, 12):
            x, y = cx + i * 42, cy + j * 58
            if max(math.hypot(x + a - cx, y + b - cy) for a in (0, 42) for b in (0, 58)) > radius - 16:
                continue
            base, v = colour(x + 21, y + 29), rng.random()
            marked = (i, j) in {(3, -2), (4, -2), (-5, 3)}
            face = SIGNAL if marked else mix(base, "#ffffff" if v > 0.5 else "#05070a", abs(v - 0.5) * 0.3)
            c.box(x + 2, y + 2, x + 40, y + 56, mix(base, "#05070a", 0.6))
            c.box(x + 3, y + 3, x + 39, y + 55, face)
            if not marked:
                for bx, by, bw, bh in (
                    (6, 8, 13, 18),
                    (22, 8, 14, 8),
                    (22, 19, 14, 20),
                    (6, 30, 13, 20),
                    (22, 43, 14, 8),
                ):
                    c.box(x + bx, y + by, x + bx + bw, y + by + bh, mix(base, "#ffffff", 0.16))
    c.hoop(cx, cy, radius, "#dfe9ec", 3)
    c.hoop(cx, cy, radius - 12, "#43606a", 1)
    c.glow(520, 180, 520, 360, "#e9fff8", 0.32)
    return c


def weights(rng: random.Random) -> Canvas:
    """Three layers of a model as fields of columns, a few of them lit."""
    c = Canvas("#130d2a", "#1b1140", "#0d0920")
    c.glow(1050, 380, 820, 560, "#5b35ff", 0.8)
    for layer, (x, y, unit, dim) in enumerate(((500, 60, 23, 0.72), (740, 150, 26, 0.42), (990, 240, 29, 0.0))):
        view = Isometric(x, y, unit)
        plate = (mix("#1d1450", "#0f0a26", dim), "#0c0820", "#080518")
        view.solid(c, (-0.4, -0.4, -0.3), (16.8, 16.8, 0.3), plate, "#6a4cff")
        for i in range(16):
            for j in range(16):
                wave = math.sin(i * (0.5 + layer * 0.2) + 2 * math.sin(j * 0.45 + layer)) * math.cos(j * 0.33)
                v = (0.5 + 0.5 * wave) ** 2.2 * (0.6 + 0.4 * rng.random())
                lit = v > 0.74 and rng.random() < 0.28
                top = mix(SIGNAL if lit else mix("#2a1d78", "#bfa9ff", v), "#130d2a", dim)
                size = (0.8, 0.8, 0.08 + v * 2.0)
                view.solid(c, (i + 0.1, j + 0.1, 0), size, (top, mix(top, "#0a0618", 0.5), mix(top, "#0a0618", 0.7)))
        if layer < 2:
            c.blur((2 - layer) * 1.5)
            c.glow(x, y + 300, 500, 320, "#3a20c8", 0.25)
    return c
