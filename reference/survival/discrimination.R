# Discrimination by R survival, riskRegression, pec, pROC and OptimalCutpoints, for libs/survival.
# Usage, beside ../shared: Rscript reference/survival/discrimination.R > reference/survival/discrimination.json
# What no installed package gives is written out below from its definition: the infinitesimal jackknife
# (derivatives by each weight, numerically), incident/dynamic AUC (risksetROC), predictive values (timeROC).
suppressMessages({library(survival); library(riskRegression); library(pec); library(pROC); library(OptimalCutpoints); library(jsonlite)})
folder <- "../shared/data/survival/"
out <- list(script = "reference/survival/discrimination.R", date = as.character(Sys.Date()),
  versions = c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
    sapply(c("survival", "riskRegression", "pec", "pROC", "OptimalCutpoints"), function(p) as.character(packageVersion(p)), simplify = FALSE)))

# whas500: first = age + 10 chf + 5 sho, second = 20 chf + hr / 5; weights 1, 2, 3 in turn
w5 <- read.csv(paste0(folder, "whas500.csv"))
w5$first <- w5$age + 10 * w5$chf + 5 * w5$sho; w5$second <- 20 * w5$chf + w5$hr / 5
w5$w <- 1 + (seq_len(nrow(w5)) - 1) %% 3; w5$entry <- pmin(w5$los, w5$lenfol - 0.5)
w5$untied <- w5$lenfol + seq_len(nrow(w5)) / 1000
w5$competing <- ifelse(w5$fstat == 1 & w5$afb == 1, 2, w5$fstat)
pick <- function(f) list(index = unname(f$concordance), standardError = sqrt(f$var))
ct <- function(formula, ...) do.call(concordance, list(formula, data = w5, reverse = TRUE, ...))
S <- Surv(w5$lenfol, w5$fstat)
harrell <- ct(S ~ first)
pair <- function(...) concordance(coxph(S ~ first, data = w5), coxph(S ~ second, data = w5), ...) # the order of one covariate with a positive coefficient
both <- pair(); bothUno <- pair(timewt = "n/G2")
diffOf <- function(f) { v <- vcov(f); list(difference = unname(f$concordance[1] - f$concordance[2]), standardError = sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2])) }
out$whas500 <- list(harrell = pick(harrell), weighted = pick(ct(S ~ first, weights = w5$w)), strata = pick(ct(S ~ first + strata(gender))),
  entry = pick(ct(Surv(entry, lenfol, fstat) ~ first)), all = pick(ct(Surv(entry, lenfol, fstat) ~ first + strata(gender), weights = w5$w)),
  uno = pick(ct(S ~ first, timewt = "n/G2")), unoWeighted = pick(ct(S ~ first, timewt = "n/G2", weights = w5$w)),
  unoStrata = pick(ct(S ~ first + strata(gender), timewt = "n/G2")), unoTau = pick(ct(S ~ first, timewt = "n/G2", ymax = 1000)),
  comparison = diffOf(both), unoComparison = diffOf(bothUno))

# -- the infinitesimal jackknife of statistics that divide by G, on times without ties
gBefore <- function(time, event, w, at) { # Kaplan-Meier of the censoring, just before `at`
  o <- order(time); risk <- rev(cumsum(rev(w[o]))); s <- cumprod(1 - w[o] * (event[o] == 0) / risk)
  c(1, s)[findInterval(at, time[o], left.open = TRUE) + 1] }
jackknife <- function(statistic, n, w = rep(1, n)) { # central differences, h of the weight
  h <- 1e-5
  d <- sapply(seq_len(n), function(k) { up <- w; up[k] <- w[k] + h; down <- w; down[k] <- w[k] - h; w[k] * (statistic(up) - statistic(down)) / (2 * h) })
  list(value = statistic(w), influence = d, se = sqrt(sum(d^2))) }
