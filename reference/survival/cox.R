# What R survival's coxph says of strata, offset, late entry, time-varying rows, clusters, ties and residuals.
# Usage: Rscript reference/survival/cox.R ../shared/data/survival > reference/survival/cox.json
suppressMessages({library(survival); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
vec <- function(x) unname(as.numeric(x))
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
fit <- function(f, residuals = FALSE, zph = FALSE) {
  s <- summary(f)
  out <- list(coefficients = vec(coef(f)), standardErrors = vec(sqrt(diag(f$var))),
    logLikelihood = vec(f$loglik), likelihoodRatio = vec(s$logtest[1]), wald = vec(f$wald.test), score = vec(f$score))
  if (residuals) {
    # every 7th row is enough to see a wrong one
    some <- seq(1, f$n, by = 7)
    of <- function(type) residuals(f, type = type, weighted = FALSE)
    rowsOf <- function(m) vec(t(as.matrix(m)[some, , drop = FALSE]))
    out$residuals <- list(martingale = vec(of("martingale")[some]), deviance = vec(of("deviance")[some]),
      score = rowsOf(of("score")), dfbeta = rowsOf(of("dfbeta")))
    # without weighted = FALSE having an effect on them
    out$schoenfeldSquares <- vec(colSums(as.matrix(residuals(f, type = "schoenfeld"))^2))
  }
  if (zph) {
    z <- cox.zph(f, terms = FALSE)$table
    out$zph <- list(terms = vec(head(z[, 1], -1)), global = vec(tail(z[, 1], 1)))
  }
  out
}
veteran <- read("veteran"); lung <- read("lung"); pbc <- read("pbc"); mgus2 <- read("mgus2")
lung <- lung[complete.cases(lung[, c("time", "status", "age", "sex", "ph.ecog", "inst")]), ]
pbc$dead <- as.integer(pbc$status == 2)
pbc$w <- 1 + (seq_len(nrow(pbc)) %% 3)
# late entry by age: age at diagnosis to age at the end of follow-up, months
mgus2$from <- mgus2$age * 12; mgus2$to <- mgus2$age * 12 + mgus2$futime + 0.5
mgus2 <- mgus2[complete.cases(mgus2[, c("hgb", "creat", "mspike")]), ]
# a predictor that changes: on day 100 of follow-up
early <- transform(veteran, start = 0, stop = pmin(time, 100), dead = ifelse(time <= 100, status, 0), late = 0)
after <- transform(veteran[veteran$time > 100, ], start = 100, stop = time, dead = status, late = 1)
early$subject <- seq_len(nrow(veteran)); after$subject <- which(veteran$time > 100)
rows <- rbind(early, after)
rows$changed <- rows$karno * rows$late
result <- list(
  script = "reference/survival/cox.R", R = R.version.string, survival = as.character(packageVersion("survival")), date = "2026-11-24",
  results = list(
    strata = fit(coxph(Surv(time, dead) ~ age + log(bili) + albumin + strata(sex), pbc, control = tight, weights = w), TRUE),
    offset = fit(coxph(Surv(time, dead) ~ age + albumin + offset(log(bili)), pbc, control = tight), TRUE, TRUE),
    breslow = fit(coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, lung, control = tight, ties = "breslow"), TRUE, TRUE),
    cluster = fit(coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, lung, control = tight, cluster = inst), FALSE, TRUE),
    exact = fit(coxph(Surv(time, status) ~ trt + karno + age, veteran, control = tight, ties = "exact")),
    entry = fit(coxph(Surv(from, to, death) ~ hgb + creat + mspike, mgus2, control = tight), TRUE, TRUE),
    changing = fit(coxph(Surv(start, stop, dead) ~ karno + changed + age, rows, control = tight, cluster = subject), FALSE, TRUE)
  ))
cat(toJSON(result, digits = 15, auto_unbox = TRUE, pretty = TRUE))
