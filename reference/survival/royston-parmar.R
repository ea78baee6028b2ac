# Golden results for the flexible parametric model of Royston and Parmar.
# Usage: Rscript reference/survival/royston-parmar.R ../shared/data/survival > reference/survival/royston-parmar.json
# flexsurv is not at hand: this is a direct maximum of the likelihood as written in royston2002 (optim, then Newton
# with numerical derivatives) on an orthonormal basis. The standard errors are of the numerical second derivatives.
suppressMessages(library(jsonlite))
folder <- commandArgs(TRUE)[1]
w <- read.csv(file.path(folder, "whas500.csv")); l <- read.csv(file.path(folder, "lung.csv")); l$status <- l$status - 1
p3 <- function(z) pmax(z, 0)^3; p2 <- function(z) 3 * pmax(z, 0)^2
lambda <- function(k) (max(k) - k) / (max(k) - min(k))
basis <- function(x, k) cbind(1, x, sapply(k[-c(1, length(k))], function(j) { a <- (max(k) - j) / (max(k) - min(k)); p3(x - j) - a * p3(x - min(k)) - (1 - a) * p3(x - max(k)) }))
slope <- function(x, k) cbind(0, 1, sapply(k[-c(1, length(k))], function(j) { a <- (max(k) - j) / (max(k) - min(k)); p2(x - j) - a * p2(x - min(k)) - (1 - a) * p2(x - max(k)) }))
logS <- list(hazard = function(e) -exp(e), odds = function(e) plogis(e, lower.tail = FALSE, log.p = TRUE), normal = function(e) pnorm(e, lower.tail = FALSE, log.p = TRUE))
logf <- list(hazard = function(e) e - exp(e), odds = function(e) dlogis(e, log = TRUE), normal = function(e) dnorm(e, log = TRUE))
fit <- function(table, d, time, event, covariates, inner, scale, entry = NULL) {
  y <- d[[time]]; status <- d[[event]]; x <- log(y); en <- if (is.null(entry)) 0 * y else d[[entry]]
  k <- unname(quantile(x[status == 1], seq(0, 1, length.out = inner + 2)))
  X <- as.matrix(d[, covariates, drop = FALSE]); n <- nrow(X); nt <- inner + 2
  B <- cbind(basis(x, k), X); D <- cbind(slope(x, k), 0 * X); E <- cbind(basis(log(pmax(en, 1e-9)), k), X); late <- en > 0
  q <- qr(B); R <- qr.R(q); Ri <- solve(R) * sqrt(n); B2 <- B %*% Ri; D2 <- D %*% Ri; E2 <- E %*% Ri
  ll <- function(b) { s <- drop(D2 %*% b)[status == 1]; if (any(s <= 0)) return(-1e10); e <- drop(B2 %*% b)
    sum(logf[[scale]](e)[status == 1] + log(s) - x[status == 1]) + sum(logS[[scale]](e)[status == 0]) - sum(logS[[scale]](drop(E2 %*% b))[late]) }
  m <- ncol(B); unit <- function(j, h) replace(numeric(m), j, h)
  g <- function(b, h = 1e-4) sapply(1:m, function(j) (8 * (ll(b + unit(j, h)) - ll(b - unit(j, h))) - ll(b + unit(j, 2 * h)) + ll(b - unit(j, 2 * h))) / (12 * h))
  start <- drop(solve(Ri, c(-mean(x[status == 1]) - 1, 1, rep(0, m - 2))))
  b <- optim(start, function(b) -ll(b), method = "BFGS", control = list(reltol = 1e-14, maxit = 1000))$par
  for (i in 1:8) { H <- sapply(1:m, function(j) (g(b + unit(j, 1e-3)) - g(b - unit(j, 1e-3))) / 2e-3); b <- b - solve((H + t(H)) / 2, g(b)) }
  th <- unname(drop(Ri %*% b)); V <- Ri %*% solve(-(H + t(H)) / 2) %*% t(Ri); at <- c(100, 365)
  list(table = table, time = time, event = event, entry = entry, covariates = covariates, innerKnots = inner, scale = scale, knots = k,
    spline = th[1:nt], coefficients = th[-(1:nt)], standardErrors = unname(sqrt(diag(V)))[-(1:nt)], logLikelihood = ll(b), days = at,
    survival = lapply(at, function(t) unname(exp(logS[[scale]](drop(cbind(basis(rep(log(t), 5), k), X[1:5, , drop = FALSE]) %*% th))))))
}
tr <- w[w$lenfol > w$los, ]
fits <- c(lapply(c("hazard", "odds", "normal"), function(s) fit("whas500", w, "lenfol", "fstat", c("age", "chf"), 2, s)),
  list(fit("lung", l, "time", "status", c("age", "sex"), 3, "hazard"), fit("whas500", tr, "lenfol", "fstat", c("age", "chf"), 1, "hazard", "los"),
       fit("whas500", tr, "lenfol", "fstat", c("age", "chf"), 2, "odds", "los")))
cat(toJSON(list(script = "reference/survival/royston-parmar.R", date = as.character(Sys.Date()), versions = list(R = paste(R.version$major, R.version$minor, sep = ".")), fits = fits), auto_unbox = TRUE, digits = NA, pretty = TRUE, null = "null"))
