"""Strain of the moving rings of stages/imaging (deformation/moving-heart.fixture.ts) by SimpleITK's
free-form registration: images alone, each phase to end-diastole, B-splines on a grid of 8 x 8 pieces,
mean squares, L-BFGS-B, three levels. Writes ring-registration.json beside this file."""

import datetime
import json
import pathlib

import numpy as np
import SimpleITK as sitk

SIZE, MM, PHASES = 72, 1.5, 12
INNER, OUTER, THICKENING = 24.0, 33.0, 1.15
MIDDLE = (SIZE - 1) / 2 * MM


def even(angle):
    return np.full_like(angle, 0.25)


def still_in_part(angle):
    away = np.arctan2(np.sin(angle - np.pi / 6), np.cos(angle - np.pi / 6))
    return 0.28 * (1 - np.exp(-((away / 0.75) ** 6)))


def image(shortening, pattern, share):
    total = np.zeros((SIZE, SIZE))
    for u in (-0.25, 0.25):
        for v in (-0.25, 0.25):
            y, x = np.mgrid[0:SIZE, 0:SIZE].astype(float)
            dx, dy = (x + u) * MM - MIDDLE, (y + v) * MM - MIDDLE
            angle, now = np.arctan2(dy, dx), np.hypot(dx, dy)
            inner = INNER * (1 - shortening(angle) * share)
            grown = 1 + (THICKENING - 1) * share
            outside = np.sqrt(np.maximum(0, INNER**2 + (now**2 - inner**2) / grown))
            rest = np.where(now < inner, now * INNER / inner, outside)
            a, b = rest * np.cos(angle), rest * np.sin(angle)
            moving = np.cos(a / 2.6 + 1) * np.cos(b / 3.1) + np.sin((a + b) / 4)
            cavity, wall = rest < INNER, (rest >= INNER) & (rest < OUTER)
            total += np.where(cavity, 1.0, np.where(wall, 0.25, 0.5) + pattern * moving)
    return 400 * total / 4 + 30


def registered(fixed, moving):
    def picture(values):
        made = sitk.GetImageFromArray(values)
        made.SetSpacing((MM, MM))
        return made

    fixed, moving = picture(fixed), picture(moving)
    transform = sitk.BSplineTransformInitializer(fixed, [8, 8])
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMeanSquares()
    method.SetOptimizerAsLBFGSB(numberOfIterations=200)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([3, 1.5, 0])
    method.SetInitialTransform(transform, True)
    return method.Execute(fixed, moving)


def strain(transform, first, last):
    """Circumferential strain in percent of the middle of the wall between two angles in degrees."""
    middle = np.sqrt((INNER**2 + OUTER**2) / 2)
    angles = np.radians(np.linspace(first, last, 73))
    rest = np.stack([MIDDLE + middle * np.cos(angles), MIDDLE + middle * np.sin(angles)], 1)
    now = np.array([transform.TransformPoint([float(x), float(y)]) for x, y in rest])
    length = lambda points: np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    return 100 * (length(now) / length(rest) - 1)


rings = {}
for name, shortening, pattern in (("even", even, 0.15), ("still in part", still_in_part, 0.15)):
    rest = image(shortening, pattern, 0)
    phases = {}
    for phase in (2, 4, 6):
        share = np.sin(np.pi * phase / PHASES) ** 2
        found = registered(rest, image(shortening, pattern, share))
        phases[phase] = {
            "global": strain(found, 0, 360),
            "sectors": [strain(found, start, start + 60) for start in range(0, 360, 60)],
        }
    rings[name] = phases

pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "script": "reference/imaging/ring-registration.py",
            "versions": {"SimpleITK": sitk.Version.VersionString(), "numpy": np.__version__},
            "date": datetime.date.today().isoformat(),
            "rings": rings,
        },
        indent=1,
    )
    + "\n"
)
