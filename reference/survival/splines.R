# Golden results for restricted cubic splines: Hmisc::rcspline.eval, and survreg on its terms.
# Usage: Rscript reference/survival/splines.R ../shared/data/survival > reference/survival/splines.json
suppressMessages({library(survival); library(Hmisc); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
read <- function(f) read.csv(file.path(folder, paste0(f, ".csv")))
w <- read("whas500"); v <- read("veteran"); m <- read("mgus2"); g <- read("gbsg2")
invented <- list(small = (1:40)^1.5, tiedLow = c(rep(0, 20), (1:180) / 7), tiedBoth = c(rep(0, 20), (1:150) / 7, rep(40, 30)), tiedSmall = c(rep(0, 8), (1:60) / 3))
variables <- c(list(age = w$age, hr = w$hr, bmi = w$bmi, days = v$time), invented)
cases <- do.call(c, lapply(names(variables), function(n) lapply(3:7, function(k) {
  x <- variables[[n]]; knots <- rcspline.eval(x, nk = k, knots.only = TRUE)
  list(variable = n, count = k, knots = unname(knots), at = x[c(1, 7, 20)], terms = unname(rcspline.eval(x[c(1, 7, 20)], knots = knots, inclx = TRUE)))
})))
f <- survreg(Surv(lenfol, fstat) ~ rcspline.eval(age, nk = 4, inclx = TRUE) + chf, w, control = survreg.control(rel.tolerance = 1e-13, maxiter = 100))
cat(toJSON(list(script = "reference/survival/splines.R", date = as.character(Sys.Date()), versions = list(R = paste(R.version$major, R.version$minor, sep = "."), Hmisc = as.character(packageVersion("Hmisc")), survival = as.character(packageVersion("survival"))),
  tables = list(age = "whas500.csv", hr = "whas500.csv", bmi = "whas500.csv", days = "veteran.csv (time)"), invented = invented, cases = cases,
  fit = list(survreg = unname(coef(f)), knots = unname(rcspline.eval(w$age, nk = 4, knots.only = TRUE)))), auto_unbox = TRUE, digits = NA))
