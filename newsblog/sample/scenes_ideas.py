"""Sample pictures of ideas: models, messages, examinations, code, sound, growth."""

import math
import random

from newsblog.sample.drawing import INK, SIGNAL, Canvas, Point, mix, ramp, ring, rounded, shift, turn


def answer_sheet(rng: random.Random) -> Canvas:
    """An examination sheet with its bubbles filled, a pencil across it."""
    c = Canvas("#7b62d6", "#6a4fc8", "#573cb2")
    middle = (800.0, 450.0)

    def put(points: list[Point], angle: float = -9) -> list[Point]:
        return turn(points, angle, middle)

    sheet = rounded(260, -120, 1340, 1040, 10)
    c.tint(shift(put(sheet), 26, 40), "#1c0f55", 0.5, blur=26)
    c.tint(put(sheet, -4), "#d9d0f6", 0.75)
    c.polygon(put(sheet), "#fbfaf5")
    for x in (330, 690, 1050):
        for row in range(16):
            y = 20 + row * 58
            c.polygon(put(rounded(x - 26, y - 6, x + 2, y + 6, 3)), "#b9b2cf")
            answer = rng.randrange(5)
            for k in range(5):
                spot = put([(x + 34 + k * 46, y)])[0]
                if k == answer and not (x == 1050 and row > 9):
                    wrong = (x, row) == (690, 6)
                    c.circle(*spot, 17, SIGNAL if wrong else "#2b2440")
                    if not wrong:
                        c.circle(spot[0] - 3, spot[1] - 3, 11, "#463c66")
                else:
                    c.hoop(*spot, 16, "#a79fc4", 2.5)
    for x in (650, 1010):
        c.line(put([(x, -100), (x, 1000)]), "#ded9ea", 2)
    angle = 34.0
    body = [(0.0, -30.0), (760.0, -30.0), (760.0, 30.0), (0.0, 30.0)]

    def pencil(points: list[Point]) -> list[Point]:
        return turn(shift(points, 1090, 600), angle, (1090, 600))

    c.tint(shift(pencil([(-110, 0), *body[:2], *body[2:]]), 22, 40), "#1c0f55", 0.45, blur=16)
    for k, colour in enumerate(("#f7d25c", "#efb92f", "#c98d17")):
        c.polygon(pencil([(0, -30 + k * 20), (760, -30 + k * 20), (760, -10 + k * 20), (0, -10 + k * 20)]), colour)
    c.polygon(pencil([(0, -30), (-96, 0), (0, 30), (14, 20), (0, 10), (14, 0), (0, -10), (14, -20)]), "#eccfa2")
    c.polygon(pencil([(-62, -11), (-96, 0), (-62, 11)]), "#2b2440")
    return c


def chat(rng: random.Random) -> Canvas:
    """Speech bubbles in steps; the last is still being written."""
    c = Canvas("#ece6fb", "#dcd2f7", "#cabdf0")

    def bubble(x: float, y: float, wide: float, tall: float, colour: str, ink: str, left: bool, lines: int) -> None:
        shape = rounded(x, y, x + wide, y + tall, 46)
        foot = x + 70 if left else x + wide - 70
        side = -1 if left else 1
        tail = [(foot - 40, y + tall - 6), (foot + 40, y + tall - 6), (foot + side * 74, y + tall + 58)]
        for part in (shape, tail):
            c.tint(shift(part, 14, 26), "#2b1a66", 0.28, blur=18)
        c.polygon(tail, colour)
        c.shade(shape, mix(colour, "#ffffff", 0.12), colour)
        for k in range(lines):
            long = wide - 110 if k < lines - 1 else (wide - 110) * rng.uniform(0.35, 0.7)
            c.box(x + 52, y + 48 + k * 46, x + 52 + long, y + 68 + k * 46, ink, 10)

    bubble(-120, -60, 760, 210, "#c3b4ee", "#a793e2", True, 3)
    bubble(980, 20, 720, 170, "#8d74de", "#7458cf", False, 2)
    bubble(110, 250, 830, 264, "#ffffff", "#d9d0f3", True, 5)
    bubble(760, 470, 700, 170, "#4b2fae", "#6b4fd0", False, 2)
    bubble(210, 700, 340, 150, SIGNAL, SIGNAL, True, 0)
    for k in range(3):
        c.circle(310 + k * 70, 775, 24 - k * 3, mix("#ffffff", SIGNAL, k * 0.22))
    bubble(1010, 750, 760, 260, "#ffffff", "#d9d0f3", False, 4)
    return c