higher <- function(risk) outer(risk, risk, ">") + outer(risk, risk, "==") / 2
unoOf <- function(time, event, risk, censored, eventFree) { # event-free: competing events (2) never become the event
  phi <- higher(risk); e <- which(event == 1); later <- outer(time[e], time, "<"); c2 <- outer(time[e], time, ">") & rep(event == 2, each = length(e))
  function(w) { g <- 1 / gBefore(time, censored, w, time)
    a <- (later * (w[e] * g[e]^2)) * rep(w, each = length(e))
    if (eventFree) a <- a + (c2 * (w[e] * g[e])) * rep(w * g, each = length(e))
    sum(a * phi[e, ]) / sum(a) } }
aucOf <- function(time, event, risk, t, controls) { # timeROC: controls 1 event-free, 2 without the event
  phi <- higher(risk)
  function(w) { g <- gBefore(time, event, w, pmin(time, t)); k <- ifelse(time > t, 1, event > 0) * w / g
    k1 <- k * (time <= t & event == 1); k2 <- k * (if (controls == 1) time > t else time > t | event > 1)
    sum(k1 * (phi %*% k2)) / (sum(k1) * sum(k2)) } }
value <- function(time, event, risk, t, cut, what, controls) function(w) { # timeROC SeSpPPVNPV
  g <- gBefore(time, event, w, pmin(time, t)); k <- ifelse(time > t, 1, event > 0) * w / g; p <- risk >= cut
  case <- time <= t & event == 1; control <- if (controls == 1) time > t else time > t | event > 1
  switch(what, sensitivity = sum(k * case * p) / sum(k * case), specificity = sum(k * control * !p) / sum(k * control),
    positivePredictiveValue = sum(k * case * p) / sum(k * p), negativePredictiveValue = sum(k * control * !p) / sum(k * !p)) }
slim <- function(j) list(value = j$value, standardError = j$se)

n <- nrow(w5); t <- 1000
out$untied <- list(
  uno = slim(jackknife(unoOf(w5$untied, w5$fstat, w5$first, w5$fstat, FALSE), n)),
  unoCauseSpecific = slim(jackknife(unoOf(w5$untied, w5$competing, w5$first, as.integer(w5$competing == 1), FALSE), n)),
  unoEventFree = slim(jackknife(unoOf(w5$untied, w5$competing, w5$first, w5$competing, TRUE), n)),
  auc = slim(jackknife(aucOf(w5$untied, w5$fstat, w5$first, t, 2), n)),
  aucWeighted = slim(jackknife(aucOf(w5$untied, w5$fstat, w5$first, t, 2), n, w5$w)),
  aucWithoutEvent = slim(jackknife(aucOf(w5$untied, w5$competing, w5$first, t, 2), n)),
  aucEventFree = slim(jackknife(aucOf(w5$untied, w5$competing, w5$first, t, 1), n)),
  accuracy = lapply(list(eventFree = 1, withoutEvent = 2), function(controls)
    sapply(c("sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue"),
      function(what) slim(jackknife(value(w5$untied, w5$competing, w5$first, t, 75, what, controls), n)), simplify = FALSE)))
a <- jackknife(aucOf(w5$untied, w5$fstat, w5$first, t, 2), n); b <- jackknife(aucOf(w5$untied, w5$fstat, w5$second, t, 2), n)
out$untied$aucComparison <- list(difference = a$value - b$value, standardError = sqrt(sum((a$influence - b$influence)^2)))

# -- riskRegression: its own influence function, which differs from the jackknife by order 1/n
scale01 <- function(x) (x - min(x)) / (max(x) - min(x))
score <- function(formula, cause) { s <- Score(list(first = scale01(w5$first), second = scale01(w5$second)), formula = formula, data = w5,
    times = c(500, 1000, 1500), cause = cause, metrics = "auc", null.model = FALSE, se.fit = TRUE, cens.model = "km")
  list(times = s$AUC$score$times, model = as.character(s$AUC$score$model), area = s$AUC$score$AUC, standardError = s$AUC$score$se,
    difference = s$AUC$contrasts$delta.AUC, differenceError = s$AUC$contrasts$se) }
