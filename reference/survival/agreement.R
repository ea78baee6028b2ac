# Bland-Altman limits with intervals (t.test, and the formula of bland1999) and ICC(2,1) with its interval
# (aov and qf, the formula of shrout1979 and mcgraw1996), in base R:
#   Rscript reference/survival/agreement.R
# Writes agreement.json beside itself.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

# Shrout and Fleiss 1979, table 2: six subjects, four judges.
shrout <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), 6, 4, byrow = TRUE)
set.seed(11)
edv <- round(rnorm(24, 160, 35), 1)
second <- round(edv + rnorm(24, 3, 8), 1)
volumes <- cbind(edv, second)

icc <- function(ratings, level = 0.95) {
  n <- nrow(ratings); k <- ncol(ratings)
  long <- data.frame(y = c(ratings), s = factor(rep(1:n, k)), r = factor(rep(1:k, each = n)))
  ms <- summary(aov(y ~ s + r, long))[[1]][["Mean Sq"]]
  msr <- ms[1]; msc <- ms[2]; mse <- ms[3]
  est <- (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
  a <- k * est / (n * (1 - est)); b <- 1 + k * est * (n - 1) / (n * (1 - est))
  v <- (a * msc + b * mse)^2 / ((a * msc)^2 / (k - 1) + (b * mse)^2 / ((n - 1) * (k - 1)))
  q <- (1 + level) / 2
  fl <- qf(q, n - 1, v); fu <- qf(q, v, n - 1)
  c(est, n * (msr - fl * mse) / (fl * (k * msc + (k * n - k - n) * mse) + n * msr),
    n * (fu * msr - mse) / (k * msc + (k * n - k - n) * mse + n * fu * msr))
}
d <- second - edv
n <- length(d); s <- sd(d)
half <- qt(0.975, n - 1) * s * sqrt(1 / n + 1.96^2 / (2 * (n - 1)))
limit <- function(x) c(x, x - half, x + half)
num <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g"), collapse = ", "), "]")
rows <- function(m) paste0("[", paste(apply(m, 1, num), collapse = ", "), "]")
body <- c(
  paste0('"script": "reference/survival/agreement.R", "date": "', Sys.Date(), '", "version": "', R.version.string, '"'),
  paste0('"shrout": ', rows(shrout)), paste0('"volumes": ', rows(volumes)),
  paste0('"iccShrout": ', num(icc(shrout))), paste0('"iccVolumes": ', num(icc(volumes))),
  paste0('"iccVolumes90": ', num(icc(volumes, 0.9))),
  paste0('"bias": ', num(c(mean(d), t.test(d)$conf.int))), paste0('"sd": ', num(s)),
  paste0('"lowerLimit": ', num(limit(mean(d) - 1.96 * s))), paste0('"upperLimit": ', num(limit(mean(d) + 1.96 * s))),
  paste0('"qf": ', num(c(qf(0.975, 5, 4.3), qf(0.95, 1, 23), qf(0.025, 8, 120))))
)
writeLines(paste0("{\n ", paste(body, collapse = ",\n "), "\n}"), file.path(here, "agreement.json"))
