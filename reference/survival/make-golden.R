# Golden results of R survival for libs/survival. Usage: Rscript reference/survival/make-golden.R > reference/survival/golden-r.json
# 24 invented rows with tied times (events with events, events with censorings), tied risks and a competing cause.
suppressMessages(library(survival))
days  <- c(5, 8, 8, 12, 12, 12, 15, 20, 20, 21, 25, 30, 30, 30, 33, 36, 40, 41, 41, 50, 52, 60, 60, 60)
cause <- c(1, 1, 0, 1, 1, 2, 0, 1, 0, 2, 1, 0, 1, 2, 1, 0, 1, 0, 1, 2, 0, 0, 0, 0)
group <- c(1, 2, 1, 3, 2, 1, 3, 2, 1, 3, 2, 1, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 1, 3)
x1    <- c(2.1, 1.4, 0.3, 1.9, 0.7, 1.2, -0.4, 1.1, 0.2, 0.9, 0.7, -1.0, 0.5, 1.6, -0.2, 0.1, 0.4, -0.9, 0.8, 0.3, -1.2, -0.5, 0.6, -0.7)
x2    <- c(1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0)
weights <- rep(c(1, 2, 0.5, 1.5), 6)
risk  <- c(3, 2, 1, 3, 2, 2, 1, 2, 1, 2, 1, 0, 1, 3, 1, 1, 2, 0, 1, 1, 0, 1, 2, 0)
event <- as.integer(cause == 1)
S <- Surv(days, event)
num <- function(x) paste0("[", paste(formatC(as.numeric(x), digits = 15, format = "g", width = 1), collapse = ", "), "]")
fit <- function(...) coxph(S ~ x1 + x2, control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50), ...)
cox <- function(f) {
  b <- basehaz(f, centered = FALSE)
  b <- b[!duplicated(b$hazard) & b$hazard > 0, ]
  sprintf('{"coefficients": %s, "standardErrors": %s, "logLikelihood": %s, "baselineDays": %s, "baselineAtZero": %s}',
    num(coef(f)), num(sqrt(diag(if (is.null(f$naive.var)) f$var else f$naive.var))), num(f$loglik), num(b$time), num(b$hazard))
}
km <- survfit(S ~ 1, conf.type = "log"); kml <- survfit(S ~ 1, conf.type = "log-log")
lr <- survdiff(S ~ group)
c1 <- concordance(S ~ risk, reverse = TRUE)
c2 <- concordance(S ~ risk, reverse = TRUE, timewt = "n/G2")
c3 <- concordance(S ~ risk, reverse = TRUE, timewt = "n/G2", ymax = 40)
aj <- survfit(Surv(days, factor(cause, 0:2)) ~ 1)
cat(sprintf('{
"script": "reference/survival/make-golden.R", "date": "%s", "versions": {"R": "%s", "survival": "%s"},
"days": %s, "cause": %s, "group": %s, "x1": %s, "x2": %s, "weights": %s, "risk": %s,
"kaplanMeier": {"days": %s, "survival": %s, "standardError": %s, "logLow": %s, "logHigh": %s, "logLogLow": %s, "logLogHigh": %s},
"aalenJohansen": {"days": %s, "incidence1": %s, "incidence2": %s},
"logRank": {"chiSquare": %.15g, "p": %.15g, "observed": %s, "expected": %s},
"efron": %s,
"breslow": %s,
"efronWeighted": %s,
"ridge3": {"coefficients": %s},
"harrell": {"index": %.15g, "standardError": %.15g, "concordant": %d, "discordant": %d, "tiedRisk": %d},
"unoR": {"index": %.15g, "tau40": %.15g}
}\n', Sys.Date(), paste(R.version$major, R.version$minor, sep = "."), packageVersion("survival"),
num(days), num(cause), num(group), num(x1), num(x2), num(weights), num(risk),
num(km$time), num(km$surv), num(summary(km, times = km$time)$std.err), num(km$lower), num(km$upper), num(kml$lower), num(kml$upper),
num(aj$time), num(aj$pstate[, 2]), num(aj$pstate[, 3]),
lr$chisq, pchisq(lr$chisq, 2, lower.tail = FALSE), num(lr$obs), num(lr$exp),
cox(fit(ties = "efron")), cox(fit(ties = "breslow")), cox(fit(ties = "efron", weights = weights)),
{ sd0 <- function(v) sqrt(mean((v - mean(v))^2)); z1 <- (x1 - mean(x1)) / sd0(x1); z2 <- (x2 - mean(x2)) / sd0(x2)
  f <- coxph(S ~ ridge(z1, z2, theta = 3, scale = FALSE), control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  num(coef(f) / c(sd0(x1), sd0(x2))) },
c1$concordance, sqrt(c1$var), as.integer(c1$count["concordant"]), as.integer(c1$count["discordant"]), as.integer(c1$count["tied.x"]),
c2$concordance, c3$concordance))
