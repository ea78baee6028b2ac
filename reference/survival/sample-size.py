"""Sample sizes: pmvalsampsize for validation, written formulas and a simulation for development.

Usage: python reference/survival/sample-size.py > reference/survival/sample-size.json
The published cases of R pmsampsize (no Python port is on PyPI) stand in the tests with their source.
"""
import contextlib, datetime, io, json, math
from importlib.metadata import version
import numpy as np
from pmvalsampsize.pmvalsampsize import pmvalsampsize
from scipy.optimize import minimize
from scipy.stats import norm

def validation(**given):
    with contextlib.redirect_stdout(io.StringIO()):
        out = pmvalsampsize(type="b", simobs=2000000, seed=1234, noprint=True, **given)
    rows = {row[0].split(" - ")[1]: row[1] for row in out["results_table"] if isinstance(row, list) and " - " in str(row[0])}
    return {"given": given, "sizes": {k: int(v) for k, v in rows.items()}}

# R2 of a logistic model with a C statistic and prevalence: the paper's simulation, fitted by maximum likelihood
def r2_from_c(c, prevalence, n=2000000, seed=7):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < prevalence
    x = rng.normal(np.where(y, math.sqrt(2) * norm.ppf(c), 0), 1)
    def loss(b):
        eta = b[0] + b[1] * x
        return -(np.where(y, eta, 0).sum() - np.logaddexp(0, eta).sum()) / n
    best = minimize(loss, np.zeros(2), method="BFGS", options={"gtol": 1e-9}).fun
    none = -(y.mean() * math.log(y.mean()) + (1 - y.mean()) * math.log(1 - y.mean()))
    return 1 - math.exp(2 * (best - none))

json.dump({
    "script": "reference/survival/sample-size.py", "date": str(datetime.date.today()),
    "versions": {"pmvalsampsize": version("pmvalsampsize"), "numpy": np.__version__, "scipy": version("scipy")},
    "validation": [
        validation(prevalence=0.018, cstatistic=0.8, lpnormal=(-5, 2.5), oeciwidth=1),
        validation(prevalence=0.14, cstatistic=0.75, lpcstat=-2.3, tolerance=0.0002, increment=0.005),
        validation(prevalence=0.3, cstatistic=0.72, lpbeta=(1.5, 3.5), threshold=0.25),
    ],
    "coxSnell": [{"concordance": c, "prevalence": p, "r2": r2_from_c(c, p)} for c, p in [(0.89, 0.174), (0.7, 0.1), (0.81, 0.5)]],
}, __import__("sys").stdout, indent=1)
print()
