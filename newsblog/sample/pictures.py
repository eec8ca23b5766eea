"""Draw the sample pictures: `python -m newsblog.sample.pictures` writes each scene as a WebP file of 1600 × 900.

The files are kept in the repository and loaded from there; drawing again is only needed after a scene has changed.
"""

import random
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from newsblog.sample import scenes_ideas, scenes_locks, scenes_machines, scenes_objects, scenes_places, scenes_space
from newsblog.sample.drawing import Canvas

FOLDER = Path(__file__).parent / "pictures"
HEAVIEST = 120_000  # Bytes: a reader on a slow line sees the lead picture of the page in time.

SCENES: tuple[Callable[[random.Random], Canvas], ...] = (
    scenes_ideas.answer_sheet,
    scenes_ideas.chat,
    scenes_ideas.editor,
    scenes_ideas.exchange,
    scenes_ideas.halt,
    scenes_ideas.lattice,
    scenes_ideas.picture_wall,
    scenes_ideas.waveform,
    scenes_locks.cloud_lock,
    scenes_locks.deposit_boxes,
    scenes_locks.hardware_key,
    scenes_locks.vault,
    scenes_machines.cable,
    scenes_machines.chip,
    scenes_machines.datahall,
    scenes_machines.modules,
    scenes_machines.usb_port,
    scenes_machines.wafer,
    scenes_machines.weights,
    scenes_objects.clock,
    scenes_objects.letterpress,
    scenes_objects.pipeline,
    scenes_objects.wine_glass,
    scenes_places.bookshelf,
    scenes_places.desert_fab,
    scenes_places.desks,
    scenes_places.pillars,
    scenes_space.impactor,
    scenes_space.launchpad,
    scenes_space.plume,
    scenes_space.satellite,
)


def file_name(scene: Callable[[random.Random], Canvas]) -> str:
    """Return what a scene's file is called: its function's name with hyphens."""
    return scene.__name__.replace("_", "-") + ".webp"


def draw(scenes: Iterable[Callable[[random.Random], Canvas]] = SCENES, folder: Path = FOLDER) -> None:
    """Write each scene at the best quality that stays under the weight allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    for scene in scenes:
        # Seeded by name, so that a new scene changes no other. Nothing secret is drawn from these numbers.
        hand, grain = random.Random(scene.__name__), random.Random(f"grain of {scene.__name__}")  # noqa: S311
        picture = scene(hand).finish(grain)
        path = folder / file_name(scene)
        for quality in (84, 80, 76, 72, 68, 62, 56, 50):
            picture.save(path, quality=quality, method=6)
            if path.stat().st_size <= HEAVIEST:
                break
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    wanted = sys.argv[1:]
    draw([scene for scene in SCENES if not wanted or scene.__name__ in wanted])
