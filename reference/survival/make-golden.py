"""Golden results of scikit-survival for libs/survival: what R survival does not give.

Usage: python reference/survival/make-golden.py > reference/survival/golden-sksurv.json
(pip install scikit-survival). The rows are those of golden-r.json, and a second set of times
without ties for the Brier score, where the conventions for ties differ.
"""
import datetime, json, pathlib
import numpy as np
import sksurv
from sklearn.metrics import roc_auc_score
from sksurv.metrics import brier_score, integrated_brier_score, concordance_index_ipcw
from sksurv.nonparametric import cumulative_incidence_competing_risks

here = pathlib.Path(__file__).parent
r = json.loads((here / "golden-r.json").read_text())
days, cause, risk = (np.array(r[k], float) for k in ("days", "cause", "risk"))
t, est, conf = cumulative_incidence_competing_risks(
    cause.astype(int), days, conf_type="log-log", var_type="Dinse_Approx")
# no ties: spread the days of a day apart, in the order events, competing events, censorings
order = np.lexsort((np.where(cause == 0, 3, cause), days))
untied = np.empty_like(days)
untied[order] = days[order] + np.arange(len(days)) / 100
event = cause == 1
y = np.array(list(zip(event, untied)), dtype=[("e", bool), ("t", float)])
horizons = [15.5, 22.5, 34.5, 45.5]
survival = np.clip(1 - np.outer((risk + 0.5) / 4, np.array(horizons) / 60), 0, 1)
_, scores = brier_score(y, y, survival, horizons)
json.dump({
    "script": "reference/survival/make-golden.py", "date": str(datetime.date.today()),
    "versions": {"scikit-survival": sksurv.__version__},
    "cif": {"days": t.tolist(), "incidence": est[1].tolist(), "low": conf[1][0].tolist(), "high": conf[1][1].tolist()},
    "untied": {"days": untied.tolist(), "horizons": horizons, "survival": survival.T.tolist(),
               "brier": scores.tolist(), "integrated": float(integrated_brier_score(y, y, survival, horizons)),
               "uno": float(concordance_index_ipcw(y, y, risk, tau=45.5)[0])},
    "auc": float(roc_auc_score(event, risk)),
}, __import__("sys").stdout, indent=1)
