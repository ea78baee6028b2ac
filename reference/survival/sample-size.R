# Standard errors that a validation of a time-to-event model is to expect, simulated in R as riley2022 does.
# Usage: Rscript reference/survival/sample-size.R > reference/survival/sample-size-r.json
suppressMessages({library(survival); library(prodlim); library(geepack); library(jsonlite)})
set.seed(20221)
risk <- 0.14; horizon <- 730; spread <- 0.9; shape <- 0.8; lost <- 0.1; end <- 1095; threshold <- 0.15
hazard <- uniroot(function(h) integrate(function(z) dnorm(z) * (1 - exp(-h * exp(spread * z))), -12, 12, rel.tol = 1e-12)$value - risk, c(1e-6, 10), tol = 1e-14)$root
simulate <- function(n) {
  lp <- rnorm(n, 0, spread)
  failure <- horizon * (rexp(n) / (hazard * exp(lp)))^(1 / shape)
  censoring <- pmin(rexp(n) / (-log(1 - lost) / horizon), end)
  data.frame(days = pmin(failure, censoring), event = as.integer(failure <= censoring), lp = lp, p = 1 - exp(-hazard * exp(lp)))
}
atHorizon <- function(d) { s <- summary(survfit(Surv(days, event) ~ 1, d), times = horizon); c(1 - s$surv, s$std.err) }
errors <- function(n) {
  d <- simulate(n); o <- atHorizon(d)
  uno <- concordance(Surv(days, event) ~ p, d, reverse = TRUE, timewt = "n/G2", ymax = horizon)
  d$y <- as.numeric(1 - jackknife(prodlim(Hist(days, event) ~ 1, d), times = horizon)); d$id <- seq_len(n); d$cll <- log(-log(1 - d$p))
  g <- geese(y ~ cll, id = id, data = d, mean.link = "cloglog", variance = "gaussian", corstr = "independence")
  c(observedExpected = (o[2] / o[1])^2, slope = g$vbeta[2, 2], concordance = as.numeric(uno$var), index = as.numeric(uno$concordance), events = mean(d$event == 1 & d$days <= horizon)) * c(n, n, n, 1, 1)
}
benefit <- function(n) { d <- simulate(n); t <- d$p >= threshold; o <- atHorizon(d[t, ])[1]; mean(t) * (o - (1 - o) * threshold / (1 - threshold)) / atHorizon(d)[1] }
# C and R2 of a right model with normal log hazards, everybody followed to the end
million <- function(spread, risk) { n <- 1e6; z <- rnorm(n, 0, spread); h <- uniroot(function(h) integrate(function(z) dnorm(z) * (1 - exp(-h * exp(spread * z))), -12, 12, rel.tol = 1e-12)$value - risk, c(1e-9, 1e3), tol = 1e-14)$root
  t <- rexp(n) / (h * exp(z)); d <- data.frame(days = pmin(t, 1), event = as.integer(t <= 1), z = z)
  f <- coxph(Surv(days, event) ~ z, d); list(spread = spread, risk = risk, concordance = as.numeric(f$concordance["concordance"]), coxSnell = 1 - exp(-2 * diff(f$loglik) / n)) }
e <- colMeans(t(replicate(60, errors(1500))))
b <- replicate(1500, benefit(1000))
cat(toJSON(list(script = "reference/survival/sample-size.R", R = R.version.string, date = as.character(Sys.Date()), survival = as.character(packageVersion("survival")),
  cohort = list(risk = risk, horizon = horizon, spread = spread, shape = shape, lost = lost, end = end), threshold = threshold, hazard = hazard,
  million = list(million(0.9, 0.2), million(0.5, 0.6)),
  variances = as.list(e[1:3]), concordance = e[["index"]], eventShare = e[["events"]], netBenefit = list(mean = mean(b), variance = var(b) * 1000)), digits = 10, auto_unbox = TRUE, pretty = TRUE))
