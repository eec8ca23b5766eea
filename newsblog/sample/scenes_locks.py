"""Sample pictures of locks: a cloud, a key, a wall of boxes, a vault."""

import math
import random

from newsblog.sample.drawing import SIGNAL, Canvas, Point, mix, ring, rounded, shift, turn


def cloud_lock(rng: random.Random) -> Canvas:
    """A paper cloud with a keyhole."""
    c = Canvas("#8fd0e6", "#bfe5ee", "#eaf6f2")

    def cloud(x: float, y: float, k: float, colour: str, depth: float) -> None:
        lumps = ((-300, 40, 130), (-170, -70, 170), (30, -130, 215), (220, -30, 165), (340, 60, 112))
        for dx, dy, r in lumps:
            c.tint(ring(x + dx * k + depth, y + dy * k + depth * 1.3, r * k), "#1c4f66", 0.16, blur=depth)
        for dx, dy, r in lumps:
            c.circle(x + dx * k, y + dy * k, r * k, colour)
        c.box(x - 330 * k, y, x + 360 * k, y + 172 * k, colour, 100 * k)

    cloud(260, 230, 0.5, "#d8eff2", 10)
    cloud(1400, 700, 0.62, "#e4f4f3", 12)
    cloud(1330, 170, 0.34, "#d2ecf1", 8)
    for y in range(0, 900, 60):  # Rain of small data, held under the cloud
        for x in range(520, 1100, 58):
            if y > 640 and rng.random() < 0.6:
                c.box(x, y, x + 12, y + 26, mix("#5fb4cf", "#eaf6f2", (y - 640) / 300), 6)
    c.line([(676, 420), *ring(826, 214, 150, start=180, end=360), (976, 420)], "#7a1746", 56)
    c.line([(668, 400), *ring(826, 214, 158, start=180, end=300)], "#a6275f", 12)
    cloud(800, 540, 1.0, "#ffffff", 22)
    c.circle(826, 496, 66, SIGNAL)
    c.polygon([(798, 526), (854, 526), (884, 656), (768, 656)], SIGNAL)
    return c


def deposit_boxes(rng: random.Random) -> Canvas:
    """A wall of small locked doors; one stands open."""
    c = Canvas("#34465a", "#2b3a4c", "#1e2a38")
    for row in range(7):
        for col in range(11):
            x, y = 20 + col * 143, -14 + row * 134
            tone = rng.uniform(-0.10, 0.10)
            steel = mix("#8fa3b8", "#ffffff" if tone > 0 else "#1e2a38", abs(tone) * 1.6)
            c.box(x, y, x + 135, y + 126, "#16202b", 4)
            if (row, col) == (3, 6):
                continue
            c.shade(
                rounded(x + 3, y + 3, x + 132, y + 123, 4),
                mix(steel, "#ffffff", 0.22),
                steel,
                mix(steel, "#1e2a38", 0.35),
            )
            c.outline(rounded(x + 14, y + 14, x + 121, y + 112, 3), mix(steel, "#1e2a38", 0.3), 1.5)
            c.box(x + 36, y + 24, x + 99, y + 46, mix(steel, "#ffffff", 0.55), 2)
            c.letters(x + 67, y + 35, str(100 + row * 11 + col), 14, "#33465a")
            for dx in (46, 88):
                c.circle(x + dx, y + 82, 15, mix(steel, "#1e2a38", 0.45))
                c.circle(x + dx, y + 80, 14, "#d8b56a" if dx == 46 else "#b9c4cf")
                c.box(x + dx - 2, y + 73, x + dx + 2, y + 88, "#1e2a38", 2)
    x, y = 20 + 6 * 143, -14 + 3 * 134
    c.shade([(x + 3, y + 3), (x + 132, y + 3), (x + 132, y + 123), (x + 3, y + 123)], "#0a0f15", "#131c27")
    c.glow(x + 66, y + 70, 230, 200, SIGNAL, 0.75)
    c.shade([(x + 20, y + 70), (x + 116, y + 70), (x + 132, y + 123), (x + 3, y + 123)], "#ff7a4a", SIGNAL)
    door = [(x + 132, y + 3), (x + 250, y - 26), (x + 250, y + 160), (x + 132, y + 123)]
    c.tint(shift(door, 26, 30), "#05080c", 0.6, blur=16)
    c.shade(door, "#c9d6e2", "#8fa3b8", "#5d7187")
    c.outline([(x + 148, y + 18), (x + 234, y - 2), (x + 234, y + 134), (x + 148, y + 108)], "#5d7187", 2)
    return c


def hardware_key(rng: random.Random) -> Canvas:
    """Two security keys, the second one a spare, on pink paper."""
    c = Canvas("#fbe9ef", "#f4cfdc", "#eeb8cb")

    def key(x: float, y: float, angle: float, body: str, disc: str) -> None:
        def put(points: list[Point]) -> list[Point]:
            return turn(shift(points, x, y), angle, (x, y))

        outline = rounded(-330, -120, 190, 120, 62)
        c.tint(shift(put(outline), 34, 52), "#5a1233", 0.42, blur=26)
        plug = rounded(180, -66, 400, 66, 8)
        c.tint(shift(put(plug), 30, 46), "#5a1233", 0.35, blur=18)
        c.shade(put(plug), "#f4f5f7", "#aab1ba", "#dfe3e8", "#8c939d")
        for k in range(4):
            c.polygon(put(rounded(250, -46 + k * 25, 372, -32 + k * 25, 3)), "#c79a3e" if k % 3 else "#e6bd5f")
        c.shade(put(outline), mix(body, "#ffffff", 0.16), body, mix(body, "#000000", 0.35))
        c.outline(put(rounded(-322, -112, 182, 112, 56)), mix(body, "#ffffff", 0.28), 1.5)
        c.polygon(put(ring(-250, 0, 44)), mix(body, "#000000", 0.6))
        c.polygon(put(ring(-248, 4, 38)), "#eab3c6")
        c.polygon(put(ring(30, 0, 84)), mix(disc, "#000000", 0.35))
        c.shade(put(ring(30, 0, 78)), mix(disc, "#ffffff", 0.55), disc, mix(disc, "#5a3600", 0.35))
        for r in (18, 32, 46, 60):  # A fingertip's lines
            c.line(
                put(ring(30, 14, r, r * 1.12, start=200, end=340 + rng.uniform(-12, 12))), mix(disc, "#4a2a00", 0.5), 4
            )

    key(980, 330, 24, "#8e1f52", "#e2e5ea")
    key(640, 560, -18, "#1c1220", "#e9b646")
    c.glow(553, 588, 60, 60, SIGNAL, 0.8)
    c.circle(553, 588, 9, "#ffb499")
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
