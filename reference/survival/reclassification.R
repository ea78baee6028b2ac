# Golden results for net reclassification and integrated discrimination.
# Usage: Rscript reference/survival/reclassification.R ../shared/data/survival > reference/survival/reclassification.json
# Without censoring: Hmisc::improveProb. With censoring neither nricens nor survIDINRI is at hand: the formulas of
# Pencina 2011 on survival::survfit, and of Uno 2013 with prodlim's censoring weights, are written out below.
suppressMessages({library(survival); library(prodlim); library(Hmisc); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
w <- read.csv(file.path(folder, "whas500.csv"))
m <- read.csv(file.path(folder, "mgus2.csv")); m <- m[!is.na(m$hgb), ]
m$etime <- ifelse(m$pstat == 0, m$futime, m$ptime); m$status <- ifelse(m$pstat == 0, 2 * m$death, 1)
cif <- function(days, status, t) {
  if (all(status != 2)) return(1 - summary(survfit(Surv(days, status == 1) ~ 1), times = t, extend = TRUE)$surv)
  summary(survfit(Surv(days, factor(status, 0:2)) ~ 1), times = t, extend = TRUE)$pstate[2]
}
nri <- function(move, days, status, t) {
  F <- cif(days, status, t); up <- move > 0; down <- move < 0
  fu <- cif(days[up], status[up], t); fd <- cif(days[down], status[down], t)
  e <- (fu * mean(up) - fd * mean(down)) / F
  n <- ((1 - fd) * mean(down) - (1 - fu) * mean(up)) / (1 - F)
  c(events = e, nonEvents = n, total = e + n)
}
idi <- function(old, new, days, status, t) {
  # events precede censorings; no censoring falls on the horizon
  f <- prodlim(Hist(days, as.integer(status > 0)) ~ 1, reverse = TRUE)
  Gi <- sapply(days, function(u) predict(f, times = u - 1e-6)); Gt <- predict(f, times = t)
  v <- ifelse(days <= t, ifelse(status > 0, 1 / Gi, 0), 1 / Gt); e <- days <= t & status == 1
  a <- sum((v * (new - old))[e]) / sum(v[e]); b <- -sum((v * (new - old))[!e]) / sum(v[!e])
  c(events = a, nonEvents = b, total = a + b)
}
borders <- c(0.2, 0.4)
category <- function(p) findInterval(p, borders)
t1 <- 730.5; t2 <- 120.5
old1 <- 1 - exp(-exp(0.03 * (w$hr - 85)) * t1 / 2500); new1 <- 1 - exp(-exp(0.06 * (w$age - 70) + 0.8 * w$chf) * t1 / 2500)
old2 <- 1 - exp(-exp(0.02 * (m$age - 70)) * t2 / 713); new2 <- 1 - exp(-exp(-0.3 * (m$hgb - 13)) * t2 / 700)
full <- w$lenfol > 370 | w$fstat == 1; y <- as.integer(w$fstat == 1 & w$lenfol <= 365.5)
h <- improveProb(old1[full], new1[full], y[full])
boot <- function(stat, n, B = 400) { set.seed(1); apply(replicate(B, stat(sample(n, replace = TRUE))), 1, sd) }
seNri <- boot(function(i) nri((new1 - old1)[i], w$lenfol[i], w$fstat[i], t1), nrow(w))
cells <- outer(0:2, 0:2, Vectorize(function(a, b) sum(category(old1) == a & category(new1) == b)))
risks <- outer(0:2, 0:2, Vectorize(function(a, b) { i <- category(old1) == a & category(new1) == b; if (any(i)) cif(w$lenfol[i], w$fstat[i], t1) else NA }))
cat(toJSON(list(script = "reference/survival/reclassification.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival")), prodlim = as.character(packageVersion("prodlim")), Hmisc = as.character(packageVersion("Hmisc"))),
  uncensored = list(at = 365.5, subjects = sum(full), withEvent = h$na, without = h$nb, nri = h$nri, se = h$se.nri, events = h$nri.ev, eventsSe = h$se.nri.ev, nonEvents = h$nri.ne, nonEventsSe = h$se.nri.ne,
    idi = h$idi, idiSe = h$se.idi, sensitivity = h$improveSens, specificity = h$improveSpec, varEvents = var((new1 - old1)[full & y == 1]), varOthers = var((new1 - old1)[full & y == 0])),
  whas500 = list(at = t1, continuous = as.list(nri(new1 - old1, w$lenfol, w$fstat, t1)), bootstrapSe = as.list(setNames(seNri, c("events", "nonEvents", "total"))),
    categorical = as.list(nri(category(new1) - category(old1), w$lenfol, w$fstat, t1)), idi = as.list(idi(old1, new1, w$lenfol, w$fstat, t1)), cells = cells, risks = risks),
  mgus2 = list(at = t2, continuous = as.list(nri(new2 - old2, m$etime, m$status, t2)), categorical = as.list(nri(category(new2) - category(old2), m$etime, m$status, t2)), idi = as.list(idi(old2, new2, m$etime, m$status, t2)))
), auto_unbox = TRUE, digits = 15, na = "null"), "\n")
