"""Golden results of scikit-survival for a single survival tree and for the concordance of forests over seeds.

Usage: python reference/survival/forest.py ../shared/data/survival > reference/survival/forest-sksurv.json
The trees try every column at every node on all subjects: what they hold does not depend on the seed, unless two
columns part a node alike. Each row has the number of its terminal node; hazards and survivals are those of each
terminal node on five days.
"""
import datetime, json, pathlib, sys
import numpy as np, pandas as pd, sksurv
from sksurv.ensemble import RandomSurvivalForest
from sksurv.tree import SurvivalTree
from sksurv.util import Surv

folder = pathlib.Path(sys.argv[1])
TABLES = {
    "whas500": ("lenfol", "fstat", ["age", "gender", "hr", "sysbp", "diasbp", "bmi", "cvd", "afb", "sho", "chf", "av3", "miord", "mitype"], [30, 365, 800, 1200, 2000]),
    "hf299": ("time", "DEATH_EVENT", ["age", "anaemia", "creatinine_phosphokinase", "diabetes", "ejection_fraction", "high_blood_pressure", "platelets", "serum_creatinine", "serum_sodium", "sex", "smoking"], [10, 50, 100, 150, 200]),
    "deepsurv_gbsg_train": ("time", "event", [f"x{j}" for j in range(7)], [5.0, 12.0, 24.0, 40.0, 60.0]),
}
trees, forests = [], []
for name, (time, event, columns, days) in TABLES.items():
    table = pd.read_csv(folder / f"{name}.csv")
    X, y = table[columns].to_numpy(float), Surv.from_arrays(table[event] == 1, table[time].astype(float))
    for size, depth in [(15, None), (3, 4)]:
        tree = SurvivalTree(min_samples_leaf=size, min_samples_split=2 * size, max_depth=depth, max_features=None, random_state=1).fit(X, y)
        nodes, first, terminal = np.unique(tree.apply(X.astype(np.float32)) if hasattr(tree, "apply") else tree.tree_.apply(X.astype(np.float32)), return_index=True, return_inverse=True)
        curves = {what: [[float(step(day)) for day in days] for step in predict(X[first])]
                  for what, predict in [("hazard", tree.predict_cumulative_hazard_function), ("survival", tree.predict_survival_function)]}
        trees.append({"table": name, "time": time, "event": event, "columns": columns, "nodeSize": size, "depth": depth,
                      "days": days, "terminal": terminal.tolist(), **curves})
    index = [RandomSurvivalForest(n_estimators=200, min_samples_leaf=15, min_samples_split=30, max_features="sqrt", oob_score=True,
                                  n_jobs=2, random_state=seed).fit(X, y).oob_score_ for seed in range(10)]
    forests.append({"table": name, "time": time, "event": event, "columns": columns, "mean": float(np.mean(index)), "sd": float(np.std(index, ddof=1))})
json.dump({"script": "reference/survival/forest.py", "date": str(datetime.date.today()), "versions": {"scikit-survival": sksurv.__version__},
           "trees": trees, "forests": forests}, sys.stdout)
