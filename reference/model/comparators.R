# What R says of the ridge comparators on a small table with missing cells, ties and a competing cause.
# Ridge Cox: survival coxph with ridge(); incidence beside competing causes from its Efron baseline and the
# Nelson-Aalen hazard of the causes that compete. Ridge Fine-Gray: finegray and coxph with ridge(),
# on days that nobody shares: with ties finegray and cmprsk's crr, which is followed here, weigh otherwise.
# Usage: Rscript reference/model/comparators.R > reference/model/comparators.json
suppressMessages({library(survival); library(jsonlite)})
state <- 20261126
uniform <- function(n) sapply(seq_len(n), function(i) { state <<- (state * 48271) %% 2147483647; state / 2147483647 })
normal <- function(n) qnorm(uniform(n))
n <- 150; train <- 1:100; test <- 101:150
columns <- c("age", "killip", "diabetes", "multivessel", "log nt_probnp", "symptom_to_balloon", "anterior", "infarct", "mvo", "ejection_fraction", "noise")
x <- cbind(round(60 + 11 * normal(n)), 1 + floor(4 * uniform(n)^3), uniform(n) < 0.3, uniform(n) < 0.45, round(6 + normal(n), 2),
  round(180 + 60 * normal(n)), uniform(n) < 0.5, round(18 + 8 * normal(n), 1), round(pmax(0, 2 * normal(n)), 1), round(50 + 9 * normal(n), 1), round(normal(n), 2))
truth <- 0.03 * (x[, 1] - 60) + 0.5 * (x[, 5] - 6) + 0.04 * (x[, 8] - 18) - 0.04 * (x[, 10] - 50)
hazard <- function(rate, lp) -log(uniform(n)) / (rate * exp(lp))
first <- hazard(0.35 / 1000, truth); second <- hazard(0.15 / 1000, 0.5 * truth); other <- hazard(0.12 / 1000, 0.02 * (x[, 1] - 60))
censored <- 300 + 1200 * uniform(n)
days <- ceiling(pmin(first, second, other, censored) / 20) * 20   # ties
cause <- ifelse(censored < pmin(first, second, other), 0, ifelse(first < pmin(second, other), 1, ifelse(second < other, 2, 3)))
x[matrix(uniform(n * ncol(x)) < 0.08, n)] <- NA
event <- c(0, 1, 1, 2)[cause + 1]   # causes 1 and 2 make the composite

# Upper median of the training rows, then mean and standard deviation (divisor n) of the filled ones.
filled <- x
for (j in seq_len(ncol(x))) { seen <- sort(x[train, j]); filled[is.na(x[, j]), j] <- seen[length(seen) %/% 2 + 1] }
centre <- colMeans(filled[train, ]); spread <- sqrt(colMeans(sweep(filled[train, ], 2, centre)^2))
z <- sweep(sweep(filled, 2, centre), 2, spread, "/")
horizons <- c(365, 730, 1000)
untied <- days + seq_len(n) / 1000
t1 <- days[train]; e1 <- event[train]

ridgeCox <- function(chosen) {
  own <- z[, chosen, drop = FALSE]; p <- length(chosen); penalty <- 2 * p; at <- own[train, , drop = FALSE]
  f <- coxph(Surv(t1, e1 == 1) ~ ridge(at, theta = penalty, scale = FALSE), ties = "efron", control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 200, outer.max = 50))
  lp <- as.vector(own %*% coef(f))
  trained <- lp[train]
  trained <- trained - mean(trained)   # coxph takes the mean of an offset off
  lp <- lp - mean(lp[train])
  base <- basehaz(coxph(Surv(t1, e1 == 1) ~ offset(trained), ties = "efron"), centered = FALSE)
  base <- base[c(TRUE, diff(base$hazard) > 0) & base$hazard > 0, ]
  rival <- survfit(Surv(t1, e1 == 2) ~ 1, stype = 2, ctype = 1)
  beside <- sapply(base$time, function(t) { before <- rival$cumhaz[rival$time < t]; if (length(before) == 0) 0 else max(before) })
  incidence <- sapply(horizons, function(h) sapply(lp[test], function(score) {
    survival <- exp(-base$hazard * exp(score)); fall <- c(1, head(survival, -1)) - survival
    sum((exp(-beside) * fall)[base$time <= h]) }))
  list(risk = lp[test], incidence = t(incidence))
}

fineGray <- function(chosen) {
  own <- as.data.frame(z[, chosen]); names(own) <- paste0("x", seq_along(chosen)); penalty <- 2 * length(chosen)
  long <- finegray(Surv(days, status) ~ ., data.frame(own[train, ], days = untied[train], status = factor(e1, 0:2)), etype = "1")
  matrix <- as.matrix(long[, names(own)])
  control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 200, outer.max = 50)
  f <- coxph(Surv(fgstart, fgstop, fgstatus) ~ ridge(matrix, theta = penalty, scale = FALSE), weights = fgwt, data = long, ties = "breslow", control = control)
  lp <- as.vector(as.matrix(own) %*% coef(f))
  long$score <- as.vector(matrix %*% coef(f))
  when <- sort(unique(long$fgstop[long$fgstatus == 1]))
  steps <- sapply(when, function(t) sum(long$fgwt[long$fgstop == t & long$fgstatus == 1]) / with(long[long$fgstart < t & long$fgstop >= t, ], sum(fgwt * exp(score))))
  base <- data.frame(time = when, hazard = cumsum(steps))   # Breslow's
  incidence <- sapply(horizons, function(h) 1 - exp(-max(0, base$hazard[base$time <= h]) * exp(lp[test])))
  list(risk = lp[test], incidence = t(incidence))
}

clinical <- 1:7; cmr <- 8:10
cat(toJSON(list(script = "reference/model/comparators.R", R = R.version.string, versions = list(survival = as.character(packageVersion("survival")), jsonlite = as.character(packageVersion("jsonlite"))),
  date = "2026-11-26", columns = columns, x = x, days = days, untied = untied, cause = cause, train = train - 1, test = test - 1, horizons = horizons,
  missing = list(train = sum(is.na(x[train, 1:10])), test = sum(is.na(x[test, 1:10]))),
  results = list(`clinical-cox` = ridgeCox(clinical), `cmr-cox` = ridgeCox(cmr), `clinical-cmr-cox` = ridgeCox(c(clinical, cmr)), `fine-gray` = fineGray(c(clinical, cmr)))),
  digits = 15, auto_unbox = TRUE, na = "null"))
