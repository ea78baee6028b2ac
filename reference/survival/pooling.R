# Random-effects averages of R metafor, on the scales of libs/survival/src/resampling/pooling.ts.
# Usage: Rscript reference/survival/pooling.R > reference/survival/pooling.json
suppressMessages({library(metafor); library(jsonlite)})
tight <- list(threshold = 1e-10, maxiter = 1e5, tol = 1e-14)
sets <- list(
  concordance = list(scale = "logit", estimate = c(0.71, 0.64, 0.78, 0.69, 0.83, 0.60), standardError = c(0.03, 0.05, 0.04, 0.02, 0.06, 0.045)),
  observedExpected = list(scale = "log", estimate = c(0.8, 1.31, 1.02, 0.64), standardError = c(0.11, 0.2, 0.08, 0.13)),
  slope = list(scale = "identity", estimate = c(0.95, 1.02, 0.9, 0.99, 1.05), standardError = c(0.2, 0.15, 0.3, 0.12, 0.25)),
  two = list(scale = "identity", estimate = c(0.4, 1.3), standardError = c(0.2, 0.3)),
  apart = list(scale = "identity", estimate = c(-3, 0.1, 4, 9, -6, 2, 0), standardError = c(0.1, 2, 0.4, 0.3, 1, 0.2, 5)))
one <- function(s, method, test) {
  slope <- switch(s$scale, identity = 1, log = 1 / s$estimate, logit = 1 / (s$estimate * (1 - s$estimate)))
  to <- switch(s$scale, identity = identity, log = log, logit = qlogis); back <- switch(s$scale, identity = identity, log = exp, logit = plogis)
  fit <- suppressWarnings(rma(yi = to(s$estimate), sei = s$standardError * slope, method = method, test = test, control = tight))
  k <- fit$k; half <- if (k > 2) qt(0.975, k - 2) * sqrt(fit$tau2 + fit$se^2) else NA
  ci <- confint(fit, control = list(tol = 1e-14, maxiter = 10000, tau2.max = 10000))$random[1, 2:3]
  list(method = method, test = test, estimate = back(as.numeric(fit$beta)), low = back(fit$ci.lb), high = back(fit$ci.ub), se = fit$se,
    tau2 = fit$tau2, tau2Low = as.numeric(ci[1]), tau2High = as.numeric(ci[2]), i2 = fit$I2 / 100, q = fit$QE, p = fit$QEp,
    prediction = if (k > 2) back(as.numeric(fit$beta) + c(-1, 1) * half) else NULL, weights = as.numeric(weights(fit)) / 100)
}
results <- lapply(sets, function(s) c(s, list(results = unlist(lapply(c("DL", "REML", "PM"), function(m) lapply(c("z", "knha", "adhoc"), function(t) one(s, m, t))), recursive = FALSE))))
cat(toJSON(list(script = "reference/survival/pooling.R", R = R.version.string, date = as.character(Sys.Date()), metafor = as.character(packageVersion("metafor")),
  sets = results), digits = 15, auto_unbox = TRUE, pretty = FALSE))
