"""Sample pictures of places: a plant in the desert, a court, an office, a library."""

import math
import random

from newsblog.sample.drawing import SIGNAL, Canvas, Isometric, mast, mix, ring, rounded, shades, shift


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
        mast(c, x, 690 if x < 500 else 420, top, 11, "#7a2f22")
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
        if i < 6:  # The last column has no wall beside it to throw a shadow on.
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
        at, high, wing = rng.uniform(90, 480), rng.uniform(60, 230), rng.uniform(6, 12)
        c.line([(at - wing, high - wing * 0.5), (at, high), (at + wing, high - wing * 0.6)], "#4a67a4", 2)
    return c
