# What R mice says of Rubin's rules, of the regressions behind an imputation, and of imputed pbc tables.
# Usage: Rscript reference/survival/imputation.R ../shared/data/survival > reference/survival/imputation.json
suppressMessages({library(survival); library(mice); library(nnet); library(rms); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
vec <- function(x) unname(as.numeric(x))
pbc <- read.csv(file.path(folder, "pbc.csv"))
pbc$female <- as.integer(pbc$sex == "f")
hazard <- function(event) { s <- survfit(Surv(pbc$time, event) ~ 1); s$cumhaz[match(pbc$time, s$time)] }
pbc$h1 <- hazard(pbc$status == 1); pbc$h2 <- hazard(pbc$status == 2)

# Rubin's rules on the fits of completed tables
set.seed(1)
small <- pbc[, c("time", "status", "age", "bili", "chol", "platelet", "copper")]
fits <- with(mice(small, m = 7, maxit = 3, printFlag = FALSE), coxph(Surv(time, status == 2) ~ age + log(bili) + chol + copper))
estimates <- t(sapply(fits$analyses, function(f) vec(coef(f))))
errors <- t(sapply(fits$analyses, function(f) vec(sqrt(diag(vcov(f))))))
rules <- function(dfcom) {
  p <- pool(fits, dfcom = dfcom); s <- summary(p, conf.int = TRUE)
  list(dfcom = if (is.finite(dfcom)) dfcom else NULL, estimate = p$pooled$estimate, within = p$pooled$ubar, between = p$pooled$b, total = p$pooled$t,
    df = p$pooled$df, relativeIncrease = p$pooled$riv, lambda = p$pooled$lambda, fractionMissing = p$pooled$fmi,
    p = s$p.value, low = s$`2.5 %`, high = s$`97.5 %`)
}
scalar <- pool.scalar(c(0.7, 0.72, 0.71, 0.69), c(0.02, 0.021, 0.019, 0.02)^2)
# Li, Raghunathan and Rubin's test by its published formula
d1 <- function(q, u) {
  m <- length(u); k <- ncol(q); bar <- colMeans(q); within <- Reduce(`+`, u) / m; between <- cov(q)
  r <- (1 + 1 / m) * sum(diag(between %*% solve(within))) / k
  f <- drop(t(bar) %*% solve(within) %*% bar) / (k * (1 + r)); t <- k * (m - 1)
  df <- if (t > 4) 4 + (t - 4) * (1 + (1 - 2 / t) / r)^2 else t * (1 + 1 / k) * (1 + 1 / r)^2 / 2
  list(f = f, df = df, relativeIncrease = r, p = pf(f, k, df, lower.tail = FALSE))
}
covariances <- lapply(fits$analyses, vcov)

# regressions: complete predictors, an incomplete column
x <- cbind(pbc$age, log(pbc$bili), pbc$albumin, pbc$edema, pbc$status == 2, pbc$h2)
with1 <- cbind(1, x)
linear <- mice:::estimice(with1[!is.na(pbc$chol), ], pbc$chol[!is.na(pbc$chol)])
aug <- function(y) mice:::augment(y, !is.na(y), x, is.na(y))
glmOf <- function(y) {
  a <- aug(y); r <- a$ry; a$x <- as.matrix(a$x)
  f <- glm.fit(cbind(1, a$x)[r, ], a$y[r], weights = a$w[r], family = quasibinomial(), control = glm.control(epsilon = 1e-14, maxit = 100))
  class(f) <- c("glm", "lm"); list(coefficients = vec(coef(f)), covariance = vec(summary(f)$cov.unscaled))
}
# perfectly told by the fourth predictor: edema above 0
told <- ifelse(is.na(pbc$ascites), NA, as.integer(pbc$edema > 0))
stage <- pbc$stage
multi <- local({
  a <- aug(stage); r <- a$ry; d <- data.frame(y = factor(a$y), as.matrix(a$x))
  # on predictors of one size, so that the optimiser gets to the end
  s <- scale(d[r, -1]); e <- data.frame(y = d$y[r], s)
  f <- multinom(y ~ ., e, weights = a$w[r], maxit = 5000, reltol = 1e-16, abstol = 1e-16, trace = FALSE)
  list(probabilities = vec(t(fitted(f)[1:6, ])), rows = which(r)[1:6])
})
ordinal <- local({
  a <- aug(stage); r <- a$ry; d <- data.frame(y = a$y[r], as.matrix(a$x)[r, ])
  f <- lrm(d$y ~ as.matrix(d[, -1]), weights = a$w[r], tol = 1e-14, eps = 1e-12, maxit = 100)
  list(coefficients = vec(coef(f)), covariance = vec(vcov(f)))
})

# the donors of predictive mean matching, by drawing until all have been seen
set.seed(2)
fitted <- round(rnorm(60), 4); targets <- round(seq(-3, 3, length.out = 13) + 0.00003, 5)
donors <- lapply(targets, function(z) sort(unique(mice:::matchindex(fitted, rep(z, 2000), 5L))) - 1)

# imputed tables: pbc as it is, and with albumin and bilirubin hidden where age and outcome say so
summaryOf <- function(data, m, maxit, method) {
  data$stage <- factor(data$stage, ordered = TRUE); data$hepato <- factor(data$hepato)
  data$d1 <- as.integer(data$status == 1); data$d2 <- as.integer(data$status == 2)
  # mice leaves out a predictor with a variance below 0.0001; ten times the hazard is the same predictor
  data$h1 <- 10 * data$h1; data$h2 <- 10 * data$h2
  use <- c("age", "female", "lbili", "albumin", "chol", "platelet", "copper", "hepato", "stage", "d1", "d2", "h1", "h2")
  methods <- make.method(data[, use]); methods[methods == "pmm"] <- method
  imp <- mice(data[, use], m = m, maxit = maxit, method = methods, visitSequence = "monotone", printFlag = FALSE, seed = 3)
  numeric <- function(v) as.numeric(as.character(v))
  cells <- lapply(imp$imp[sapply(imp$imp, nrow) > 0], function(d) {
    means <- sapply(d, function(v) mean(numeric(v))); sds <- sapply(d, function(v) sd(numeric(v)))
    list(mean = mean(means), meanError = sd(means) / sqrt(m), sd = mean(sds), sdError = sd(sds) / sqrt(m)) })
  coefs <- sapply(seq_len(m), function(i) { d <- complete(imp, i); d$time <- data$time
    vec(coef(coxph(Surv(time, d2) ~ age + lbili + albumin + chol + copper + hepato, d))) })
  list(cells = cells, coefficients = vec(rowMeans(coefs)), between = vec(apply(coefs, 1, sd)), m = m)
}
pbc$lbili <- log(pbc$bili)
u <- (pbc$id * 137) %% 1009 / 1009; w <- (pbc$id * 631) %% 1013 / 1013
planted <- pbc
planted$albumin[u < ifelse(pbc$age > 50, 0.5, 0.15)] <- NA
planted$lbili[w < ifelse(pbc$status == 2, 0.4, 0.1)] <- NA
cat(toJSON(list(script = "reference/survival/imputation.R", R = R.version.string, mice = as.character(packageVersion("mice")),
  nnet = as.character(packageVersion("nnet")), rms = as.character(packageVersion("rms")), survival = as.character(packageVersion("survival")), date = "2026-11-26",
  rubin = list(estimates = estimates, errors = errors, finite = rules(300), infinite = rules(Inf), logit = scalar[c("qbar", "t", "df", "r", "fmi")],
    covariances = lapply(covariances, vec), wald = d1(estimates, covariances), waldFew = d1(estimates[1:2, 1:2], lapply(covariances[1:2], function(v) v[1:2, 1:2]))),
  hazards = list(h1 = pbc$h1, h2 = pbc$h2),
  linear = list(coefficients = vec(linear$c), covariance = vec(linear$v), squares = sum(linear$r^2), df = linear$df),
  logistic = glmOf(pbc$hepato), told = glmOf(told), multinomial = multi, ordinal = ordinal,
  donors = list(fitted = fitted, targets = targets, sets = donors),
  tables = list(pmm = summaryOf(pbc, 300, 6, "pmm"), norm = summaryOf(planted, 300, 6, "norm"), plantedPmm = summaryOf(planted, 300, 6, "pmm"))),
  digits = 15, auto_unbox = TRUE))
