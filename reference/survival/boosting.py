"""Golden results of scikit-survival for boosted Cox models without random numbers.

Usage: python reference/survival/boosting.py ../shared/data/survival > reference/survival/boosting-sksurv.json
Scores are those of the first 150 rows; in the componentwise model the columns have mean 0 and standard deviation 1.
"""
import datetime, json, pathlib, sys
import numpy as np, pandas as pd, sksurv
from sksurv.ensemble import ComponentwiseGradientBoostingSurvivalAnalysis, GradientBoostingSurvivalAnalysis
from sksurv.util import Surv

folder = pathlib.Path(sys.argv[1])
TABLES = {
    "whas500": ("lenfol", "fstat", ["age", "hr", "sysbp", "diasbp", "bmi", "chf"], [100, 1000]),
    "hf299": ("time", "DEATH_EVENT", ["age", "anaemia", "creatinine_phosphokinase", "ejection_fraction", "platelets", "serum_creatinine", "serum_sodium"], [50, 150]),
}
trees, linear = [], []
for name, (time, event, columns, days) in TABLES.items():
    table = pd.read_csv(folder / f"{name}.csv")
    X, y = table[columns].to_numpy(float), Surv.from_arrays(table[event] == 1, table[time].astype(float))
    cohort = {"table": name, "time": time, "event": event, "columns": columns}
    for depth, size in [(1, 10), (3, 7)]:
        model = GradientBoostingSurvivalAnalysis(loss="coxph", learning_rate=0.1, n_estimators=60, max_depth=depth, min_samples_leaf=size,
                                                 min_samples_split=2 * size, subsample=1.0, random_state=1).fit(X, y)
        staged = np.array(list(model.staged_predict(X)))
        steps = model.predict_survival_function(X[:150])
        trees.append({**cohort, "depth": depth, "nodeSize": size, "stages": [1, 10, 60], "scores": staged[[0, 9, 59]][:, :150].tolist(),
                      "days": days, "survival": [[float(step(day)) for day in days] for step in steps]})
    Z = (X - X.mean(0)) / X.std(0)
    model = ComponentwiseGradientBoostingSurvivalAnalysis(loss="coxph", learning_rate=0.1, n_estimators=80, subsample=1.0, random_state=1).fit(Z, y)
    linear.append({**cohort, "stages": 80, "coefficients": model.coef_[1:].tolist(), "intercept": float(model.coef_[0])})
json.dump({"script": "reference/survival/boosting.py", "date": str(datetime.date.today()), "versions": {"scikit-survival": sksurv.__version__},
           "trees": trees, "linear": linear}, sys.stdout)
