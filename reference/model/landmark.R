# Landmark data sets laid on each other, and regressions of them: coxph (supermodel without ridge, with and without
# strata by landmark) and glm of person-periods with an offset, both with errors robust to repeated subjects.
# Run in the repository root: Rscript reference/model/landmark.R
suppressPackageStartupMessages({
  library(survival)
  library(sandwich)
  library(jsonlite)
})
set.seed(7)
n <- 240
ends <- c(182, 365, 548, 730, 1095)
landmarks <- c(182, 365, 548, 730)
x <- round(rnorm(n), 3)
base <- t(sapply(x, function(own) round(-2.6 + 0.6 * own - 0.05 * seq_along(ends), 4)))
events <- list()
last <- numeric(n)
for (i in seq_len(n)) {
  day <- 0
  rate <- exp(-6.6 + 0.6 * x[i])
  last[i] <- sample(400:1095, 1)
  own <- list()
  repeat {
    day <- day + ceiling(rexp(1, rate))
    if (day > last[i]) break
    cause <- sample(c("hf", "death"), 1, prob = c(0.75, 0.25))
    own[[length(own) + 1]] <- list(cause = cause, days = day, knownDays = min(last[i], day + sample(c(0, 0, 40), 1)))
    rate <- rate * 1.6
    if (cause == "death") {
      last[i] <- day
      own[[length(own)]]$knownDays <- day
      break
    }
  }
  events[[i]] <- own
}
# One row of a subject under observation at each landmark.
rows <- do.call(rbind, lapply(landmarks, function(s) do.call(rbind, lapply(seq_len(n), function(i) {
  if (last[i] <= s) return(NULL)
  days <- vapply(events[[i]], function(e) e$days, 0)
  known <- vapply(events[[i]], function(e) e$knownDays, 0)
  cause <- vapply(events[[i]], function(e) e$cause, "")
  later <- which(days > s)
  data.frame(subject = i - 1, landmark = s,
    days = if (length(later)) days[later[1]] else last[i],
    cause = if (length(later)) match(cause[later[1]], c("hf", "death")) else 0,
    earlier = as.numeric(any(cause == "hf" & known <= s)), x = x[i])
}))))
rows <- rows[order(rows$subject, rows$landmark), ]
rows$time <- rows$landmark / (5 * 365.25)
fitted <- function(fit, names) list(names = names, coefficients = unname(coef(fit)),
  robust = unname(sqrt(diag(vcov(fit)))), logLik = unname(fit$loglik))
names <- c("x", "earlier", "time", "x:time")
cox <- coxph(Surv(landmark, days, cause > 0) ~ x + earlier + time + I(x * time), rows, cluster = subject, ties = "breslow")
stratified <- coxph(Surv(landmark, days, cause > 0) ~ x + earlier + I(x * time) + strata(landmark), rows,
  cluster = subject, ties = "efron")
# Person-periods in intervals that end at the landmarks.
cells <- do.call(rbind, lapply(seq_len(nrow(rows)), function(r) do.call(rbind, lapply(seq_along(ends), function(k) {
  start <- c(0, ends)[k]
  if (start < rows$landmark[r] || start >= rows$days[r]) return(NULL)
  event <- rows$cause[r] > 0 && rows$days[r] <= ends[k]
  exposure <- if (event) 1 else (min(rows$days[r], ends[k]) - start) / (ends[k] - start)
  cbind(rows[r, ], y = as.numeric(event), exposure = exposure, offset = base[rows$subject[r] + 1, k])
}))))
logistic <- suppressWarnings(glm(y ~ 0 + time + x:time + earlier, binomial, cells, weights = exposure,
  offset = offset, control = glm.control(epsilon = 1e-14, maxit = 100)))
order <- c("time", "earlier", "time:x")
robust <- vcovCL(logistic, cluster = cells$subject, type = "HC0", cadjust = FALSE)[order, order]
writeLines(toJSON(list(
  script = "reference/model/landmark.R",
  versions = list(R = as.character(getRversion()), survival = as.character(packageVersion("survival")),
    sandwich = as.character(packageVersion("sandwich"))),
  date = as.character(Sys.Date()),
  ends = ends, landmarks = landmarks, x = x, base = base,
  courses = lapply(seq_len(n), function(i) list(endDays = last[i], events = events[[i]])),
  stack = as.list(rows[c("subject", "landmark", "days", "cause", "earlier")]),
  cox = fitted(cox, names),
  stratified = fitted(stratified, names[-3]),
  logistic = list(names = order, coefficients = unname(coef(logistic)[order]), covariance = unname(robust),
    periods = nrow(cells))
), digits = I(12), auto_unbox = TRUE), "reference/model/landmark.json")