def editor(rng: random.Random) -> Canvas:
    """Lines of code as bars; one expression is underlined with carets."""
    c = Canvas("#f7f1e3", "#f1e7d0", "#e7d9b8")
    c.tint(shift(rounded(180, 90, 1680, 1000, 24), 10, 30), "#6b5420", 0.4, blur=34)
    c.shade(rounded(170, 70, 1680, 1000, 24), "#2a2f3d", "#232734", "#1c202b")
    c.box(170, 70, 1680, 132, "#333a4b", 24)
    c.box(170, 110, 1680, 132, "#333a4b")
    for k, colour in enumerate(("#e5784f", "#e9b949", "#7fb685")):
        c.circle(216 + k * 40, 101, 12, colour)
    kinds = ("#e9b949", "#8ec5e8", "#e6e2d6", "#c7a6e8", "#9ccf9f", "#e6e2d6")
    indent, y = 0, 178.0
    for line in range(13):
        c.box(214, y + 4, 214 + (18 if line < 9 else 26), y + 18, "#525a6e", 4)
        marked = line == 7
        if marked:
            c.box(170, y - 14, 1680, y + 74, "#3d3340")
        x = 300.0 + indent * 64
        spans: list[tuple[float, float]] = []
        for _ in range(rng.randint(2, 5) if not marked else 5):
            wide = rng.choice((56, 84, 120, 168, 210))
            c.box(x, y, x + wide, y + 24, rng.choice(kinds), 12)
            spans.append((x, x + wide))
            x += wide + 22
            if x > 1480:
                break
        if marked:
            start, end = spans[2]
            n = int((end - start) / 24)
            for k in range(max(3, n)):
                at = start + 12 + k * 24
                c.line([(at - 9, y + 62), (at, y + 42), (at + 9, y + 62)], SIGNAL, 6)
            y += 40
        y += 52
        indent = max(0, min(4, indent + rng.choice((-1, 0, 0, 1))))
        if line in (0, 4):
            indent = 1
    return c


def halt(rng: random.Random) -> Canvas:
    """Curves of growth that run into two upright bars."""
    c = Canvas("#f3f0fd", "#e7e1fa", "#d6ccf4")

    def growth(k: int, x: float) -> float:
        """Return the height of a curve at x: each one starts later and rises more steeply than the one below."""
        steep, reach = 2.4 + k * 0.09, 90 + k * 17.0
        return 850 - k * 2.4 - reach * (math.exp(steep * x / 1000) - 1) / (math.exp(steep) - 1)

    for k in range(38):
        colour = ramp(("#c9bcf8", "#a792f5", "#6b4df0", "#3a1fa0"), k / 37)
        c.line([(x, growth(k, x)) for x in range(0, 1030, 8)], colour, 2 + k * 0.07)
        if k % 3 == 0:  # Where it would have gone on, as dots
            for x in range(1330, 1620, 20):
                if (y := growth(k, x)) > -10:
                    c.circle(x, y, 3.5, "#a792f5")
    for x in (1000, 1180):
        bar = rounded(x, 110, x + 118, 790, 22)
        c.tint(shift(bar, 22, 34), "#2b1a66", 0.4, blur=22)
        c.shade(bar, "#ff7a52", SIGNAL, "#d9330a")
    return c


def lattice(rng: random.Random) -> Canvas:
    """A grid of points in space with one path through it."""
    c = Canvas("#eef0f3", "#dfe4ee", "#c9d3e8")
    ca, sa, cb, sb = math.cos(0.62), math.sin(0.62), math.cos(0.42), math.sin(0.42)

    def project(x: float, y: float, z: float) -> tuple[float, float, float]:
        across, deep = x * ca - z * sa, x * sa + z * ca
        down, deep = y * cb - deep * sb, y * sb + deep * cb
        k = 1150 / (7.2 + deep)
        return 800 + across * k, 450 + down * k, deep

    spots = [(x, y, z) for x in range(-3, 4) for y in range(-2, 3) for z in range(-3, 4)]
    edges = [
        (project(*a), project(*b))
        for a in spots
        for b in ((a[0] + 1, a[1], a[2]), (a[0], a[1] + 1, a[2]), (a[0], a[1], a[2] + 1))
        if b in spots
    ]
    for first, second in sorted(edges, key=lambda edge: -edge[0][2]):
        t = max(0.0, min(1.0, (first[2] + 5) / 10))
        c.line([first[:2], second[:2]], mix("#1746c9", "#ccd5e8", t**0.7), 3.6 - 3 * t)
    for n, (x, y, z) in enumerate(sorted((project(*spot) for spot in spots), key=lambda spot: -spot[2])):
        if n % 60 == 59 and n < 200:
            c.blur(1.1 * (1 - n / 200))
        t = max(0.0, min(1.0, (z + 5) / 10))
        r = 19 - 13 * t
        c.circle(x, y, r, mix("#0e2f9c", "#c3cde4", t))
        c.ellipse(x - r * 0.22, y - r * 0.32, r * 0.32, r * 0.32, mix("#6d92ff", "#d5ddee", t))
    route = ((-3, 2, -3), (-2, 1, -3), (-1, 1, -2), (0, 0, -2), (1, 0, -1), (1, -1, -2), (3, -2, -3))
    path = [project(*spot)[:2] for spot in route]
    c.line(path, SIGNAL, 7)
    for x, y in path:
        c.circle(x, y, 15, SIGNAL)
    return c


