# Golden pseudo-values of prodlim. Usage: Rscript reference/survival/pseudo-values.R > reference/survival/pseudo-values.json
# The 24 invented rows of make-golden.R: ties of every sort and a competing cause.
suppressMessages({library(prodlim); library(jsonlite)})
days  <- c(5, 8, 8, 12, 12, 12, 15, 20, 20, 21, 25, 30, 30, 30, 33, 36, 40, 41, 41, 50, 52, 60, 60, 60)
cause <- c(1, 1, 0, 1, 1, 2, 0, 1, 0, 2, 1, 0, 1, 2, 1, 0, 1, 0, 1, 2, 0, 0, 0, 0)
event <- as.integer(cause == 1)
at <- c(10, 30, 45)
single <- 1 - jackknife(prodlim(Hist(days, event) ~ 1), times = at)
competing <- jackknife(prodlim(Hist(days, cause) ~ 1), cause = 1, times = at)
cat(toJSON(list(script = "reference/survival/pseudo-values.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), prodlim = as.character(packageVersion("prodlim"))),
  days = days, cause = cause, event = event, at = at, single = t(single), competing = t(competing)),
  auto_unbox = TRUE, digits = 15), "\n")
