# What R glmnet says of the penalised Cox model: paths, cross-validation by given folds, relaxed fits, baselines.
# Usage: Rscript reference/survival/elastic-net.R ../shared/data/survival > reference/survival/elastic-net.json
# glmnet stops its descent at `thresh`: 1e-14 leaves 1e-4 of a coefficient where there are more predictors than subjects, 1e-18 leaves 1e-8.
# It puts a censoring after an event of the same time by adding 2e-14 to it, which is lost in times above 100:
# its answer then depends on the unit of time. `order01` keeps the order of the times and is below 1.
# With strata or late entry it does not centre the predictors, and hardly converges where they are far from 0.
suppressMessages({library(survival); library(glmnet); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
glmnet.control(epsnr = 1e-13, mxitnr = 1000)
read <- function(f) read.csv(file.path(folder, paste0(f, ".csv")))
tight <- function(...) glmnet(..., family = "cox", thresh = 1e-18, maxit = 1e7)
order01 <- function(t) match(t, sort(unique(t))) / 1000
vec <- function(x) unname(as.numeric(x))
# every `by`-th lambda is enough to see a wrong one
path <- function(f, by = 7) {
  some <- unique(c(seq(1, length(f$lambda), by = by), length(f$lambda)))
  list(lambda = vec(f$lambda), places = some - 1, coefficients = lapply(some, function(k) vec(f$beta[, k])),
    devianceRatio = vec(f$dev.ratio), nonZero = vec(f$df))
}
w <- read("whas500"); w <- w[w$lenfol > 0, ]
wx <- as.matrix(w[, c("age", "gender", "hr", "sysbp", "diasbp", "bmi", "cvd", "afb", "sho", "chf", "av3", "miord", "mitype")])
wy <- Surv(order01(w$lenfol), w$fstat)
h <- read("hf299")
hx <- as.matrix(h[, c("age", "anaemia", "creatinine_phosphokinase", "diabetes", "ejection_fraction", "high_blood_pressure", "platelets", "serum_creatinine", "serum_sodium", "sex", "smoking")])
hy <- Surv(order01(h$time), h$DEATH_EVENT)
hw <- 1 + (seq_len(nrow(h)) - 1) %% 3
ho <- 0.02 * (h$age - 60)
m <- read("mgus2"); m <- m[complete.cases(m[, c("hgb", "creat", "mspike")]), ]
m$from <- m$age * 12; m$to <- m$from + m$futime + 0.5
mx <- cbind(hgb = m$hgb, creat = m$creat, mspike = m$mspike, year = m$dxyr)
mx <- scale(mx, TRUE, FALSE)
# more predictors than subjects
few <- w[1:60, ]
wide <- outer(seq_len(60), seq_len(90), function(i, j) sin(0.37 * i * j + j))
wide[, 1] <- few$age; wide[, 2] <- few$chf
folds <- ((seq_len(nrow(w)) - 1) * 7) %% 10 + 1
# lasso on the whole data, then the folds on its own lambdas: without `lambda` cv.glmnet interpolates coefficients
full <- tight(wx, wy, alpha = 1)
cv <- function(type) {
  f <- cv.glmnet(wx, wy, family = "cox", alpha = 1, lambda = full$lambda, foldid = folds, type.measure = type, thresh = 1e-18, maxit = 1e7)
  list(mean = vec(f$cvm), error = vec(f$cvsd), lambdaMin = f$lambda.min, lambda1se = f$lambda.1se)
}
relaxed <- tight(wx, wy, alpha = 1, lambda = full$lambda[c(5, 15, 30, 45)], relax = TRUE)$relaxed
# survfit of coxnet uses Efron's hazard; this is Breslow's at the same coefficients, as the likelihood has it
s <- full$lambda[20]
d <- data.frame(y = Surv(w$lenfol, w$fstat), eta = drop(wx %*% full$beta[, 20]))
base <- survfit(coxph(y ~ eta, d, init = 1, iter = 0, ties = "breslow"), newdata = data.frame(eta = d$eta[c(1, 10, 100)]))
at <- c(100, 365, 1000)
cox <- coxph(hy ~ hx, ties = "breslow", control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60))
strat <- stratifySurv(Surv(m$from, m$to, m$death), as.integer(factor(m$sex)))
result <- list(script = "reference/survival/elastic-net.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), glmnet = as.character(packageVersion("glmnet")), survival = as.character(packageVersion("survival"))),
  paths = list(
    lasso = path(full),
    half = path(tight(wx, wy, alpha = 0.5, nlambda = 40, lambda.min.ratio = 0.01)),
    ridge = path(tight(wx, wy, alpha = 0, nlambda = 30)),
    design = path(tight(hx, hy, alpha = 0.7, weights = hw, offset = ho, penalty.factor = c(0, 1, 1, 2, 1, 1, 1, 0.5, 1, 1, 3))),
    asGiven = path(tight(hx, hy, alpha = 0.5, standardize = FALSE, nlambda = 20), 4),
    strata = path(tight(mx, strat, alpha = 0.5, lambda = c(0.08, 0.03, 0.01, 0.003, 0.001)), 1),
    strataMax = list(lambda = max(tight(mx, strat, alpha = 0.5, nlambda = 5)$lambda)),
    wide = path(glmnet(wide, Surv(order01(few$lenfol), few$fstat), family = "cox", alpha = 0.9, lambda = 0.18 * 0.9^(0:40), thresh = 1e-21, maxit = 1e8), 5),
    wideRidge = path(tight(wide, Surv(order01(few$lenfol), few$fstat), alpha = 0.05, lambda = c(2, 1, 0.5, 0.2)), 1),
    zero = path(tight(hx, hy, alpha = 1, lambda = c(0.1, 0.01, 0)), 1)),
  unpenalised = vec(coef(cox)),
  crossValidation = list(folds = folds, deviance = cv("deviance"), concordance = cv("C")),
  relaxed = list(lambda = vec(relaxed$lambda), coefficients = lapply(1:4, function(k) vec(relaxed$beta[, k])), devianceRatio = vec(relaxed$dev.ratio)),
  survival = list(place = 19, rows = c(0, 9, 99), at = at, survival = lapply(1:3, function(j) vec(summary(base[j], times = at)$surv))))
cat(toJSON(result, digits = NA, auto_unbox = TRUE, pretty = TRUE))
