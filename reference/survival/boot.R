# Intervals of R boot's boot.ci from resamples that both programs draw by the same formula.
# Usage: Rscript reference/survival/boot.R > reference/survival/boot.json
suppressMessages({library(boot); library(survival); library(jsonlite)})
source(file.path("reference", "survival", "lehmer.R"))
d <- lehmerCohort(90, 11)
i <- lehmerRows(90, 100, 399)
of <- function(statistic, i, strata = rep(1, nrow(d))) {
  # a boot object with our index matrix: boot.ci looks at t0, t, R, data, statistic, strata, stype and weights
  b <- boot(d, statistic, R = nrow(i), strata = strata)
  b$t <- t(apply(i, 1, function(rows) statistic(d, rows)))
  if (nrow(b$t) == 1) b$t <- t(b$t)
  b
}
first <- function(b) list(t0 = b$t0[1], t = b$t[, 1])
intervals <- function(b, statistic, strata = rep(1, nrow(d))) {
  one <- first(b)
  jack <- empinf(data = d, statistic = function(x, i) statistic(x, i)[1], type = "jack", stype = "i", strata = strata)
  L <- as.numeric(jack)
  of <- function(type, ...) as.numeric(tail(drop(boot.ci(b, type = type, t0 = one$t0, t = one$t, ...)[[4]]), 2))
  list(estimate = one$t0, standardError = sd(one$t), bias = mean(one$t) - one$t0, acceleration = sum(L^3) / (6 * sum(L^2)^1.5),
    percentile = of("perc"), basic = of("basic"), normal = of("norm"), bca = of("bca", L = L),
    influence = L[1:5], lowest = min(one$t))
}
exponential <- function(x, i) { x <- x[i, ]; log(sum(x$event) / sum(x$days)) }
meanWithVariance <- function(x, i) { v <- x$days[i]; c(mean(v), var(v) / length(v)) }
harrell <- function(x, i) as.numeric(concordance(Surv(days, event) ~ a, x[i, ], reverse = TRUE)$concordance)
stud <- of(meanWithVariance, i)
studentised <- as.numeric(tail(drop(boot.ci(stud, type = "stud")$student), 2))
strata <- d$c + 1
result <- list(script = "reference/survival/boot.R", R = R.version.string, date = as.character(Sys.Date()),
  versions = list(boot = as.character(packageVersion("boot")), survival = as.character(packageVersion("survival"))),
  days = d$days[1:6], rows = i[1, 1:8] - 1,
  logRate = intervals(of(exponential, i), exponential),
  harrell = intervals(of(harrell, i), harrell),
  studentised = studentised,
  stratifiedJackknife = as.numeric(empinf(data = d, statistic = exponential, type = "jack", stype = "i", strata = strata))[1:8],
  extreme = as.numeric(boot:::norm.inter(of(exponential, i[1:20, ])$t[, 1], c(0.025, 0.975))[, 2]))
cat(toJSON(result, digits = 15, auto_unbox = TRUE, pretty = TRUE))