def picture_wall(rng: random.Random) -> Canvas:
    """Framed landscapes that fall apart into squares from left to right."""
    c = Canvas("#f4f0ea", "#ebe4da", "#ddd3c4")
    skies = (
        ("#f7c59f", "#ef8354"),
        ("#bfd7ea", "#5b8db8"),
        ("#e9d8f0", "#8f6bb3"),
        ("#d5ecd4", "#5a9b76"),
        ("#fde9b8", "#d99a2b"),
    )
    for row in range(4):
        for col in range(7):
            x, y, wide, tall = 46 + col * 219, 40 + row * 212, 192.0, 176.0
            c.tint(shift(rounded(x, y, x + wide, y + tall, 2), 8, 12), "#6b5a42", 0.32, blur=8)
            c.box(x, y, x + wide, y + tall, "#ffffff")
            high, low = rng.choice(skies)
            x0, y0, w, h = x + 14, y + 14, wide - 28, tall - 28
            lost = max(0.0, (col - 2 + rng.uniform(-0.6, 0.6)) / 4)
            sun = (x0 + rng.uniform(0.25, 0.75) * w, y0 + rng.uniform(0.2, 0.45) * h, rng.uniform(12, 24))
            peaks = [(x0 + rng.uniform(0, 1) * w, rng.uniform(0.3, 0.62) * h) for _ in range(3)]
            if lost <= 0:
                c.shade([(x0, y0), (x0 + w, y0), (x0 + w, y0 + h), (x0, y0 + h)], mix(high, "#ffffff", 0.35), high)
                c.circle(*sun, "#fff8ea")
                for k, (px, tall_peak) in enumerate(sorted(peaks, key=lambda p: -p[1])):
                    left, right = max(x0, px - tall_peak * 1.3), min(x0 + w, px + tall_peak * 1.3)
                    foot = y0 + h
                    rise_l, rise_r = (
                        foot - (left - px + tall_peak * 1.3) / 1.3,
                        foot - (px + tall_peak * 1.3 - right) / 1.3,
                    )
                    shape = [(left, foot), (left, rise_l), (px, foot - tall_peak), (right, rise_r), (right, foot)]
                    c.polygon(shape, mix(low, "#1d1a2b", k * 0.24))
                continue
            size = 12.3
            for i in range(int(w / size) + 1):
                for j in range(int(h / size) + 1):
                    px, py = x0 + i * size, y0 + j * size
                    if px + size > x0 + w + 1 or py + size > y0 + h + 1:
                        continue
                    ground = any(py > y0 + h - t + abs(px - at) / 1.3 for at, t in peaks)
                    shine = math.hypot(px - sun[0], py - sun[1]) < sun[2]
                    tone = mix(low, "#1d1a2b", 0.2) if ground else "#fff8ea" if shine else mix(high, "#ffffff", 0.2)
                    if rng.random() < lost:
                        tone = ramp(("#1d1a2b", low, high, "#ffffff"), rng.random())
                    c.box(px, py, px + size, py + size, tone)
            if (row, col) == (1, 5):
                c.box(x0 + w * 0.4, y0 + h * 0.4, x0 + w * 0.4 + size * 3, y0 + h * 0.4 + size * 3, SIGNAL)
    return c


def waveform(rng: random.Random) -> Canvas:
    """Sound drawn as ridges, one of them marked."""
    c = Canvas("#f5f3ee", "#ebeaec")
    waves = [(rng.uniform(220, 1380), rng.gauss(0, 1), rng.uniform(40, 130)) for _ in range(34)]
    for k in range(20):
        base, swell, t = 215 + k * 35, math.sin(math.pi * (k + 2) / 23) ** 1.2, k / 19
        line: list[Point] = []
        for x in range(0, 1605, 5):
            sway = 40 * math.sin(k * 0.4)
            rise = sum(
                g * math.exp(-(((x - at + sway) / wide) ** 2)) * math.sin(x / (16 + wide / 6) + k * 0.5)
                for at, g, wide in waves
            )
            line.append((x, base - abs(rise) * 78 * swell - 4 * math.sin(x / 90 + k)))
        marked = k == 11
        c.polygon([(0, 900), *line, (1600, 900)], mix("#f5f3ee", "#e2e2ea", t))
        c.line(line, SIGNAL if marked else mix("#6b4df0", INK, abs(t - 0.42) * 1.9), 6 if marked else 3)
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
