# What R survival says of curves of given patients, scaled Schoenfeld residuals and the time scales of cox.zph.
# Usage: Rscript reference/survival/cox-curves.R ../shared/data/survival > reference/survival/cox-curves.json
suppressMessages({library(survival); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
vec <- function(x) unname(as.numeric(x))
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
curve <- function(f, newdata, at) lapply(seq_len(nrow(newdata)), function(i) {
  s <- survfit(f, newdata = newdata[i, , drop = FALSE])
  k <- findInterval(at, s$time)
  list(survival = vec(s$surv[k]), standardError = vec(s$std.err[k]), low = vec(s$lower[k]), high = vec(s$upper[k]))
})
scales <- function(f) sapply(c("km", "rank", "identity", "log"), function(g) vec(cox.zph(f, transform = g, terms = FALSE)$table[, 1]), simplify = FALSE)
scaled <- function(f) { r <- as.matrix(residuals(f, type = "scaledsch")); vec(t(r[seq(1, nrow(r), by = 9), , drop = FALSE])) }
lung <- read("lung"); lung <- lung[complete.cases(lung[, c("time", "status", "age", "sex", "ph.ecog", "inst")]), ]
pbc <- read("pbc"); pbc$dead <- as.integer(pbc$status == 2); pbc$w <- 1 + (seq_len(nrow(pbc)) %% 3); pbc$log <- log(pbc$bili)
mgus2 <- read("mgus2"); mgus2$from <- mgus2$age * 12; mgus2$to <- mgus2$age * 12 + mgus2$futime + 0.5
mgus2 <- mgus2[complete.cases(mgus2[, c("hgb", "creat", "mspike")]), ]
efron <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, lung, control = tight)
breslow <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, lung, control = tight, ties = "breslow")
cluster <- coxph(Surv(time, status == 2) ~ age + sex + ph.ecog, lung, control = tight, cluster = inst)
entry <- coxph(Surv(from, to, death) ~ hgb + creat + mspike, mgus2, control = tight)
strata <- coxph(Surv(time, dead) ~ age + log + albumin + strata(sex), pbc, control = tight, weights = w)
who <- data.frame(age = c(50, 70), sex = c(1, 2), ph.ecog = c(0, 2))
result <- list(script = "reference/survival/cox-curves.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival"))),
  results = list(
    efron = list(at = c(5, 100, 365, 800), curves = curve(efron, who, c(5, 100, 365, 800)), zph = scales(efron), scaled = scaled(efron)),
    breslow = list(at = c(100, 365, 800), curves = curve(breslow, who, c(100, 365, 800)), zph = scales(breslow), scaled = scaled(breslow)),
    cluster = list(at = c(100, 365, 800), curves = curve(cluster, who, c(100, 365, 800)), zph = scales(cluster)),
    entry = list(at = c(800, 1000), curves = curve(entry, data.frame(hgb = c(13, 9), creat = c(1, 2), mspike = c(1, 2)), c(800, 1000)), zph = scales(entry), scaled = scaled(entry)),
    strata = list(at = c(500, 2000), curves = curve(strata, data.frame(age = c(50, 60), log = c(0, 1), albumin = c(3, 4), sex = "m"), c(500, 2000)), zph = scales(strata))))
cat(toJSON(result, digits = NA, auto_unbox = TRUE, pretty = TRUE))
