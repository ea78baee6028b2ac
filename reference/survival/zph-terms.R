# Tests of proportional hazards of whole terms, a factor and a spline: cox.zph of survival on veteran.
# Run in the repository root: Rscript reference/survival/zph-terms.R ../shared/data/survival
suppressPackageStartupMessages({
  library(survival)
  library(Hmisc)
  library(jsonlite)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
veteran <- read.csv(file.path(folder, "veteran.csv"))
knots <- quantile(veteran$age, c(0.05, 0.35, 0.65, 0.95))
splined <- coxph(Surv(time, status) ~ trt + celltype + rcspline.eval(age, knots = knots, inclx = TRUE), veteran)
plain <- coxph(Surv(time, status) ~ trt + celltype + karno, veteran)
found <- function(fit, transform) {
  table <- cox.zph(fit, transform = transform, terms = TRUE)$table
  list(chiSquare = unname(table[, "chisq"]), degreesOfFreedom = unname(table[, "df"]), p = unname(table[, "p"]))
}
summary <- summary(plain)$coefficients
tests <- summary(plain)
writeLines(toJSON(list(
  script = "reference/survival/zph-terms.R",
  versions = list(R = as.character(getRversion()), survival = as.character(packageVersion("survival")),
    Hmisc = as.character(packageVersion("Hmisc"))),
  date = as.character(Sys.Date()),
  plain = list(km = found(plain, "km"), rank = found(plain, "rank")),
  splined = list(km = found(splined, "km"), knots = unname(knots)),
  coefficients = list(names = rownames(summary), z = unname(summary[, "z"]), p = unname(summary[, "Pr(>|z|)"])),
  tests = list(likelihoodRatio = unname(tests$logtest), wald = unname(tests$waldtest), score = unname(tests$sctest))
), digits = I(12), auto_unbox = TRUE, pretty = TRUE), "reference/survival/zph-terms.json")
