# Golden results for accelerated failure time models.
# Usage: Rscript reference/survival/aft.R ../shared/data/survival > reference/survival/aft.json
# survreg has no left truncation: `truncated` is a direct maximum of the written likelihood (optim, then Newton).
suppressMessages({library(survival); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
read <- function(f) read.csv(file.path(folder, paste0(f, ".csv")))
l <- read("lung"); l <- l[!is.na(l$ph.ecog), ]; l$status <- l$status - 1
w <- read("whas500"); v <- read("veteran")
tight <- survreg.control(rel.tolerance = 1e-13, maxiter = 200)
ours <- c(exponential = "exponential", weibull = "weibull", loglogistic = "log-logistic", lognormal = "log-normal")
one <- function(table, time, event, x, d, days, cw) {
  d$T <- d[[time]]; d$E <- d[[event]]
  lapply(names(ours), function(k) {
    f <- survreg(as.formula(paste("Surv(T, E) ~", paste(x, collapse = "+"))), d, weights = cw, dist = k, control = tight)
    lp <- unname(predict(f, type = "lp")[1:5]); dd <- survreg.distributions[[k]]
    base <- if (k %in% c("weibull", "exponential")) "extreme" else if (k == "loglogistic") "logistic" else "gaussian"
    surv <- lapply(days, function(t) 1 - psurvreg(t, lp, f$scale, k))
    list(table = table, time = time, event = event, covariates = x, distribution = unname(ours[k]), weighted = !all(cw == 1),
      coefficients = unname(coef(f)), logScale = log(f$scale), standardErrors = unname(sqrt(diag(f$var))), logLikelihood = f$loglik,
      days = days, survival = surv, median = unname(predict(f, type = "quantile", p = 0.5)[1:5]), tenth = unname(predict(f, type = "quantile", p = 0.1)[1:5]))
  })
}
fits <- c(one("lung", "time", "status", c("age", "sex", "ph.ecog"), l, c(100, 365), rep(1, nrow(l))),
  one("whas500", "lenfol", "fstat", c("age", "chf", "hr"), w, c(365, 1000), rep(1, nrow(w))),
  one("veteran", "time", "status", c("karno", "age", "trt"), v, c(30, 180), rep(1, nrow(v))),
  one("veteran", "time", "status", c("karno", "age", "trt"), v, c(30, 180), 1 + (seq_len(nrow(v)) - 1) %% 3))
tr <- w[w$lenfol > w$los, ]; X <- cbind(1, tr$age, tr$chf)
truncated <- lapply(names(ours)[-1], function(k) {
  S <- switch(k, weibull = function(z) -exp(z), loglogistic = function(z) plogis(z, lower = FALSE, log = TRUE), lognormal = function(z) pnorm(z, lower = FALSE, log = TRUE))
  f <- switch(k, weibull = function(z) z - exp(z), loglogistic = function(z) dlogis(z, log = TRUE), lognormal = function(z) dnorm(z, log = TRUE))
  x2 <- scale(X[, -1]); Z <- cbind(1, x2)
  ll <- function(b) { s <- exp(b[4]); m <- drop(Z %*% b[1:3]); y <- log(tr$lenfol); z <- (y - m) / s; e <- (log(tr$los) - m) / s
    sum(ifelse(tr$fstat == 1, f(z) - b[4] - y, S(z)) - ifelse(tr$los > 0, S(e), 0)) }
  g <- function(b, h = 1e-4) sapply(1:4, function(j) { d <- replace(numeric(4), j, h); (8 * (ll(b + d) - ll(b - d)) - ll(b + 2 * d) + ll(b - 2 * d)) / (12 * h) })
  b <- optim(c(8, 0, 0, 0.5), function(b) -ll(b), method = "BFGS", control = list(reltol = 1e-14, maxit = 500))$par
  for (i in 1:6) { H <- sapply(1:4, function(j) { d <- replace(numeric(4), j, 1e-3); (g(b + d) - g(b - d)) / 2e-3 }); b <- b - solve((H + t(H)) / 2, g(b)) }
  sc <- attr(x2, "scaled:scale"); ce <- attr(x2, "scaled:center")
  list(distribution = unname(ours[k]), coefficients = c(b[1] - sum(b[2:3] * ce / sc), b[2:3] / sc), logScale = b[4], logLikelihood = ll(b))
})
cat(toJSON(list(script = "reference/survival/aft.R", date = as.character(Sys.Date()), versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival"))),
  fits = fits, truncated = list(table = "whas500", time = "lenfol", event = "fstat", entry = "los", covariates = c("age", "chf"), fits = truncated)), auto_unbox = TRUE, digits = NA, pretty = TRUE))
