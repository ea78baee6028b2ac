"""Witness of tissue quantities by signal: numpy and scipy.ndimage on a made-up short axis.

Writes tissue.json: the images, and what thresholds, regions, dark cores, Otsu, the
Rician moments, limits of agreement and ECV come to in other hands.
"""

import datetime
import json
import pathlib
import platform

import numpy as np
import scipy
from scipy import ndimage
from scipy.stats import rice

rng = np.random.default_rng(20)
slices, size = 3, 40
z, y, x = np.mgrid[0:slices, 0:size, 0:size]
radius = np.hypot(y - 19.5, x - 19.5)
angle = np.arctan2(y - 19.5, x - 19.5)
mask = np.zeros((slices, size, size), np.uint8)
mask[radius < 16] = 2
mask[(radius < 16) & (np.abs(angle) < 0.9) & (radius < 15)] = 3
mask[(radius < 13) & (np.abs(angle) < 0.4)] = 4
mask[radius < 9] = 1
signal = np.choose(mask, [50, 300, 100, 400, 90])
image = np.rint(signal + rng.normal(0, 60, mask.shape)).astype(int)

wall = mask >= 2
values = image[wall]
sides = ndimage.generate_binary_structure(2, 1)
least = 10


def outer_share(region, outside):
    """Sides of the outline on the outer surface."""
    outer = outline = 0
    for axis in (0, 1):
        for step in (-1, 1):
            beyond = np.roll(region, step, axis)
            outline += (beyond & ~region).sum()
            outer += (beyond & ~region & outside).sum()
    return outer / outline


def marked(threshold):
    """Regions of at least `least` pixels above the threshold, and the dark cores they enclose."""
    found = np.zeros_like(wall)
    cores = np.zeros_like(wall)
    for k in range(slices):
        labels, count = ndimage.label((image[k] > threshold) & wall[k], sides)
        sizes = ndimage.sum(np.ones_like(labels), labels, range(1, count + 1))
        found[k] = np.isin(labels, 1 + np.flatnonzero(sizes >= least))
        dark, count = ndimage.label(wall[k] & ~found[k], sides)
        bright = found[k].sum()
        if bright == 0:
            continue
        for number in range(1, count + 1):
            region = dark == number
            if region.sum() > bright or outer_share(region, mask[k] == 0) >= 0.2:
                continue
            found[k] |= region
            if region.sum() >= least:
                cores[k] |= region
    return found, cores


def otsu(sample):
    """Brute force: every split between two different values."""
    ordered = np.unique(sample)
    best = max(
        (
            (low := sample[sample <= cut], high := sample[sample > cut])
            and (len(low) * len(high) * (high.mean() - low.mean()) ** 2, i)
            for i, cut in enumerate(ordered[:-1])
        )
    )[1]
    return (ordered[best] + ordered[best + 1]) / 2


inner = np.stack([ndimage.binary_erosion(wall[k], sides) for k in range(slices)])
remote = {"signal": 100.0, "sd": 60.0}
enhanced = image[inner & (image > remote["signal"] + 3 * remote["sd"])]
half = (remote["signal"] + np.quantile(enhanced, 0.95)) / 2


def counts(threshold):
    found, cores = marked(threshold)
    drawn = mask >= 3
    both = (found & drawn)[wall].sum()
    return {
        "threshold": float(threshold),
        "marked": int(found.sum()),
        "core": int(cores.sum()),
        "dice": float(2 * both / (found[wall].sum() + drawn[wall].sum())),
    }


pairs = np.array([[12.1, 10.4], [22.6, 19.9], [8.3, 8.9], [35.2, 30.1], [17.4, 16.8]])
difference, mean = pairs[:, 0] - pairs[:, 1], pairs.mean(axis=1)
sd = difference.std(ddof=1)
document = {
    "script": "reference/imaging/tissue.py",
    "date": datetime.date.today().isoformat(),
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
    "shape": [1, slices, size, size],
    "mask": mask.ravel().tolist(),
    "image": image.ravel().tolist(),
    "remote": remote,
    "wall": int(wall.sum()),
    "inner": int(inner.sum()),
    "sd": [counts(remote["signal"] + n * remote["sd"]) for n in (2, 3, 4, 5, 6)],
    "fwhm": counts(half),
    "otsu": float(otsu(values)),
    "rice": [[t, float(rice.mean(t)), float(rice.std(t))] for t in (0.25, 0.5, 1, 2, 5, 9)],
    "agreement": {
        "pairs": pairs.tolist(),
        "bias": float(difference.mean()),
        "sd": float(sd),
        "low": float(difference.mean() - 1.96 * sd),
        "high": float(difference.mean() + 1.96 * sd),
        "trend": float(np.polyfit(mean, difference, 1)[0]),
    },
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
