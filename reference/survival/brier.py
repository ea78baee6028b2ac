"""Golden results of scikit-survival for the Brier score with the censoring of a training set.

Usage: python reference/survival/brier.py ../shared/data/survival > reference/survival/brier-sksurv.json
whas500, first 250 rows train, the others are judged; row number / 10,000 is added to the days,
because scikit-survival treats a censoring on the day of an event differently.
"""
import datetime, json, pathlib, sys
import numpy as np, pandas as pd, sksurv
from sksurv.metrics import brier_score, integrated_brier_score

w = pd.read_csv(pathlib.Path(sys.argv[1]) / "whas500.csv")
days = w.lenfol.to_numpy(float) + np.arange(len(w)) / 1e4
y = np.array(list(zip(w.fstat == 1, days)), dtype=[("e", bool), ("t", float)])
at = np.arange(100.5, 1400, 50)
survival = np.exp(-np.outer(np.exp(0.06 * (w.age - 70) + 0.8 * w.chf), at / 2500))
_, score = brier_score(y[:250], y[250:], survival[250:], at)
other = np.exp(-np.outer(np.exp(0.03 * (w.hr - 85)), at / 2500))
two = float(integrated_brier_score(y[:250], y[250:], other[250:], at))


def difference(rows):
    """Of the integrals of the two predictions, with the censoring of these rows themselves."""
    return integrated_brier_score(y[rows], y[rows], survival[rows], at) - integrated_brier_score(y[rows], y[rows], other[rows], at)


n = len(w)
everybody = np.arange(n)
left_out = np.array([difference(np.delete(everybody, i)) for i in everybody])
json.dump({"script": "reference/survival/brier.py", "date": str(datetime.date.today()),
           "versions": {"scikit-survival": sksurv.__version__}, "at": at.tolist(), "score": score.tolist(),
           "integrated": float(integrated_brier_score(y[:250], y[250:], survival[250:], at)), "integratedOther": two,
           "difference": float(difference(everybody)), "jackknifeSe": float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))},
          sys.stdout, indent=1)
