"""Sample pictures of ideas: models, letters, code, sound, growth, a stop."""

import math
import random

from newsblog.sample.drawing import INK, SIGNAL, Canvas, Point, mix, ramp, ring, rounded, shift, turn


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


def letterpress(rng: random.Random) -> Canvas:
    """A printer's case with metal type, each sort in its own box."""
    c = Canvas("#7a5230", "#6a4526", "#54351b")
    signs = "TS<>{}[]|&?:=.;,()"
    xs, ys = (0, 200, 400, 560, 800, 1000, 1200, 1440, 1600), (0, 210, 430, 660, 900)
    for row in range(4):
        for col in range(8):
            x0, x1, y0, y1 = xs[col], xs[col + 1], ys[row], ys[row + 1]
            c.shade([(x0 + 9, y0 + 9), (x1 - 9, y0 + 9), (x1 - 9, y1 - 9), (x0 + 9, y1 - 9)], "#2c1a0b", "#46301a")
            c.shade([(x0 + 9, y0 + 9), (x1 - 9, y0 + 9), (x1 - 26, y0 + 30), (x0 + 26, y0 + 30)], "#1c1006", "#2c1a0b")
            sign = signs[(row * 8 + col) % len(signs)]
            count = 3 if x1 - x0 < 220 else 5
            for _ in range(count):
                size = rng.uniform(62, 78)
                x, y = rng.uniform(x0 + 62, x1 - 62), rng.uniform(y0 + 66, y1 - 60)
                angle = rng.uniform(-32, 32)
                hot = (row, col) == (1, 3)
                metal = SIGNAL if hot else "#aeb4bb"
                block = turn(
                    rounded(x - size * 0.42, y - size * 0.56, x + size * 0.42, y + size * 0.56, 4), angle, (x, y)
                )
                c.tint(shift(block, 10, 14), "#0d0602", 0.6, blur=6)
                c.polygon(shift(block, 4, 8), mix(metal, "#000000", 0.6))
                c.shade(block, mix(metal, "#ffffff", 0.45), metal, mix(metal, "#000000", 0.3))
                c.letters(x, y, sign, size * 0.72, mix(metal, "#000000", 0.78), angle)
    for x in xs:
        c.shade([(x - 9, 0), (x + 9, 0), (x + 9, 900), (x - 9, 900)], "#8d633c", "#b98a58", "#6d4826", across=True)
    for y in ys:
        c.shade([(0, y - 9), (1600, y - 9), (1600, y + 9), (0, y + 9)], "#c1935f", "#8d633c", "#5f3d1e")
    return c


