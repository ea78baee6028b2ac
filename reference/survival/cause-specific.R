# What R riskRegression says of cause-specific Cox models and of the risks they give together.
# Usage: Rscript reference/survival/cause-specific.R ../shared/data/survival > reference/survival/cause-specific.json
suppressMessages({library(survival); library(prodlim); library(riskRegression); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
vec <- function(x) unname(as.numeric(x))
read <- function(f) read.csv(file.path(folder, paste0(f, ".csv")))
m <- read("mgus2"); m <- m[complete.cases(m[, c("hgb", "creat", "mspike")]), ]
m$days <- ifelse(m$pstat == 1, m$ptime, m$futime)
m$cause <- ifelse(m$pstat == 1, 1, 2 * m$death)
p <- read("pbc"); p$days <- p$time; p$cause <- c(0, 2, 1)[p$status + 1]; p$log <- log(p$bili)
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
one <- function(d, formula, at, rows, ties, strata = FALSE) {
  f <- CSC(formula, d, control = tight, ties = ties)
  risk <- function(cause, product) lapply(rows, function(r) vec(predict(f, newdata = d[r, ], times = at, cause = cause, product.limit = product)$absRisk))
  free <- function(product) lapply(rows, function(r) vec(predict(f, newdata = d[r, ], times = at, type = "survival", product.limit = product)$survival))
  list(coefficients = lapply(f$models, function(g) vec(coef(g))), standardErrors = lapply(f$models, function(g) vec(sqrt(diag(vcov(g))))),
    at = at, rows = rows - 1, productLimit = lapply(1:2, risk, TRUE), exponential = lapply(1:2, risk, FALSE),
    eventFree = tryCatch(free(TRUE), error = function(e) list()))
}
result <- list(script = "reference/survival/cause-specific.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival")), riskRegression = as.character(packageVersion("riskRegression"))),
  mgus2 = one(m, Hist(days, cause) ~ age + hgb + mspike, c(12, 60, 120, 240), c(1, 7, 400, 1000), "efron"),
  pbc = one(p, Hist(days, cause) ~ age + log + albumin, c(500, 1500, 3000), c(1, 100, 418), "breslow"),
  strata = one(m, Hist(days, cause) ~ age + hgb + strata(sex), c(12, 60, 120, 240), c(1, 7, 400, 1000), "efron"))
cat(toJSON(result, digits = NA, auto_unbox = TRUE, pretty = TRUE))
