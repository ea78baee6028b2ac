# What survival and cmprsk say of curves and tests with late entry, weights, clusters and strata.
# Usage: Rscript reference/survival/estimators.R ../shared/data/survival > reference/survival/estimators.json
# Entries, weights and clusters follow from the row number (from 0): entry = 37 row mod 300 (mgus2: 7 row mod 40),
# rows with an entry at or after their time left out; counts = 1 + row mod 3, shares = 0.5 + (row mod 4) / 2, cluster = row mod 50.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
read <- function(name) { d <- read.csv(file.path(folder, paste0(name, ".csv"))); d$row <- seq_len(nrow(d)) - 1; d }
vec <- function(x) unname(as.numeric(x))
late <- function(d, step, modulus) {
  d$entry <- (step * d$row) %% modulus; d <- d[d$entry < d$days, ]
  d$counts <- 1 + d$row %% 3; d$shares <- 0.5 + (d$row %% 4) / 2; d$cluster <- d$row %% 50; d
}
w <- read("whas500"); w$days <- w$lenfol; w$event <- w$fstat; w <- late(w, 37, 300)
m <- read("mgus2"); m$days <- ifelse(m$pstat == 1, m$ptime, m$futime); m$event <- ifelse(m$pstat == 1, 1, 2 * m$death); m <- late(m, 7, 40)
p <- read("pbc"); p$days <- p$time; p$event <- p$status
v <- read("veteran"); v$days <- v$time; v$event <- v$status
b <- read("bmt"); b$days <- b$ftime; b$event <- b$status

km <- function(f, days) {
  s <- summary(f, times = days); se <- s$std.err
  i <- 1 + findInterval(days, f$time); q <- quantile(f, c(0.25, 0.5, 0.75))
  list(days = days, atRisk = s$n.risk, survival = s$surv, standardError = se, low = s$lower, high = s$upper,
    hazard = c(0, f$cumhaz)[i], hazardError = c(0, f$std.chaz)[i], quantiles = vec(q$quantile), quantileLow = vec(q$lower), quantileHigh = vec(q$upper))
}
at <- c(1, 50, 180, 365, 730, 1500, 2000)
# summary.survfit takes the numbers at risk of the next end of observation, which with late entry are not those of a day between.
ends <- sort(unique(w$days))[c(1, 20, 60, 120, 200, 260, 300)]
late.y <- Surv(w$entry, w$days, w$event); plain.y <- Surv(w$days, w$event)
curves <- list(
  plain = km(survfit(plain.y ~ 1, conf.type = "plain"), at),
  logWhole = km(survfit(late.y ~ 1, weights = w$counts, conf.type = "log"), ends),
  lateLogLog = km(survfit(late.y ~ 1, conf.type = "log-log"), ends),
  robustShares = km(survfit(late.y ~ 1, weights = w$shares, conf.type = "log"), ends),
  modelShares = km(survfit(late.y ~ 1, weights = w$shares, conf.type = "log", robust = FALSE), ends),
  clustered = km(survfit(late.y ~ 1, weights = w$shares, cluster = w$cluster, conf.type = "log-log"), ends),
  reverse = km(survfit(Surv(w$days, w$event == 0) ~ 1, conf.type = "log"), at),
  breslow = km(survfit(late.y ~ 1, weights = w$shares, stype = 2, ctype = 1, conf.type = "log", robust = FALSE), ends),
  breslowRobust = km(survfit(late.y ~ 1, weights = w$shares, stype = 2, ctype = 1, conf.type = "log"), ends),
  flemingHarrington = km(survfit(late.y ~ 1, weights = w$counts, stype = 2, ctype = 2, conf.type = "log"), ends),
  flemingHarringtonRobust = km(survfit(late.y ~ 1, weights = w$shares, cluster = w$cluster, stype = 2, ctype = 2, conf.type = "log"), ends))
