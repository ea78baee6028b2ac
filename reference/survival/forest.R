# Golden results of R for survival forests: the concordance of ranger's forests over seeds, the best cause-specific
# log-rank split of mgus2 by brute force (survdiff at every cut), and the curves on its two sides (survfit).
# Usage: Rscript reference/survival/forest.R ../shared/data/survival > reference/survival/forest.json
library(survival); library(ranger); library(jsonlite)
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
tables <- list(
  list("whas500", "lenfol", "fstat", c("age", "gender", "hr", "sysbp", "diasbp", "bmi", "cvd", "afb", "sho", "chf", "av3", "miord", "mitype")),
  list("hf299", "time", "DEATH_EVENT", c("age", "anaemia", "creatinine_phosphokinase", "diabetes", "ejection_fraction", "high_blood_pressure", "platelets", "serum_creatinine", "serum_sodium", "sex", "smoking")),
  list("deepsurv_gbsg_train", "time", "event", paste0("x", 0:6)))
forests <- lapply(tables, function(t) {
  d <- read(t[[1]]); d <- data.frame(t = d[[t[[2]]]], e = d[[t[[3]]]], d[t[[4]]])
  index <- sapply(1:10, function(seed) 1 - ranger(Surv(t, e) ~ ., d, num.trees = 200, min.node.size = 15,
    num.threads = 2, seed = seed)$prediction.error)
  list(table = t[[1]], time = t[[2]], event = t[[3]], columns = t[[4]], mean = mean(index), sd = sd(index))
})

m <- read("mgus2"); m <- m[!is.na(m$hgb) & !is.na(m$creat) & !is.na(m$mspike), ]
m$t <- ifelse(m$pstat == 1, m$ptime, m$futime); m$e <- ifelse(m$pstat == 1, 1, 2 * m$death)
columns <- c("age", "hgb", "creat", "mspike")
smallest <- 100
splits <- lapply(1:2, function(cause) {
  all <- do.call(rbind, lapply(columns, function(column) {
    v <- sort(unique(m[[column]])); cuts <- (v[-1] + v[-length(v)]) / 2
    sizes <- sapply(cuts, function(cut) min(sum(m[[column]] <= cut), sum(m[[column]] > cut)))
    cuts <- cuts[sizes >= smallest]
    data.frame(column, cut = cuts, chisq = sapply(cuts, function(cut) survdiff(Surv(m$t, m$e == cause) ~ m[[column]] <= cut)$chisq))
  }))
  best <- all[which.max(all$chisq), ]
  days <- c(12, 60, 120, 240)
  side <- function(rows) {
    fit <- survfit(Surv(t, factor(e, 0:2)) ~ 1, m[rows, ])
    hazard <- sapply(1:2, function(k) summary(survfit(Surv(t, e == k) ~ 1, m[rows, ]), times = days, extend = TRUE)$cumhaz)
    list(incidence = unname(summary(fit, times = days, extend = TRUE)$pstate[, 2:3]), hazard = hazard)
  }
  list(cause = cause, column = best$column, cut = best$cut, chiSquare = best$chisq, days = days,
       left = side(m[[best$column]] <= best$cut), right = side(m[[best$column]] > best$cut))
})
write_json(list(script = "reference/survival/forest.R", date = as.character(Sys.Date()),
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival")), ranger = as.character(packageVersion("ranger"))),
  forests = forests, columns = columns, nodeSize = smallest, splits = splits), stdout(), digits = NA, auto_unbox = TRUE)