def pipeline(rng: random.Random) -> Canvas:
    """Pipes that cross a wall; from one of them small keys fall out."""
    c = Canvas("#fbeff4", "#f6dfe9", "#eec8d8")

    def pipe(path: list[Point], wide: float, colour: str) -> None:
        smooth: list[Point] = [path[0]]
        for (ax, ay), (bx, by), (dx, dy) in zip(path, path[1:], path[2:], strict=False):
            r = wide * 0.8
            start = (
                bx - math.copysign(min(r, abs(bx - ax)), bx - ax),
                by - math.copysign(min(r, abs(by - ay)), by - ay),
            )
            end = (bx + math.copysign(min(r, abs(dx - bx)), dx - bx), by + math.copysign(min(r, abs(dy - by)), dy - by))
            for k in range(9):
                t = k / 8
                smooth.append(
                    (
                        (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bx + t * t * end[0],
                        (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * by + t * t * end[1],
                    )
                )
        smooth.append(path[-1])
        for k in range(12):
            part = k / 11
            tone = mix(mix(colour, "#2a0616", 0.5), mix(colour, "#ffffff", 0.5), math.sin(part * math.pi / 2))
            c.line(shift(smooth, -part * wide * 0.12, -part * wide * 0.16), tone, wide * (1 - part * 0.84))

    def collar(x: float, y: float, wide: float, upright: bool) -> None:
        half, long = wide * 0.66, 22
        box = (x - half, y - long, x + half, y + long) if upright else (x - long, y - half, x + long, y + half)
        c.shade(rounded(*box, 7), "#f3d2df", "#b0426f", "#5e1a38", across=upright)

    pipe([(-60, 170), (420, 170), (420, -60)], 84, "#d78aa9")
    pipe([(1660, 150), (1180, 150), (1180, 960)], 96, "#cf7a9d")
    pipe([(-60, 760), (330, 760), (330, 560), (560, 560), (560, 960)], 78, "#d78aa9")
    for x in (120, 700, 1240):
        c.tint([(x, 390), (x + 300, 390), (x + 300, 470), (x, 470)], "#7a2247", 0.25, blur=30)
    pipe([(-60, 370), (1660, 370)], 132, "#b83a6e")
    for x, y, wide, upright in (
        (150, 370, 132, False),
        (600, 370, 132, False),
        (1030, 370, 132, False),
        (1460, 370, 132, False),
        (1180, 660, 96, True),
        (150, 170, 84, False),
        (560, 740, 78, True),
    ):
        collar(x, y, wide, upright)
    crack = [(742, 432), (770, 404), (792, 424), (818, 396), (842, 420), (868, 402), (896, 434), (880, 442), (760, 442)]
    c.polygon(crack, "#2a0616")
    for n in range(26):
        v = 470 + n * 17 + rng.uniform(-10, 10)
        u = 820 + rng.gauss(0, 14 + n * 4.2)
        angle, k = rng.uniform(0, 360), rng.uniform(0.7, 1.15)
        colour = SIGNAL if n % 5 == 0 else mix("#d9a441", "#8a5a12", rng.random() * 0.5)

        def put(points: list[Point], x: float = u, y: float = v, angle: float = angle, k: float = k) -> list[Point]:
            return turn([(x + px * k, y + py * k) for px, py in points], angle, (x, y))

        c.line(put([*ring(-20, 0, 12), (-8, 0)]), colour, 6 * k)
        c.line(put([(-8, 0), (32, 0), (32, 12)]), colour, 6 * k)
        c.line(put([(20, 0), (20, 9)]), colour, 6 * k)
    return c


def wine_glass(rng: random.Random) -> Canvas:
    """A glass of red wine; four panes of a window shine in it."""
    c = Canvas("#f6ead8", "#f0dcc0", "#e4c7a0")
    c.shade([(0, 690), (1600, 690), (1600, 900), (0, 900)], "#c89a68", "#a9764a", "#875a34")
    c.tint([(820, 770), (1540, 812), (1500, 850), (780, 806)], "#7a1030", 0.40, blur=16)
    c.tint([(760, 800), (1180, 822), (1160, 850), (740, 828)], "#4a2410", 0.4, blur=14)
    cx = 760.0

    def bowl(top: float, grow: float = 0) -> list[Point]:
        """Return the outline of the bowl from a height down."""
        right: list[Point] = []
        for k in range(90):
            t = k / 89
            below = 312 * math.sqrt(max(0.0, 1 - ((t - 0.45) / 0.55) ** 2))
            wide = 205 + 107 * math.sin(math.pi / 2 * t / 0.45) if t < 0.45 else below
            if (y := 90 + 500 * t) >= top:
                right.append((cx + max(0.0, wide + grow), y))
        return [*right, *((2 * cx - x, y) for x, y in reversed(right))]

    c.shade(bowl(90, 4), "#fdf6ea", "#f1e2cf", "#e3ccb0")
    wine = bowl(318, -8)
    c.shade(wine, "#8c1c3f", "#6d1230", "#430819")
    c.ellipse(cx, 318, 303, 34, "#b3365c")
    c.ellipse(cx, 321, 284, 26, "#8f1f44")
    for i in range(2):
        for j in range(2):
            x0, y0 = cx - 226 + i * 78, 372 + j * 84
            pane = [
                (x0 + j * 14, y0),
                (x0 + 66 + j * 8, y0 - 8),
                (x0 + 70 + j * 14, y0 + 66),
                (x0 + 14 + j * 22, y0 + 70),
            ]
            c.tint(pane, ("#ff8a5c" if (i, j) == (1, 0) else "#ffe7ee"), 0.85 if (i, j) == (1, 0) else 0.6)
    c.tint([(cx + 196, 130), (cx + 226, 130), (cx + 270, 300), (cx + 240, 300)], "#ffffff", 0.65, blur=4)
    c.tint(ring(cx + 150, 470, 36, 90), "#c9486f", 0.55, blur=26)
    c.ellipse(cx, 92, 206, 22, "#fbf3e6")
    c.ellipse(cx, 95, 196, 16, "#eddcc4")
    c.shade(
        [(cx - 20, 586), (cx + 20, 586), (cx + 13, 780), (cx - 13, 780)], "#c7a98c", "#fffaf2", "#b08c6c", across=True
    )
    c.shade(ring(cx, 800, 190, 34), "#fffaf2", "#cdb093")
    c.shade(ring(cx, 794, 178, 28), "#f3e4d0", "#fffaf2")
    c.shade([(cx - 13, 760), (cx + 13, 760), (cx + 44, 792), (cx - 44, 792)], "#fffaf2", "#dcc4a9")
    return c
