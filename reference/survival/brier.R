# Golden results of riskRegression and pec for the Brier score.
# Usage: Rscript reference/survival/brier.R ../shared/data/survival > reference/survival/brier.json
# The risks are written formulas of the covariates, so that no fit comes between the programs.
# Horizons lie between the days on which anybody is censored or has an event.
suppressMessages({library(survival); library(riskRegression); library(pec); library(prodlim); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
w <- read.csv(file.path(folder, "whas500.csv"))
m <- read.csv(file.path(folder, "mgus2.csv")); m <- m[!is.na(m$hgb), ]
m$etime <- ifelse(m$pstat == 0, m$futime, m$ptime); m$status <- ifelse(m$pstat == 0, 2 * m$death, 1)
risk <- function(lp, t, scale) 1 - exp(-outer(exp(lp), t / scale))
at <- c(100.5, 365.5, 730.5, 1461.5)
w1 <- risk(0.06 * (w$age - 70) + 0.8 * w$chf, at, 2500); w2 <- risk(0.03 * (w$hr - 85), at, 2500)
months <- c(24.5, 60.5, 120.5, 240.5)
m1 <- risk(-0.3 * (m$hgb - 13), months, 2500); m2 <- risk(0.02 * (m$age - 70), months, 2000)
score <- function(models, formula, data, times, ...) {
  s <- Score(models, formula = formula, data = data, times = times, metrics = "brier", summary = "ipa",
             se.fit = TRUE, conservative = FALSE, null.model = TRUE, ...)
  b <- as.data.frame(s$Brier$score); d <- as.data.frame(s$Brier$contrasts)
  pick <- function(model) { x <- b[b$model == model, ]; list(score = x$Brier, se = x$se, ipa = x$IPA) }
  one <- d[d$model == "two" & d$reference == "one", ]
  list(null = pick("Null model"), one = pick("one"), two = pick("two"),
       difference = one$delta.Brier, differenceSe = one$se, differenceP = one$p)
}
# pec's integral holds each score until the next time; weights by the marginal censoring distribution
many <- seq(200.5, 1400.5, by = 25)
held <- pec(list(one = cbind(1, 1 - risk(0.06 * (w$age - 70) + 0.8 * w$chf, many, 2500))), Surv(lenfol, fstat) ~ 1, data = w,
  times = c(0, many), exact = FALSE, cens.model = "marginal", reference = FALSE)
cat(toJSON(list(script = "reference/survival/brier.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), riskRegression = as.character(packageVersion("riskRegression")), pec = as.character(packageVersion("pec"))),
  whas500 = c(list(at = at), score(list(one = w1, two = w2), Surv(lenfol, fstat) ~ 1, w, at)),
  mgus2 = c(list(at = months), score(list(one = m1, two = m2), Hist(etime, status) ~ 1, m, months, cause = 1)),
  pec = list(at = many, scores = held$AppErr$one[-1], step = as.numeric(crps(held, models = "one", times = max(many), start = min(many))))
), auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
