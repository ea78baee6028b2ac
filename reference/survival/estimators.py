"""Weighted log-rank tests of lifelines for libs/survival.

Usage, beside ../shared: python reference/survival/estimators.py > reference/survival/estimators-lifelines.json
veteran by cell type (squamous, smallcell, adeno, large in the order of the file).
"""
import csv, datetime, json
import lifelines
from lifelines.statistics import multivariate_logrank_test

rows = list(csv.DictReader(open("../shared/data/survival/veteran.csv")))
days = [float(row["time"]) for row in rows]
event = [int(row["status"]) for row in rows]
group = [row["celltype"] for row in rows]
tests = {
    "log-rank": {},
    "gehan": {"weightings": "wilcoxon"},
    "tarone-ware": {"weightings": "tarone-ware"},
    "peto-peto": {"weightings": "peto"},
    "rho1gamma0": {"weightings": "fleming-harrington", "p": 1, "q": 0},
    "rho0gamma1": {"weightings": "fleming-harrington", "p": 0, "q": 1},
    "rho1gamma1": {"weightings": "fleming-harrington", "p": 1, "q": 1},
    "rho0.5gamma2": {"weightings": "fleming-harrington", "p": 0.5, "q": 2},
}
results = {}
for name, options in tests.items():
    test = multivariate_logrank_test(days, group, event, **options)
    results[name] = {"chiSquare": float(test.test_statistic), "p": float(test.p_value)}
print(json.dumps({"script": "reference/survival/estimators.py", "lifelines": lifelines.__version__,
    "date": datetime.date.today().isoformat(), "results": results}, indent=2))
