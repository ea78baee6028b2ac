# Golden results of R gbm for a boosted Cox model without random numbers: stumps with Newton steps.
# Usage: Rscript reference/survival/boosting.R ../shared/data/survival > reference/survival/boosting.json
# Row number / 10,000 is added to the days: gbm lets tied events precede each other in the order of the table.
library(survival); library(gbm); library(jsonlite)
folder <- commandArgs(TRUE)[1]
tables <- list(list("whas500", "lenfol", "fstat", c("age", "hr", "sysbp", "diasbp", "bmi", "chf")),
  list("hf299", "time", "DEATH_EVENT", c("age", "anaemia", "creatinine_phosphokinase", "ejection_fraction", "platelets", "serum_creatinine", "serum_sodium")))
fits <- lapply(tables, function(t) {
  d <- read.csv(file.path(folder, paste0(t[[1]], ".csv")))
  d <- data.frame(t = d[[t[[2]]]] + seq_len(nrow(d)) / 1e4, e = d[[t[[3]]]], d[t[[4]]])
  fit <- gbm(Surv(t, e) ~ ., data = d, distribution = "coxph", n.trees = 60, interaction.depth = 1, n.minobsinnode = 10, shrinkage = 0.1, bag.fraction = 1, train.fraction = 1, keep.data = FALSE)
  stages <- c(1, 10, 60)
  list(table = t[[1]], time = t[[2]], event = t[[3]], columns = t[[4]], nodeSize = 10, stages = stages,
       scores = lapply(stages, function(k) predict(fit, d[1:150, ], n.trees = k)), deviance = fit$train.error[stages],
       influence = summary(fit, plotit = FALSE, order = FALSE)[t[[4]], "rel.inf"])
})
write_json(list(script = "reference/survival/boosting.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), gbm = as.character(packageVersion("gbm"))), fits = fits), stdout(), digits = NA, auto_unbox = TRUE)
