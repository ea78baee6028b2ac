"""Python's side of bench:survival: bench.py LIBRARY FOLDER JOBS BUDGET_MS, JSON on stdout."""

import json
import platform
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
library, folder, wanted, budget_ms = sys.argv[1:5]
brier_days = 20 + 15 * np.arange(100)
uno_tau = 1500


def table(name):
    return pd.read_csv(f"{folder}/{name}.csv")


def draws():
    return np.loadtxt(f"{folder}/draws.csv", delimiter=",", dtype=int)


def predictors(frame):
    return frame[[name for name in frame if name[0] == "x"]]


def scikit_survival():
    from sksurv.ensemble import RandomSurvivalForest
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.metrics import concordance_index_censored, concordance_index_ipcw, integrated_brier_score
    from sksurv.nonparametric import cumulative_incidence_competing_risks
    from sksurv.util import Surv
    import sksurv

    def outcome(frame):
        return Surv.from_arrays(frame.event == 1, frame.time)

    def cox():
        frame = table("cox")
        x, y = predictors(frame).to_numpy(), outcome(frame)
        return lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, y).coef_[0]

    def concordance():
        frame = table("concordance")
        event, days, risk = (frame.event == 1).to_numpy(), frame.time.to_numpy(), frame.risk.to_numpy()
        return lambda: concordance_index_censored(event, days, risk)[0]

    def aalen_johansen():
        frame = table("aalen-johansen")
        event, days = frame.event.to_numpy(), frame.time.to_numpy()

        def work():
            at, incidence, _ = cumulative_incidence_competing_risks(event, days, conf_type="log-log")
            return incidence[1][np.searchsorted(at, 1000, side="right") - 1]

        return work

    def forest():
        frame = table("forest")
        x, y = predictors(frame).to_numpy(), outcome(frame)

        def work():
            fitted = RandomSurvivalForest(
                500, min_samples_leaf=8, min_samples_split=15, max_features="sqrt",
                oob_score=True, n_jobs=-1, random_state=1,
            ).fit(x, y)
            return fitted.oob_score_

        return work

    def uno_bootstrap():
        frame = table("uno-bootstrap")
        y, risk, rows = outcome(frame), frame.risk.to_numpy(), draws()
        return lambda: np.mean([concordance_index_ipcw(y[d], y[d], risk[d], tau=uno_tau)[0] for d in rows])

    def integrated_brier():
        frame = table("integrated-brier")
        y, survival = outcome(frame), frame[[f"s{day}" for day in brier_days]].to_numpy()
        return lambda: integrated_brier_score(y, y, survival, brier_days)

    return sksurv.__version__, {
        "cox": cox,
        "concordance": concordance,
        "aalen-johansen": aalen_johansen,
        "forest": forest,
        "uno-bootstrap": uno_bootstrap,
        "integrated-brier": integrated_brier,
    }


def lifelines_jobs():
    import lifelines
    from lifelines.utils import concordance_index

    def cox():
        frame = table("cox")
        return lambda: lifelines.CoxPHFitter().fit(frame, "time", "event").params_.iloc[0]

    def concordance():
        frame = table("concordance")
        return lambda: concordance_index(frame.time, -frame.risk, frame.event)

    def aalen_johansen():
        frame = table("aalen-johansen")

        def work():
            # Ties are broken by a jitter, as the library does by itself.
            fitted = lifelines.AalenJohansenFitter(calculate_variance=True, seed=1)
            fitted.fit(frame.time, frame.event, event_of_interest=1)
            return fitted.predict(1000)

        return work

    return lifelines.__version__, {"cox": cox, "concordance": concordance, "aalen-johansen": aalen_johansen}


def timed(work):
    value = work()
    ms = []
    until = time.perf_counter() + float(budget_ms) / 1000
    while True:
        began = time.perf_counter()
        value = work()
        ms.append(1000 * (time.perf_counter() - began))
        if time.perf_counter() >= until:
            return {"ms": ms, "value": float(value)}


version, available = scikit_survival() if library == "scikit-survival" else lifelines_jobs()
results = {job: timed(available[job]()) for job in wanted.split(",") if job in available}
versions = {library: version, "python": platform.python_version(), "numpy": np.__version__}
print(json.dumps({"versions": versions, "results": results}))