small <- list(
  allOnOneDay = km(survfit(Surv(c(5, 5, 5), c(1, 1, 1)) ~ 1, conf.type = "log"), c(1, 5)),
  oneSubject = km(survfit(Surv(3, 1) ~ 1, conf.type = "log"), c(1, 3)),
  noEvents = km(survfit(Surv(c(2, 3, 4), c(0, 0, 0)) ~ 1, conf.type = "log"), c(1, 3)),
  dayZero = km(survfit(Surv(c(0, 0, 2, 3), c(1, 0, 1, 0)) ~ 1, conf.type = "log"), c(0, 2)),
  levelAtHalf = km(survfit(Surv(c(1, 2, 3, 4), c(1, 1, 0, 0)) ~ 1, conf.type = "log"), c(1, 2)),
  gap = km(survfit(Surv(c(0, 0, 6, 6, 7), c(2, 4, 9, 8, 12), c(1, 0, 1, 0, 0)) ~ 1, conf.type = "log"), c(2, 4, 8, 9, 12)),
  fallsToZero = km(survfit(Surv(c(0, 2, 2, 2), c(1, 5, 6, 7), c(1, 1, 0, 1)) ~ 1, conf.type = "log"), c(1, 5, 6, 7)))

aj <- function(f, days) {
  days <- days[days %in% f$time]; s <- summary(f, times = days)
  list(days = days, atRisk = rowSums(s$n.risk), incidence = lapply(2:3, function(j) s$pstate[, j]), standardError = lapply(2:3, function(j) s$std.err[, j]),
    low = lapply(2:3, function(j) s$lower[, j]), high = lapply(2:3, function(j) s$upper[, j]))
}
state <- function(e) factor(e, 0:2)
months <- c(6, 24, 60, 120, 240, 363)
m$id <- seq_len(nrow(m))
incidence <- list(
  plain = aj(survfit(Surv(days, state(event)) ~ 1, m, conf.type = "log"), months),
  late = aj(survfit(Surv(entry, days, state(event)) ~ 1, m, id = id, conf.type = "log-log"), months),
  lateShares = aj(survfit(Surv(entry, days, state(event)) ~ 1, m, id = id, weights = shares, conf.type = "plain"), months),
  counts = aj(survfit(Surv(days, state(event)) ~ 1, m, weights = counts, conf.type = "log"), months))
counted <- survfit(Surv(days, state(event)) ~ 1, m, weights = counts, influence = TRUE)
clustered <- lapply(2:3, function(j) vec(sqrt(colSums(rowsum(counted$influence[, 1 + findInterval(months[months %in% counted$time], counted$time), j] * m$counts, m$cluster)^2))))
ci <- function(days, event, at) { x <- timepoints(cuminc(days, event), at); list(days = at, incidence = lapply(1:2, function(j) vec(x$est[j, ])), variance = lapply(1:2, function(j) vec(x$var[j, ]))) }
cmp <- list(mgus2 = ci(m$days, m$event, months), bmt = ci(b$days, b$event, c(5, 10, 20, 40)), pbc = ci(p$days, p$event, c(365, 1826, 3652)))

sd <- function(f) list(chiSquare = f$chisq, df = sum(rowSums(as.matrix(f$exp)) > 0) - 1, observed = vec(rowSums(as.matrix(f$obs))), expected = vec(rowSums(as.matrix(f$exp))))
exact <- function(f) vec(coxph(f, ties = "exact", control = coxph.control(iter.max = 0))$score)
rep3 <- v[rep(seq_len(nrow(v)), 1 + v$row %% 3), ]
logrank <- list(
  celltype = sd(survdiff(Surv(days, event) ~ celltype, v)),
  celltypeRho = sd(survdiff(Surv(days, event) ~ celltype, v, rho = 1)),
  celltypeHalf = sd(survdiff(Surv(days, event) ~ celltype, v, rho = 0.5)),
  celltypeByTreatment = sd(survdiff(Surv(days, event) ~ celltype + strata(trt), v)),
  celltypeByTreatmentRho = sd(survdiff(Surv(days, event) ~ celltype + strata(trt), v, rho = 1)),
  celltypeCounts = sd(survdiff(Surv(days, event) ~ celltype, rep3)),
  stage = sd(survdiff(Surv(days, event == 2) ~ stage, p)),
  late = exact(late.y ~ factor(w$gender * 2 + w$chf)),
  lateStrata = exact(late.y ~ factor(w$gender * 2 + w$chf) + strata(w$mitype)),
  lateTrend = exact(late.y ~ I(w$gender * 2 + w$chf)),
  stageTrend = exact(Surv(p$days, p$event == 2) ~ p$stage),
  stageTrendStrata = exact(Surv(p$days, p$event == 2) ~ p$stage + strata(p$sex)))