out$riskRegression <- list(survival = score(Surv(untied, fstat) ~ 1, 1), competing = score(Hist(untied, competing) ~ 1, 1))

# -- pec: concordance with competing events
pecOf <- function(cens) { m <- matrix(scale01(w5$first)); unname(unlist(cindex(list(m = m), formula = Hist(untied, competing) ~ 1, data = w5, cause = 1, eval.times = max(w5$untied) + 1,
  pred.times = max(w5$untied) + 1, cens.model = cens, tiedOutcomeIn = FALSE, tiedMatchIn = FALSE, verbose = FALSE)$AppCindex)) }
out$pec <- list(harrell = pecOf("none"), uno = pecOf("marginal"))

# -- incident/dynamic: CoxWeights and IntegrateAUC of risksetROC, written out
fit <- coxph(S ~ age + chf, data = w5, ties = "efron"); w5$lp <- (w5$age - 70) * 0.07 + 0.8 * w5$chf
incident <- function(t) { r <- which(w5$lenfol >= t); dead <- w5$lenfol[r] == t & w5$fstat[r] == 1
  p1 <- exp(w5$lp[r]) / sum(exp(w5$lp[r])); p0 <- (!dead) / sum(!dead); sum(higher(w5$lp[r]) * outer(p1, p0)) }
km <- survfit(S ~ 1); u <- km$time[km$n.event > 0]; s <- km$surv[km$n.event > 0]; areas <- sapply(u, incident)
f <- -diff(c(1, s)); weight <- 2 * f * s; some <- !is.nan(areas); keep <- u <= 1500 & some
out$incident <- list(days = u[1:20], areas = areas[1:20], integrated = sum((weight * areas)[some]) / sum(weight[some]), integratedTo1500 = sum((weight * areas)[keep]) / sum(weight[keep]))

# -- predictive values by Kaplan-Meier in the groups
pos <- w5$first >= 75; km1 <- summary(survfit(Surv(lenfol, fstat) ~ pos, data = w5), times = 1000)
share <- mean(pos); fn <- 1 - km1$surv[1]; fp <- 1 - km1$surv[2]
out$byIncidence <- list(positivePredictiveValue = fp, positiveError = km1$std.err[2], negativePredictiveValue = 1 - fn, negativeError = km1$std.err[1],
  sensitivity = share * fp / (share * fp + (1 - share) * fn), specificity = (1 - share) * (1 - fn) / ((1 - share) * (1 - fn) + share * (1 - fp)))

# -- yes/no outcome: fstat
r1 <- roc(w5$fstat, w5$first, direction = "<", quiet = TRUE); r2 <- roc(w5$fstat, w5$second, direction = "<", quiet = TRUE)
test <- roc.test(r1, r2, paired = TRUE, method = "delong")
cp <- function(method) { x <- coords(r1, "best", best.method = method, ret = c("threshold", "sensitivity", "specificity")); as.list(x[1, ]) }
oc <- function(method, ...) { o <- optimal.cutpoints(X = "first", status = "fstat", tag.healthy = 0, methods = method, data = w5, control = control.cutpoints(...))[[method]]$Global$optimal.cutoff
  list(threshold = as.numeric(o$cutoff), sensitivity = as.numeric(o$Se[, 1]), specificity = as.numeric(o$Sp[, 1])) }
out$binary <- list(area = as.numeric(auc(r1)), standardError = sqrt(var(r1)), p = unname(test$p.value), difference = as.numeric(auc(r1) - auc(r2)),
  youden = cp("youden"), corner = cp("closest.topleft"),
  optimal = list(Youden = oc("Youden"), ROC01 = oc("ROC01"), MinValueSe = oc("MinValueSe", valueSe = 0.85), MinValueSp = oc("MinValueSp", valueSp = 0.85)))
cat(toJSON(out, auto_unbox = TRUE, digits = 14, pretty = TRUE), "\n")
