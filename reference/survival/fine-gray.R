# What cmprsk's crr says of Fine-Gray regressions.
# Usage: Rscript reference/survival/fine-gray.R ../shared/data/survival > reference/survival/fine-gray.json
suppressMessages({library(cmprsk); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
vec <- function(x) unname(as.numeric(x))
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
fit <- function(days, event, x, at) {
  f <- crr(days, event, x, failcode = 1, cencode = 0, gtol = 1e-12, maxiter = 50)
  p <- predict(f, colMeans(x))
  list(coefficients = vec(f$coef), standardErrors = vec(sqrt(diag(f$var))), logLikelihood = vec(c(f$loglik.null, f$loglik)),
    incidence = sapply(at, function(t) max(0, p[p[, 1] <= t, 2])))
}
mgus2 <- read("mgus2"); mgus2 <- mgus2[complete.cases(mgus2[, c("hgb", "creat", "mspike")]), ]
days <- ifelse(mgus2$pstat == 1, mgus2$ptime, mgus2$futime)
event <- ifelse(mgus2$pstat == 1, 1, 2 * mgus2$death)
pbc <- read("pbc")
cat(toJSON(list(script = "reference/survival/fine-gray.R", R = R.version.string, cmprsk = as.character(packageVersion("cmprsk")), date = "2026-11-24",
  results = list(
    mgus2 = fit(days, event, as.matrix(mgus2[, c("age", "hgb", "mspike")]), c(60, 120, 240)),
    pbcDeath = fit(pbc$time, c(0, 2, 1)[pbc$status + 1], cbind(pbc$age, log(pbc$bili), pbc$albumin), c(365, 1826, 3652)),
    pbcTransplant = fit(pbc$time, pbc$status, cbind(pbc$age, log(pbc$bili)), c(365, 1826, 3652)))),
  digits = 15, auto_unbox = TRUE, pretty = TRUE))
