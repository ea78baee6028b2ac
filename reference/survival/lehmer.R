# The cohorts and resamples of libs/survival/src/testing/lehmer.ts, number for number.
lehmer <- function(seed) { state <- seed; function() { state <<- (state * 16807) %% 2147483647; state / 2147483647 } }
lehmerRows <- function(n, seed, resamples) t(sapply(seq_len(resamples), function(b) {
  nxt <- lehmer(seed + 7919 * b)
  floor(vapply(seq_len(n), function(i) nxt(), 0) * n) + 1
}))
lehmerCohort <- function(n, seed) {
  nxt <- lehmer(seed)
  rows <- lapply(seq_len(n), function(i) {
    a <- nxt() * 2 - 1; b <- nxt() * 2 - 1; c <- as.integer(nxt() < 0.4)
    failure <- -log(nxt()) * 700 * exp(-1.2 * a - 0.7 * c); censoring <- 1500 * nxt()
    data.frame(a = a, b = b, c = c, days = min(failure, censoring), event = as.integer(failure <= censoring), centre = floor(nxt() * 5))
  })
  do.call(rbind, rows)
}
