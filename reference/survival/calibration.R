# Golden results for libs/survival/src/calibration.
# Usage: Rscript reference/survival/calibration.R ../shared/data/survival > reference/survival/calibration.json
# The risks are written formulas of the covariates, so that no fit comes between the programs.
# D-calibration has no R package: the loop below is written from Haider et al. 2020.
suppressMessages({library(survival); library(prodlim); library(geepack); library(rms); library(cmprsk); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
w <- read.csv(file.path(folder, "whas500.csv"))
m <- read.csv(file.path(folder, "mgus2.csv")); m <- m[!is.na(m$hgb), ]
m$etime <- ifelse(m$pstat == 0, m$futime, m$ptime); m$status <- ifelse(m$pstat == 0, 2 * m$death, 1)
cloglog <- function(p) log(-log(1 - p))
gee <- function(formula, d) do.call(geese, list(formula, data = d, id = d$id, mean.link = "cloglog", family = gaussian, corstr = "independence", scale.fix = TRUE, control = geese.control(epsilon = 1e-12, maxit = 200)))
weak <- function(pseudo, risk) {
  d <- data.frame(pseudo = pseudo, cll = cloglog(risk), id = seq_along(risk))
  i <- gee(pseudo ~ 1 + offset(cll), d)
  s <- gee(pseudo ~ cll, d)
  list(intercept = as.numeric(i$beta), interceptSe = sqrt(i$vbeta[1]), slope = as.numeric(s$beta[2]), slopeSe = sqrt(s$vbeta[2, 2]))
}
indices <- function(observed, risk) { d <- abs(observed - risk); list(ici = mean(d), e50 = as.numeric(median(d)), e90 = as.numeric(quantile(d, 0.9)), eMax = max(d)) }
smooth <- function(pseudo, risk, span) {
  f <- loess(pseudo ~ risk, degree = 1, span = span, control = loess.control(surface = "direct", statistics = "none"))
  observed <- pmin(1, pmax(0, fitted(f)))
  at <- seq(min(risk), max(risk), length.out = 100)
  c(list(observed = pmin(1, pmax(0, as.numeric(predict(f, data.frame(risk = at)))))), indices(observed, risk))
}
splined <- function(pseudo, risk, k) {
  cll <- cloglog(risk); knots <- attr(rcspline.eval(cll, nk = k), "knots")
  B <- function(p) rcspline.eval(cloglog(p), knots = knots, inclx = TRUE)
  d <- data.frame(pseudo = pseudo, id = seq_along(risk)); d$X <- B(risk)
  f <- gee(pseudo ~ X, d)
  mu <- function(p) 1 - exp(-exp(as.numeric(cbind(1, B(p)) %*% f$beta)))
  at <- seq(min(risk), max(risk), length.out = 100)
  c(list(knots = knots, observed = mu(at)), indices(mu(risk), risk))
}
hazard <- function(days, event, risk, t, k) {
  cll <- cloglog(risk); knots <- attr(rcspline.eval(cll, nk = k), "knots")
  d <- data.frame(days, event); d$X <- rcspline.eval(cll, knots = knots, inclx = TRUE)
  f <- coxph(Surv(days, event) ~ X, data = d, control = coxph.control(eps = 1e-12, iter.max = 50))
  H <- function(p) { base <- basehaz(f, centered = FALSE); h <- max(c(0, base$hazard[base$time <= t]))
    1 - exp(-h * exp(as.numeric(rcspline.eval(cloglog(p), knots = knots, inclx = TRUE) %*% coef(f)))) }
  at <- seq(min(risk), max(risk), length.out = 100)
  g <- coxph(Surv(days, event) ~ cll, control = coxph.control(eps = 1e-12, iter.max = 50))
  at1 <- sort(unique(days[event == 1 & days <= t])) # Breslow's cumulative hazard with the offset, written out
  base <- sum(sapply(at1, function(u) sum(days == u & event == 1) / sum(exp(cll)[days >= u])))
  c(list(observed = H(at)), indices(H(risk), risk), list(slope = as.numeric(coef(g)), slopeSe = as.numeric(sqrt(vcov(g))),
    intercept = log(base)))
}
fineGray <- function(days, status, risk, t, k) {
  cll <- cloglog(risk); knots <- attr(rcspline.eval(cll, nk = k), "knots")
  X <- rcspline.eval(cll, knots = knots, inclx = TRUE)
  f <- crr(days, status, X, failcode = 1, cencode = 0, gtol = 1e-10, maxiter = 50)
  F <- function(p) { q <- predict(f, rcspline.eval(cloglog(p), knots = knots, inclx = TRUE)); as.numeric(q[max(which(q[, 1] <= t)), -1]) }
  at <- seq(min(risk), max(risk), length.out = 100)
  g <- crr(days, status, cll, failcode = 1, cencode = 0, gtol = 1e-10, maxiter = 50)
  c(list(observed = F(at)), indices(F(risk), risk), list(slope = as.numeric(g$coef), slopeSe = sqrt(as.numeric(g$var))))
}
grouped <- function(days, status, risk, t, g) {
  cut <- cut(risk, unique(quantile(risk, 0:g / g)), include.lowest = TRUE)
  rows <- lapply(levels(cut), function(l) {
    i <- cut == l
    if (max(status) == 1) { s <- summary(survfit(Surv(days[i], status[i]) ~ 1), times = t); o <- 1 - s$surv; se <- s$std.err }
    else { s <- summary(survfit(Surv(days[i], factor(status[i], 0:2)) ~ 1), times = t); o <- s$pstate[2]; se <- NA }
    list(n = sum(i), predicted = mean(risk[i]), observed = as.numeric(o), se = se)
  })
  col <- function(name) sapply(rows, `[[`, name)
  gnd <- sum((col("observed") - col("predicted"))^2 / col("se")^2)
  nd <- sum((col("observed") - col("predicted"))^2 / (col("predicted") * (1 - col("predicted")) / col("n")))
  list(n = col("n"), predicted = col("predicted"), observed = col("observed"), se = col("se"), gnd = gnd, gndP = pchisq(gnd, g - 1, lower.tail = FALSE), nd = nd, ndP = pchisq(nd, g - 1, lower.tail = FALSE))
}
t1 <- 730.5; r1 <- 1 - exp(-exp(0.06 * (w$age - 70) + 0.8 * w$chf) * t1 / 2500)
t2 <- 120.5; r2 <- 1 - exp(-exp(-0.3 * (m$hgb - 13)) * t2 / 1200)
p1 <- 1 - as.numeric(jackknife(prodlim(Hist(lenfol, fstat) ~ 1, data = w), times = t1))
p2 <- as.numeric(jackknife(prodlim(Hist(etime, status) ~ 1, data = m), cause = 1, times = t2))
km <- summary(survfit(Surv(lenfol, fstat) ~ 1, data = w), times = t1)
aj <- summary(survfit(Surv(etime, factor(status, 0:2)) ~ 1, data = m), times = t2)
s <- exp(-exp(0.06 * (w$age - 70) + 0.8 * w$chf) * w$lenfol / 2500); B <- 10; counts <- numeric(B)
for (i in seq_along(s)) for (k in 1:B) {
  low <- (k - 1) / B; high <- k / B
  if (w$fstat[i] == 1) counts[k] <- counts[k] + (s[i] >= low && (s[i] < high || k == B))
  else if (s[i] >= high) counts[k] <- counts[k] + (high - low) / s[i]
  else if (s[i] >= low) counts[k] <- counts[k] + (s[i] - low) / s[i]
}
chi <- sum((counts - nrow(w) / B)^2 / (nrow(w) / B))
version <- function(name) as.character(packageVersion(name))
cat(toJSON(list(script = "reference/survival/calibration.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = version("survival"), prodlim = version("prodlim"), geepack = version("geepack"), rms = version("rms"), cmprsk = version("cmprsk")),
  whas500 = list(at = t1, observed = 1 - km$surv, se = km$std.err, ratio = (1 - km$surv) / mean(r1), weak = weak(p1, r1),
    loess = smooth(p1, r1, 0.33), loess75 = smooth(p1, r1, 0.75), spline = splined(p1, r1, 4), hazard = hazard(w$lenfol, w$fstat, r1, t1, 3), grouped = grouped(w$lenfol, w$fstat, r1, t1, 10),
    dCalibration = list(counts = counts, chiSquare = chi, p = pchisq(chi, B - 1, lower.tail = FALSE))),
  mgus2 = list(at = t2, observed = aj$pstate[2], ratio = aj$pstate[2] / mean(r2), weak = weak(p2, r2),
    loess = smooth(p2, r2, 0.33), spline = splined(p2, r2, 4), hazard = fineGray(m$etime, m$status, r2, t2, 3), grouped = grouped(m$etime, m$status, r2, t2, 5)[c("n", "predicted", "observed")])
), auto_unbox = TRUE, digits = 15, na = "null"), "\n")
