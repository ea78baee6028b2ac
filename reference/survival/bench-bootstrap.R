# A thousand bootstraps of Uno's C in R survival, on the table of scripts/bench-resampling.ts --csv FILE.
# Usage: Rscript reference/survival/bench-bootstrap.R FILE [resamples]
suppressMessages(library(survival))
arguments <- commandArgs(TRUE); d <- read.csv(arguments[1]); resamples <- if (length(arguments) > 1) as.integer(arguments[2]) else 1000
uno <- function(y, risk) concordancefit(y, risk, timewt = "n/G2", ymax = 729.5, reverse = TRUE, std.err = FALSE)$concordance
y <- Surv(d$days, d$event); cat("survival", as.character(packageVersion("survival")), "Uno's C", uno(y, d$risk), "\n")
set.seed(1); start <- proc.time()
values <- replicate(resamples, { rows <- sample(nrow(d), replace = TRUE); uno(y[rows], d$risk[rows]) })
cat(resamples, "bootstraps:", (proc.time() - start)[["user.self"]], "s of processor,", quantile(values, c(0.025, 0.975)), "\n")
