# R's side of bench:survival: bench.R FOLDER JOBS BUDGET_MS, JSON on stdout.
suppressPackageStartupMessages({
  library(survival)
  library(riskRegression)
  library(ranger)
  library(jsonlite)
})
arguments <- commandArgs(TRUE)
folder <- arguments[1]
wanted <- strsplit(arguments[2], ",")[[1]]
budget <- as.numeric(arguments[3]) / 1000
brierDays <- 20 + 15 * 0:99
table <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))

jobs <- list(
  cox = function() {
    frame <- table("cox")
    function() coxph(Surv(time, event) ~ ., data = frame, ties = "efron")$coefficients[[1]]
  },
  concordance = function() {
    frame <- table("concordance")
    function() concordance(Surv(time, event) ~ risk, data = frame, reverse = TRUE)$concordance
  },
  `aalen-johansen` = function() {
    frame <- table("aalen-johansen")
    frame$event <- factor(frame$event, 0:2, c("censored", "own", "other"))
    function() {
      fit <- survfit(Surv(time, event) ~ 1, data = frame)
      fit$pstate[findInterval(1000, fit$time), 2]
    }
  },
  forest = function() {
    frame <- table("forest")
    function() 1 - ranger(Surv(time, event) ~ ., data = frame, num.trees = 500, min.node.size = 15,
      num.threads = 2, seed = 1, verbose = FALSE)$prediction.error
  },
  `uno-bootstrap` = function() {
    frame <- table("uno-bootstrap")
    rows <- 1 + as.matrix(read.csv(file.path(folder, "draws.csv"), header = FALSE))
    function() mean(apply(rows, 1, function(drawn) {
      concordance(Surv(time, event) ~ risk, data = frame[drawn, ], reverse = TRUE,
        timewt = "n/G2", ymax = 1500)$concordance
    }))
  },
  `integrated-brier` = function() {
    frame <- table("integrated-brier")
    risks <- 1 - as.matrix(frame[paste0("s", brierDays)])
    outcome <- frame[c("time", "event")]
    function() {
      scored <- Score(list(model = risks), formula = Surv(time, event) ~ 1, data = outcome, times = brierDays,
        metrics = "brier", summary = "ibs", se.fit = FALSE, conf.int = FALSE, null.model = FALSE)
      score <- scored$Brier$score
      # The trapezoid over the days, as the others have it.
      y <- score$Brier[order(score$times)]
      sum((y[-1] + y[-length(y)]) / 2 * diff(brierDays)) / diff(range(brierDays))
    }
  }
)

timed <- function(work) {
  value <- work()
  ms <- c()
  until <- proc.time()[["elapsed"]] + budget
  repeat {
    began <- Sys.time()
    value <- work()
    ms <- c(ms, 1000 * as.numeric(difftime(Sys.time(), began, units = "secs")))
    if (proc.time()[["elapsed"]] >= until) break
  }
  list(ms = I(ms), value = value)
}

results <- list()
for (job in intersect(wanted, names(jobs))) results[[job]] <- timed(jobs[[job]]())
versions <- lapply(c("survival", "riskRegression", "ranger"), function(name) as.character(packageVersion(name)))
names(versions) <- c("R survival", "riskRegression", "ranger")
cat(toJSON(list(versions = c(list(R = as.character(getRversion())), versions), results = results),
  auto_unbox = TRUE, digits = 15))