gray <- function(...) { x <- cuminc(...)$Tests; list(chiSquare = vec(x[, "stat"]), p = vec(x[, "pv"]), df = vec(x[, "df"])) }
stage <- !is.na(p$stage)
tests <- list(
  mgus2Sex = gray(m$days, m$event, m$sex),
  mgus2SexRho = gray(m$days, m$event, m$sex, rho = 1),
  mgus2AgeBySex = gray(m$days, m$event, cut(m$age, c(0, 60, 70, 80, 200)), m$sex),
  bmt = gray(b$days, b$event, b$dis),
  pbcStage = gray(p$days[stage], p$event[stage], p$stage[stage]),
  pbcStageBySexRho = gray(p$days[stage], p$event[stage], p$stage[stage], p$sex[stage], rho = 0.5))

rm <- function(f, tau) { x <- survival:::survmean(f, rmean = tau)$matrix; list(tau = tau, mean = vec(x["rmean"]), standardError = vec(x["se(rmean)"])) }
# Areas under pstate and, for the errors, under the influences: survmean2 of survival 3.5.3 leaves out the time before the
# first day and takes the influence of the day before; clusters are ignored by its multi-state curves.
rm2 <- function(f, tau, weights = 1, cluster = seq_len(nrow(m))) {
  d <- diff(c(0, f$time[f$time < tau], tau)); k <- seq_along(d); p <- rbind(f$p0, f$pstate)[k, ]
  u <- sapply(1:3, function(j) f$influence[, k, j] %*% d) * weights
  list(tau = tau, mean = vec(colSums(d * p)), standardError = vec(sqrt(colSums(rowsum(u, cluster)^2))))
}
# survRM2's formulas on survfit's curves: arm 1 less and over arm 0
arms <- function(time, status, arm, tau) {
  one <- rm(survfit(Surv(time, status) ~ 1, subset = arm == 1), tau); none <- rm(survfit(Surv(time, status) ~ 1, subset = arm == 0), tau)
  d <- one$mean - none$mean; se <- sqrt(one$standardError^2 + none$standardError^2); z <- qnorm(0.975)
  r <- log(one$mean / none$mean); sr <- sqrt((one$standardError / one$mean)^2 + (none$standardError / none$mean)^2)
  list(tau = tau, difference = c(d, d - z * se, d + z * se, 2 * pnorm(-abs(d / se))), ratio = c(exp(r), exp(r - z * sr), exp(r + z * sr), 2 * pnorm(-abs(r / sr))))
}
means <- list(
  whas500 = rm(survfit(plain.y ~ 1), 1000), late = rm(survfit(late.y ~ 1, weights = w$counts), 365), beyond = rm(survfit(Surv(c(1, 2, 4), c(1, 1, 1)) ~ 1), 10),
  lost = rm2(survfit(Surv(days, state(event)) ~ 1, m, influence = TRUE), 120),
  lostShares = rm2(survfit(Surv(days, state(event)) ~ 1, m, weights = shares, influence = TRUE), 240.5, m$shares, m$cluster),
  lostLate = rm2(survfit(Surv(entry, days, state(event)) ~ 1, m, id = id, weights = shares, influence = TRUE), 60, m$shares),
  veteran = arms(v$days, v$event, v$trt - 1, 200))
cat(toJSON(list(script = "reference/survival/estimators.R", R = R.version.string, survival = as.character(packageVersion("survival")),
  cmprsk = as.character(packageVersion("cmprsk")), date = "2026-11-26",
  results = list(curves = curves, small = small, incidence = incidence, clusteredError = clustered, cuminc = cmp, logrank = logrank, gray = tests, means = means)),
  digits = 15, auto_unbox = TRUE, pretty = TRUE, na = "null"))
