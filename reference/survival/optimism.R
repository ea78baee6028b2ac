# Optimism of a Cox model (rms and a written loop), and its .632+ error (pec and a written loop), on resamples that both
# programs draw by the same formula. Usage: Rscript reference/survival/optimism.R > reference/survival/optimism.json
suppressMessages({library(survival); library(rms); library(pec); library(riskRegression); library(prodlim); library(jsonlite)})
source(file.path("reference", "survival", "lehmer.R"))
n <- 120; B <- 40; at <- 400; many <- c(200, 400, 700)
d <- lehmerCohort(n, 23)
index <- lehmerRows(n, 500, B)
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
fitOn <- function(rows) coxph(Surv(days, event) ~ a + b + c, d[rows, ], control = tight, x = TRUE)
lpOf <- function(fit, rows) as.numeric(predict(fit, newdata = d[rows, ], type = "lp"))
riskBy <- function(fit, rows, t) { h <- basehaz(fit, centered = TRUE); 1 - exp(-c(0, h$hazard)[findInterval(t, h$time) + 1] * exp(lpOf(fit, rows))) }
# survival of the censoring time just before x, from the rows of a data set
gBefore <- function(data, x) { s <- survfit(Surv(days, 1 - event) ~ 1, data); c(1, s$surv)[findInterval(x, s$time, left.open = TRUE) + 1] }
weightsAt <- function(data, t) ifelse(data$days <= t & data$event == 1, 1 / gBefore(data, data$days), ifelse(data$days > t, 1 / gBefore(data, t), 0))
brierOf <- function(data, risk, t) mean(weightsAt(data, t) * ((data$days <= t & data$event == 1) - risk)^2)
kmRisk <- function(data, t) { s <- survfit(Surv(days, event) ~ 1, data); 1 - c(1, s$surv)[findInterval(t, s$time) + 1] }
measures <- function(fit, rows) {
  data <- d[rows, ]; lp <- lpOf(fit, rows); risk <- riskBy(fit, rows, at); b <- brierOf(data, risk, at)
  c(harrell = as.numeric(concordance(Surv(days, event) ~ lp, data, reverse = TRUE)$concordance),
    hazardSlope = as.numeric(coef(coxph(Surv(days, event) ~ lp, data, control = tight))), brier = b,
    ipa = 1 - b / brierOf(data, kmRisk(data, at), at), observedOverExpected = kmRisk(data, at) / mean(risk))
}
full <- fitOn(1:n); apparent <- measures(full, 1:n)
inResample <- t(apply(index, 1, function(rows) measures(fitOn(rows), rows)))
onAll <- t(apply(index, 1, function(rows) measures(fitOn(rows), 1:n)))
optimism <- colMeans(inResample) - colMeans(onAll)
moved <- apply(inResample, 2, function(x) boot:::norm.inter(x, c(0.025, 0.975))[, 2])
# rms with our resamples in the place of its own
patched <- rms::predab.resample; used <- 0
environment(patched) <- list2env(list(sample = function(...) { used <<- used + 1; index[used, ] }), parent = asNamespace("rms"))
assignInNamespace("predab.resample", patched, "rms")
validated <- rms:::validate.cph(cph(Surv(days, event) ~ a + b + c, d, x = TRUE, y = TRUE, surv = TRUE), B = B)
# pec with our resamples, whose rows it numbers by ascending time
sorted <- matrix(match(t(index), order(d$days)), n, B); original <- pec:::resolvesplitMethod
assignInNamespace("resolvesplitMethod", function(...) { s <- original(...); s$index[] <- sorted; s }, "pec")
p <- pec(list(cox = full), Surv(days, event) ~ 1, data = d, times = many, exact = FALSE, start = NULL, cens.model = "marginal", splitMethod = "Boot632plus", B = B, reference = FALSE, verbose = FALSE, keep.index = TRUE)
stopifnot(all(p$splitMethod$index == sorted))
# over subjects: Efron and Tibshirani 1997, equations 17, 24 to 32, with weights from all subjects
w <- weightsAt(d, at); y <- as.numeric(d$days <= at & d$event == 1)
loss <- matrix(NA, B, n); cError <- numeric(B)
for (b in seq_len(B)) { out <- setdiff(1:n, index[b, ]); f <- fitOn(index[b, ]); loss[b, out] <- (w * (y - riskBy(f, 1:n, at))^2)[out]
  lp <- lpOf(f, out); cError[b] <- 1 - concordance(Surv(days, event) ~ lp, d[out, ], reverse = TRUE)$concordance }
plus <- function(app, left, none) { cut <- min(left, none); r <- if (cut > app) (cut - app) / (none - app) else 0; k <- 0.632 / (1 - 0.368 * r)
  list(apparent = app, leftOut = left, withoutInformation = none, error632 = 0.368 * app + 0.632 * left, error632Plus = (1 - k) * app + k * cut, overfitting = r) }
pr <- riskBy(full, 1:n, at)
subjects <- plus(brierOf(d, pr, at), mean(colMeans(loss, na.rm = TRUE)), mean(outer(seq_len(n), seq_len(n), function(i, j) w[i] * (y[i] - pr[j])^2)))
concordanceError <- plus(1 - apparent[["harrell"]], mean(cError), 0.5)
cat(toJSON(list(script = "reference/survival/optimism.R", R = R.version.string, date = as.character(Sys.Date()),
  versions = lapply(c(survival = "survival", rms = "rms", pec = "pec"), function(x) as.character(packageVersion(x))),
  loop = list(apparent = as.list(apparent), optimism = as.list(optimism), spread = as.list(apply(inResample - onAll, 2, sd)), low = as.list(moved[1, ] - optimism), high = as.list(moved[2, ] - optimism)),
  rms = list(dxy = as.list(validated["Dxy", ]), slope = as.list(validated["Slope", ])),
  pec = list(at = many, apparent = p$AppErr$cox, leftOut = p$BootCvErr$cox, withoutInformation = p$NoInfErr$cox, error632Plus = p$Boot632plusErr$cox),
  subjects = subjects, concordance = concordanceError), digits = 15, auto_unbox = TRUE, pretty = TRUE))
