"""Golden decision curves of dcurves.

Usage: python reference/survival/decision-curve.py ../shared/data/survival > reference/survival/decision-curve.json
whas500 by day 730.5; the risks are written formulas of the covariates. dcurves has no competing risks.
"""
import datetime, importlib.metadata, json, pathlib, sys
import numpy as np, pandas as pd
from dcurves import dca

w = pd.read_csv(pathlib.Path(sys.argv[1]) / "whas500.csv")
t = 730.5
w["one"] = 1 - np.exp(-np.exp(0.06 * (w.age - 70) + 0.8 * w.chf) * t / 2500)
w["two"] = 1 - np.exp(-np.exp(0.03 * (w.hr - 85)) * t / 2500)
thresholds = [0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75]
got = dca(data=w[["lenfol", "fstat", "one", "two"]], outcome="fstat", modelnames=["one", "two"], thresholds=thresholds,
          time=t, time_to_outcome_col="lenfol", nper=100)
column = lambda model, name: got.loc[got.model == model, name].tolist()
avoided = next(c for c in got.columns if "avoid" in c)
json.dump({"script": "reference/survival/decision-curve.py", "date": str(datetime.date.today()),
           "versions": {p: importlib.metadata.version(p) for p in ("dcurves", "lifelines")}, "at": t, "thresholds": thresholds,
           "prevalence": column("all", "prevalence")[0], "all": column("all", "net_benefit"),
           "models": {m: {"netBenefit": column(m, "net_benefit"), "treated": column(m, "test_pos_rate"),
                          "truePositives": column(m, "tp_rate"), "avoided": column(m, avoided)} for m in ("one", "two")}}, sys.stdout, indent=1)
