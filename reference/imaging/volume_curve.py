"""A Fourier series of four harmonics through the volumes of a beat, by numpy, and its
peaks by scipy: the witness of volume-curve.ts and chamber-rates.ts.

Run: python reference/imaging/volume_curve.py
"""

import datetime
import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import brentq, minimize_scalar

HARMONICS = 4


def design(ms, period, slope=False):
    angle = 2 * np.pi * np.asarray(ms, float) / period
    columns = [np.zeros_like(angle) if slope else np.ones_like(angle)]
    for k in range(1, HARMONICS + 1):
        factor = 2000 * np.pi * k / period
        columns += [-factor * np.sin(k * angle), factor * np.cos(k * angle)] if slope else [
            np.cos(k * angle),
            np.sin(k * angle),
        ]
    return np.column_stack(columns)


def peak(f, low, high):
    grid = np.linspace(low, high, 4001)
    best = int(np.argmax([f(ms) for ms in grid]))
    bounds = (grid[max(0, best - 1)], grid[min(4000, best + 1)])
    return minimize_scalar(lambda ms: -f(ms), bounds=bounds, method="bounded", options={"xatol": 1e-10}).x


def case(times, volumes, period):
    matrix = design(times, period)
    coefficients, *_ = np.linalg.lstsq(matrix, volumes, rcond=None)
    residuals = volumes - matrix @ coefficients
    variance = residuals @ residuals / (len(times) - matrix.shape[1])
    inverse = np.linalg.pinv(matrix.T @ matrix)
    value = lambda ms: float((design([ms], period) @ coefficients)[0])
    slope = lambda ms: float((design([ms], period, True) @ coefficients)[0])

    def se(ms):
        row = design([ms], period, True)[0]
        return float(np.sqrt(variance * row @ inverse @ row))

    ed = peak(value, 0, period)
    es = peak(lambda ms: -value(ms), ed, ed + period)
    middle = (es + ed + period) / 2
    ejection = peak(lambda ms: -slope(ms), ed, es)
    filling = peak(slope, es, middle)
    goal = value(es) + 0.8 * (value(ed) - value(es))
    grid = np.linspace(es, ed + period, 4001)
    first = next(i for i, ms in enumerate(grid) if value(ms) >= goal)
    back = brentq(lambda ms: value(ms) - goal, grid[first - 1], grid[first], xtol=1e-10)
    return {
        "timesMs": [float(one) for one in times],
        "volumesMl": [float(one) for one in volumes],
        "periodMs": period,
        "expected": {
            "residualMl": float(np.sqrt(np.mean(residuals**2))),
            "peakEjectionRateMlPerS": -slope(ejection),
            "timeToPeakEjectionMs": ejection % period,
            "peakFillingRateMlPerS": slope(filling),
            "timeToPeakFillingMs": filling - es,
            "lateFillingRateMlPerS": slope(peak(slope, middle, ed + period)),
            "peakEjectionRateSeMlPerS": se(ejection),
            "peakFillingRateSeMlPerS": se(filling),
            "peakEjectionRatePerS": -slope(ejection) / value(ed),
            "peakFillingRatePerS": slope(filling) / value(ed),
            "diastolicVolumeRecoveryPercent": 100 * (back - es) / (ed + period - es),
        },
    }


def beat(share):
    """Systole over 40 % of the beat, E wave, plateau, A wave."""
    share = np.asarray(share) % 1
    diastole = (share - 0.4) / 0.6
    return np.where(
        share <= 0.4,
        np.sin(np.pi / 2 * share / 0.4) ** 2,
        np.where(
            diastole < 0.45,
            1 - 0.78 * np.sin(np.pi / 2 * diastole / 0.45) ** 2,
            np.where(diastole < 0.8, 0.22, 0.22 * (1 - (diastole - 0.8) / 0.2)),
        ),
    )


def main():
    random = np.random.default_rng(20)
    cases = []
    for phases, period, sd, jitter in ((25, 800.0, 1.0, 0.0), (30, 950.0, 2.0, 6.0), (14, 700.0, 0.5, 0.0)):
        times = np.arange(phases) * period / phases + np.sort(random.uniform(0, jitter, phases))
        volumes = 160 - 85 * beat(times / period) + random.normal(0, sd, phases)
        cases.append(case(np.round(times, 3), np.round(volumes, 3), period))
    here = pathlib.Path(__file__).parent
    document = {
        "script": "reference/imaging/volume_curve.py",
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "date": datetime.date.today().isoformat(),
        "cases": cases,
    }
    (here / "volume-curve.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
