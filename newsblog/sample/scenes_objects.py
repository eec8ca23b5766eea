"""Sample pictures of things from other trades that stand for one of ours: type, pipes, wine, a clock."""

import math
import random

from newsblog.sample.drawing import SIGNAL, Canvas, Point, mix, ring, rounded, shift, turn


def clock(rng: random.Random) -> Canvas:
    """A clock face with sixty-one strokes; the odd one is marked."""
    c = Canvas("#f2efe6", "#e8e2d3", "#d8cfba")
    cx, cy = 1010.0, 470.0
    c.tint(ring(cx + 30, cy + 46, 560), "#5b4a26", 0.35, blur=40)
    c.shade(ring(cx, cy, 560), "#2d3a4d", "#1d2736", "#141c28")
    c.shade(ring(cx, cy, 528), "#fbfaf6", "#f1ede2", "#e2dbca")
    for k in range(61):
        a = math.radians(-90 + k * 360 / 61)
        odd, hour = k == 60, k % 5 == 0
        inner, wide, colour = (300, 20, SIGNAL) if odd else (420, 14, "#1d2736") if hour else (458, 6, "#5c6776")
        at = [(cx + r * math.cos(a), cy + r * math.sin(a)) for r in (inner, 498)]
        c.line(at, colour, wide)
    for angle, long, wide in ((-52, 270, 26), (-126, 400, 16)):
        a = math.radians(angle)
        tip, back = (cx + long * math.cos(a), cy + long * math.sin(a)), (cx - 60 * math.cos(a), cy - 60 * math.sin(a))
        c.tint([shift([back], 12, 18)[0], *shift(ring(*tip, wide / 2), 12, 18)], "#5b4a26", 0.3, blur=8)
        c.line([back, tip], "#1d2736", wide)
    c.circle(cx, cy, 30, "#1d2736")
    for k in range(26):  # The seconds before, drifting away to the left
        x, y = 420 - k * 17 + rng.uniform(-20, 20), 470 + rng.gauss(0, 40 + k * 9)
        c.line(turn([(x, y - 20), (x, y + 20)], rng.uniform(-70, 70), (x, y)), mix("#5c6776", "#e8e2d3", k / 30), 6)
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

    def on_glass(u: float, v: float) -> Point:
        """Return a place on the window's reflection, which leans with the side of the bowl."""
        return cx - 232 + u * (80 - v * 3) + v * 16 + v * v * 5, 366 + v * 84 - u * (9 - v * 3)

    for i in range(2):
        for j in range(2):
            lit = (i, j) == (1, 0)
            corners = ((0.0, 0.0), (0.88, 0.0), (0.88, 0.88), (0.0, 0.88))
            pane = [on_glass(i + u, j + v) for u, v in corners]
            c.tint(pane, "#ff8a5c" if lit else "#ffe7ee", 0.85 if lit else 0.6)
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
