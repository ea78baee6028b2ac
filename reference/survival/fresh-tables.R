# Tables that ship with R survival and are not among the development data, and what R says of them.
# Usage: Rscript reference/survival/fresh-tables.R <folder>: writes <table>.csv and cases.json there.
# scripts/check-statistics.ts puts them through `myocast stats` and compares.
suppressMessages({library(survival); library(cmprsk); library(jsonlite); library(riskRegression); library(glmnet); library(prodlim); library(geepack)})
folder <- commandArgs(TRUE)[1]
cases <- list()
table <- function(name, d) write.csv(d, file.path(folder, paste0(name, ".csv")), row.names = FALSE, na = "")
case <- function(name, args, expected, tolerance = 1e-6)
  cases[[length(cases) + 1]] <<- list(name = name, args = args, expected = expected, tolerance = tolerance)
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
vec <- function(x) unname(as.numeric(x))
cox <- function(name, file, args, fit, tolerance = 1e-6) {
  v <- if (is.null(fit$naive.var)) fit$var else fit$naive.var
  s <- summary(fit)
  expected <- list("coefficients.*.estimate" = vec(coef(fit)), "coefficients.*.se" = vec(sqrt(diag(fit$var))),
    "logLikelihood.null" = fit$loglik[1], "logLikelihood.fitted" = fit$loglik[2],
    "concordance.harrell" = vec(s$concordance[1]), "concordance.se" = vec(s$concordance[2]))
  case(name, c("cox", paste0(file, ".csv"), args), expected, tolerance)
}
km <- function(name, file, args, S, tolerance = 1e-8) {
  f <- survfit(S ~ 1, conf.type = "log-log")
  se <- f$std.err * f$surv; se[!is.finite(se)] <- 0
  ok <- f$surv > 0 & f$surv < 1
  lo <- ifelse(ok, f$lower, f$surv); hi <- ifelse(ok, f$upper, f$surv)
  case(name, c("km", paste0(file, ".csv"), args), list(days = vec(f$time), survival = vec(f$surv), standardError = vec(se),
    low = vec(lo), high = vec(hi), atRisk = vec(f$n.risk)), tolerance)
}
te <- function(time, event, ...) c("--time", time, "--event", event, ...)

# colon: deaths of 929 patients, missing cells in nodes and differ
d <- subset(colon, etype == 2); d$rx <- as.character(d$rx); d <- d[, c("id","rx","sex","age","obstruct","perfor","adhere","nodes","differ","extent","surg","node4","time","status")]
table("colon", d)
km("colon km", "colon", te("time", "status"), Surv(d$time, d$status))
for (ties in c("efron", "breslow"))
  cox(paste("colon cox", ties), "colon", te("time", "status", "--covariates", "rx,sex,age,nodes,factor(differ)", "--ties", ties),
    coxph(Surv(time, status) ~ factor(rx, levels = c("Lev","Lev+5FU","Obs")) + sex + age + nodes + factor(differ), d, ties = ties, control = tight))
cox("colon cox strata", "colon", te("time", "status", "--covariates", "age,nodes", "--strata", "rx,sex"),
  coxph(Surv(time, status) ~ age + nodes + strata(rx, sex), d, control = tight))
lr <- survdiff(Surv(time, status) ~ rx, d)
case("colon logrank", c("logrank", "colon.csv", te("time", "status", "--group", "rx")), list(chiSquare = lr$chisq, p = pchisq(lr$chisq, 2, lower.tail = FALSE), "groups.*.observed" = vec(lr$obs), "groups.*.expected" = vec(lr$exp)))
lr <- survdiff(Surv(time, status) ~ rx + strata(sex), d)
case("colon logrank by sex", c("logrank", "colon.csv", te("time", "status", "--group", "rx", "--strata", "sex")), list(chiSquare = lr$chisq))
lr <- survdiff(Surv(time, status) ~ rx, d, rho = 1)
case("colon Peto-Peto", c("logrank", "colon.csv", te("time", "status", "--group", "rx", "--rho", "1")), list(chiSquare = lr$chisq))
f <- coxph(Surv(time, status) ~ sex + age + nodes + surg, d, control = tight); z <- cox.zph(f)
case("colon zph", c("cox", "colon.csv", te("time", "status", "--covariates", "sex,age,nodes,surg", "--zph")), list("proportionalHazards.terms.*.chiSquare" = vec(z$table[1:4, 1]), "proportionalHazards.global.chiSquare" = z$table[5, 1]), 1e-4)
lr <- coxph(Surv(time, status) ~ extent + strata(sex), d, ties = "exact", control = coxph.control(iter.max = 0))
case("colon logrank trend", c("logrank", "colon.csv", te("time", "status", "--group", "extent", "--strata", "sex", "--trend")), list("trend.z" = sign(coef(coxph(Surv(time, status) ~ extent + strata(sex), d))) * sqrt(lr$score)))
f <- survfit(Surv(time, status) ~ rx, d, conf.type = "log"); s <- summary(f, times = c(365, 1096, 1826)); q <- quantile(f, c(0.25, 0.5))
case("colon km by group", c("km", "colon.csv", te("time", "status", "--group", "rx", "--interval", "log", "--at", "365,1096,1826")),
  list("groups.*.at.*.survival" = s$surv, "groups.*.at.*.standardError" = s$std.err, "groups.*.at.*.low" = s$lower, "groups.*.at.*.high" = s$upper, "groups.*.at.*.atRisk" = s$n.risk,
    "groups.0.quantiles.0.day" = q$quantile[1, 1], "groups.0.quantiles.0.low" = q$lower[1, 1], "groups.0.quantiles.0.high" = q$upper[1, 1], "groups.2.quantiles.0.high" = q$upper[3, 1]))

# ovarian: 26 patients, few events
table("ovarian", ovarian)
km("ovarian km", "ovarian", te("futime", "fustat"), Surv(ovarian$futime, ovarian$fustat))
cox("ovarian cox", "ovarian", te("futime", "fustat", "--covariates", "age,resid.ds,rx,ecog.ps"), coxph(Surv(futime, fustat) ~ age + resid.ds + rx + ecog.ps, ovarian, control = tight))
for (dist in c("weibull", "loglogistic")) {
  f <- survreg(Surv(futime, fustat) ~ age + rx, ovarian, dist = dist, control = survreg.control(rel.tolerance = 1e-12, maxiter = 100))
  case(paste("ovarian", dist), c("aft", "ovarian.csv", te("futime", "fustat", "--covariates", "age,rx", "--distribution", sub("loglogistic", "log-logistic", dist))),
    list("coefficients.*.estimate" = vec(coef(f)[-1]), "coefficients.*.se" = vec(sqrt(diag(f$var))[2:3]), "logLikelihood.fitted" = f$loglik[2]))
}

# heart: late entry and time-varying rows
h <- heart; h$transplant <- as.integer(as.character(h$transplant)); table("heart", h)
for (ties in c("efron", "breslow"))
  cox(paste("heart cox", ties), "heart", te("stop", "event", "--entry", "start", "--covariates", "age,year,surgery,transplant", "--ties", ties),
    coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, heart, ties = ties, control = tight))
km("heart km", "heart", te("stop", "event", "--entry", "start"), Surv(heart$start, heart$stop, heart$event))
f <- survfit(Surv(start, stop, event) ~ 1, heart)
case("heart cumulative hazard", c("nelson-aalen", "heart.csv", te("stop", "event", "--entry", "start")), list(days = vec(f$time), atRisk = vec(f$n.risk), hazard = vec(f$cumhaz), standardError = vec(f$std.chaz)))
f <- survfit(Surv(start, stop, event) ~ 1, heart, stype = 2, ctype = 2)
case("heart Fleming-Harrington", c("nelson-aalen", "heart.csv", te("stop", "event", "--entry", "start", "--ties", "fleming-harrington")), list(hazard = vec(f$cumhaz), standardError = vec(f$std.chaz), survival = vec(f$surv)))
case("heart logrank with late entry", c("logrank", "heart.csv", te("stop", "event", "--entry", "start", "--group", "transplant", "--strata", "surgery")),
  list(chiSquare = vec(coxph(Surv(start, stop, event) ~ transplant + strata(surgery), heart, ties = "exact", control = coxph.control(iter.max = 0))$score)))
f <- survfit(Surv(start, stop, event) ~ 1, heart, cluster = id)
case("heart km by patient", c("km", "heart.csv", te("stop", "event", "--entry", "start", "--cluster", "id")), list(survival = vec(f$surv), standardError = vec(summary(f, times = f$time)$std.err)))

# cgd: recurrent infections, clusters
g <- cgd[, c("id","center","treat","sex","age","height","inherit","steroids","tstart","tstop","status")]; table("cgd", g)
cox("cgd cluster", "cgd", te("tstop", "status", "--entry", "tstart", "--covariates", "treat,inherit,steroids", "--cluster", "id"),
  coxph(Surv(tstart, tstop, status) ~ relevel(factor(as.character(treat)), "placebo") + relevel(factor(as.character(inherit)), "autosomal") + steroids, cgd, cluster = id, control = tight))

# rotterdam: 2,982 patients, predictions appended
r <- rotterdam; r$nodes3 <- pmin(r$nodes, 10); f <- coxph(Surv(dtime, death) ~ age + nodes3 + hormon + chemo + log(pgr + 1), r, control = tight, x = TRUE)
r$lp <- predict(f, type = "lp"); g2 <- coxph(Surv(dtime, death) ~ age + hormon, r, control = tight, x = TRUE); r$lp2 <- predict(g2, type = "lp")
r$risk5 <- as.numeric(predictRisk(f, newdata = r, times = 1826)); r$risk5b <- as.numeric(predictRisk(g2, newdata = r, times = 1826)); r$surv5 <- 1 - r$risk5
table("rotterdam", r)
cc <- concordance(Surv(dtime, death) ~ lp, r, reverse = TRUE)
case("rotterdam Harrell", c("concordance", "rotterdam.csv", te("dtime", "death", "--risk", "lp")), list(harrell = cc$concordance, se = sqrt(cc$var)))
cu <- concordance(Surv(dtime, death) ~ lp, r, reverse = TRUE, timewt = "n/G2", ymax = 3000)
case("rotterdam Uno", c("concordance", "rotterdam.csv", te("dtime", "death", "--risk", "lp", "--tau", "3000.5")), list(uno = cu$concordance))
s <- Score(list(a = r$risk5), formula = Surv(dtime, death) ~ 1, data = r, times = 1826, metrics = c("auc", "brier"), null.model = TRUE, se.fit = TRUE, conf.int = TRUE)
b <- as.data.frame(s$Brier$score); a <- as.data.frame(s$AUC$score)
case("rotterdam Brier", c("brier", "rotterdam.csv", te("dtime", "death", "--risk", "risk5", "--at", "1826")), list(brier = b$Brier[b$model == "a"], reference = b$Brier[b$model != "a"]), 1e-4)
case("rotterdam Brier of a survival", c("brier", "rotterdam.csv", te("dtime", "death", "--survival", "surv5", "--at", "1826")), list(brier = b$Brier[b$model == "a"]), 1e-4)
case("rotterdam AUC", c("auc", "rotterdam.csv", te("dtime", "death", "--risk", "risk5", "--at", "1826")), list("auc.*.auc" = a$AUC[1]), 1e-4)
sf <- summary(survfit(Surv(dtime, death) ~ 1, r), times = 1826)
case("rotterdam O/E", c("calibration", "rotterdam.csv", te("dtime", "death", "--risk", "risk5", "--at", "1826")), list("observedOverExpected.ratio" = (1 - sf$surv) / mean(r$risk5)))
r$risk3 <- as.numeric(predictRisk(f, newdata = r, times = 1096)); r$risk3b <- as.numeric(predictRisk(g2, newdata = r, times = 1096)); table("rotterdam", r)
two <- function(formula, d, times, one, other, ...) as.data.frame(Score(list(one = one, other = other), formula = formula, data = d, times = times, metrics = "brier", se.fit = TRUE, conservative = FALSE, null.model = TRUE, ...)$Brier$score)
pair <- function(formula, d, times, one, other, ...) { x <- as.data.frame(Score(list(one = one, other = other), formula = formula, data = d, times = times, metrics = "brier", se.fit = TRUE, conservative = FALSE, null.model = FALSE, ...)$Brier$contrasts); x[x$model == "other" & x$reference == "one", ] }
days <- c(1095.5, 1825.5); many <- cbind(r$risk3, r$risk5); others <- cbind(r$risk3b, r$risk5b)
b <- two(Surv(dtime, death) ~ 1, r, days, many, others); x <- pair(Surv(dtime, death) ~ 1, r, days, many, others)
one <- b[b$model == "one", ]; null <- b[b$model == "Null model", ]
case("rotterdam Brier, two models", c("brier", "rotterdam.csv", te("dtime", "death", "--risk", "risk3,risk5", "--against", "risk3b,risk5b", "--at", "1095.5,1825.5")),
  list("days.*.brier" = one$Brier, "days.*.se" = one$se, "days.*.reference" = null$Brier, "days.*.ipa" = 1 - one$Brier / null$Brier,
    "days.*.comparison.difference" = -x$delta.Brier, "days.*.comparison.se" = x$se, "days.*.comparison.p" = x$p,
    "integrated.brier" = mean(one$Brier), "integrated.reference" = mean(null$Brier)), 1e-4)
cloglog <- function(p) log(-log(1 - p))
gee <- function(formula, d) do.call(geese, list(formula, data = d, id = seq_len(nrow(d)), mean.link = "cloglog", family = gaussian, corstr = "independence", scale.fix = TRUE, control = geese.control(epsilon = 1e-12, maxit = 200)))
weak <- function(name, args, pseudo, p, ratio, span = 0.33) {
  d <- data.frame(pseudo, cll = cloglog(p)); i <- gee(pseudo ~ 1 + offset(cll), d); s <- gee(pseudo ~ cll, d)
  l <- loess(pseudo ~ p, degree = 1, span = span, control = loess.control(surface = "direct", statistics = "none"))
  e <- abs(pmin(1, pmax(0, fitted(l))) - p); at <- seq(min(p), max(p), length.out = 100)
  case(paste(name, "calibration"), c("calibration", args), list("observedOverExpected.ratio" = ratio, "intercept.estimate" = vec(i$beta), "intercept.se" = sqrt(vec(i$vbeta)),
    "slope.estimate" = vec(s$beta[2]), "slope.se" = sqrt(s$vbeta[2, 2])), 1e-6)
  case(paste(name, "calibration curve"), c("calibration", args), list("curve.predicted" = at, "curve.observed" = pmin(1, pmax(0, vec(predict(l, data.frame(p = at))))),
    "curve.ici" = mean(e), "curve.e50" = vec(median(e)), "curve.e90" = vec(quantile(e, 0.9)), "curve.eMax" = max(e)), 1e-6)
}
some <- r[seq(1, nrow(r), by = 3), ]; table("rotterdam-third", some)
k <- 1 - summary(survfit(Surv(dtime, death) ~ 1, some), times = 1825.5)$surv
weak("rotterdam", c("rotterdam-third.csv", te("dtime", "death", "--risk", "risk5", "--at", "1825.5")), 1 - vec(jackknife(prodlim(Hist(dtime, death) ~ 1, data = some), times = 1825.5)), some$risk5, k / mean(some$risk5))
cif <- function(time, event, t) if (all(event < 2)) 1 - summary(survfit(Surv(time, event) ~ 1), times = t, extend = TRUE)$surv else summary(survfit(Surv(time, factor(event, 0:2)) ~ 1), times = t, extend = TRUE)$pstate[2]
benefit <- function(p, time, event, t, thresholds) sapply(thresholds, function(c) { i <- p >= c; o <- cif(time[i], event[i], t); mean(i) * (o - (1 - o) * c / (1 - c)) })
cuts <- c(0.1, 0.2, 0.3, 0.4)
case("rotterdam decision curve", c("decision-curve", "rotterdam.csv", te("dtime", "death", "--risk", "risk5,risk5b", "--at", "1825.5", "--thresholds", "0.1,0.2,0.3,0.4")),
  list("models.0.points.*.netBenefit" = benefit(r$risk5, r$dtime, r$death, 1825.5, cuts), "models.1.points.*.netBenefit" = benefit(r$risk5b, r$dtime, r$death, 1825.5, cuts),
    "treatAll.*.netBenefit" = benefit(rep(1, nrow(r)), r$dtime, r$death, 1825.5, cuts)), 1e-9)
nri <- function(move, time, event, t) { F <- cif(time, event, t); u <- move > 0; d <- move < 0; fu <- cif(time[u], event[u], t); fd <- cif(time[d], event[d], t)
  c((fu * mean(u) - fd * mean(d)) / F, ((1 - fd) * mean(d) - (1 - fu) * mean(u)) / (1 - F)) }
idi <- function(old, new, time, event, t) { g <- prodlim(Hist(time, as.integer(event > 0)) ~ 1, reverse = TRUE); Gi <- sapply(time, function(u) predict(g, times = u - 1e-6))
  v <- ifelse(time <= t, ifelse(event > 0, 1 / Gi, 0), 1 / predict(g, times = t)); e <- time <= t & event == 1; d <- new - old
  c(sum((v * d)[e]) / sum(v[e]), -sum((v * d)[!e]) / sum(v[!e])) }
reclassify <- function(name, file, args, old, new, time, event, t, borders) {
  a <- nri(new - old, time, event, t); b <- nri(findInterval(new, borders) - findInterval(old, borders), time, event, t); g <- idi(old, new, time, event, t)
  case(paste(name, "reclassification"), c("reclassification", file, args, "--at", as.character(t), "--thresholds", paste(borders, collapse = ",")),
    list("continuousNri.events.estimate" = a[1], "continuousNri.nonEvents.estimate" = a[2], "nri.events.estimate" = b[1], "nri.nonEvents.estimate" = b[2], "nri.total.estimate" = sum(b),
      "idi.events.estimate" = g[1], "idi.nonEvents.estimate" = g[2], "idi.total.estimate" = sum(g)), 1e-8)
}
reclassify("rotterdam", "rotterdam-third.csv", te("dtime", "death", "--risk", "risk5b", "--against", "risk5"), some$risk5b, some$risk5, some$dtime, some$death, 1825.5, c(0.2, 0.35))
x <- as.matrix(r[, c("age", "meno", "grade", "nodes", "pgr", "er", "hormon", "chemo")]); y <- Surv(r$dtime / 1e4, r$death)
# in days glmnet loses the shift of 2e-14 that puts a censoring after an event of the same day, and differs by 6e-5
gl <- glmnet(x, y, family = "cox", alpha = 0.5, lambda = c(0.2, 0.1, 0.05), thresh = 1e-18, maxit = 1e7)
case("rotterdam elastic net", c("elastic-net", "rotterdam.csv", te("dtime", "death", "--covariates", "age,meno,grade,nodes,pgr,er,hormon,chemo", "--alpha", "0.5", "--lambda", "0.05")), list("coefficients.*.estimate" = vec(coef(gl)[, 3])))
rm5 <- survival:::survmean(survfit(Surv(dtime, death) ~ 1, r), rmean = 1826)$matrix
case("rotterdam restricted mean", c("rmst", "rotterdam.csv", te("dtime", "death", "--tau", "1826")), list("groups.0.mean" = vec(rm5["rmean"]), "groups.0.standardError" = vec(rm5["se(rmean)"])), 1e-4)
arm <- lapply(0:1, function(h) survival:::survmean(survfit(Surv(dtime, death) ~ 1, r[r$hormon == h, ]), rmean = 1826)$matrix[c("rmean", "se(rmean)")])
by <- vec(arm[[2]][1] - arm[[1]][1]); se <- sqrt(vec(arm[[1]][2]^2 + arm[[2]][2]^2)); lr <- log(vec(arm[[2]][1] / arm[[1]][1])); sr <- sqrt(vec((arm[[1]][2] / arm[[1]][1])^2 + (arm[[2]][2] / arm[[2]][1])^2))
case("rotterdam restricted means compared", c("rmst", "rotterdam.csv", te("dtime", "death", "--tau", "1826", "--group", "hormon")), list("groups.*.mean" = vec(sapply(arm, `[`, 1)), "groups.*.standardError" = vec(sapply(arm, `[`, 2)),
  "comparisons.0.difference.estimate" = by, "comparisons.0.difference.low" = by - qnorm(0.975) * se, "comparisons.0.difference.p" = 2 * pnorm(-abs(by / se)), "comparisons.0.ratio.estimate" = exp(lr), "comparisons.0.ratio.high" = exp(lr + qnorm(0.975) * sr), "comparisons.0.ratio.p" = 2 * pnorm(-abs(lr / sr))), 1e-6)

# transplant: competing risks, words as codes
t <- transplant; t <- t[t$futime > 0, ]; t$event <- as.character(t$event); t$sex <- as.character(t$sex); t$abo <- as.character(t$abo); table("transplant", t)
words <- c("--censored", "censored")
fit <- survfit(Surv(futime, factor(event, c("censored", "ltx", "death", "withdraw"))) ~ 1, t)
case("transplant cumulative incidence", c("cif", "transplant.csv", te("futime", "event", "--cause", "death", words)), list(days = vec(fit$time), incidence = vec(fit$pstate[, 3])))
# the chance of a transplant by day 200.5, death and withdrawal competing
p <- t[!is.na(t$age), ]; p$code <- ifelse(p$event == "censored", 0, ifelse(p$event == "ltx", 1, 2)); p$one <- 1 - exp(-1.5 * exp(0.01 * (p$age - 50) - 0.5 * (p$abo == "O"))); p$two <- 1 - exp(-1.2 * exp(-0.02 * (p$age - 50))); table("transplant-predicted", p)
chance <- te("futime", "event", "--cause", "ltx", words, "--risk", "one")
b <- two(Hist(futime, code) ~ 1, p, 200.5, p$one, p$two, cause = 1); x <- pair(Hist(futime, code) ~ 1, p, 200.5, p$one, p$two, cause = 1)
case("transplant Brier", c("brier", "transplant-predicted.csv", chance, "--against", "two", "--at", "200.5"), list(brier = b$Brier[b$model == "one"], se = b$se[b$model == "one"], reference = b$Brier[b$model == "Null model"],
  "days.0.comparison.difference" = -x$delta.Brier, "days.0.comparison.se" = x$se), 1e-4)
weak("transplant", c("transplant-predicted.csv", chance, "--at", "200.5"), vec(jackknife(prodlim(Hist(futime, code) ~ 1, data = p), cause = 1, times = 200.5)), p$one, cif(p$futime, p$code, 200.5) / mean(p$one))
case("transplant decision curve", c("decision-curve", "transplant-predicted.csv", te("futime", "event", "--cause", "ltx", words, "--risk", "one,two", "--at", "200.5", "--thresholds", "0.5,0.6,0.7")),
  list("models.0.points.*.netBenefit" = benefit(p$one, p$futime, p$code, 200.5, c(0.5, 0.6, 0.7)), "models.1.points.*.netBenefit" = benefit(p$two, p$futime, p$code, 200.5, c(0.5, 0.6, 0.7))), 1e-9)
reclassify("transplant", "transplant-predicted.csv", c(chance, "--against", "two"), p$one, p$two, p$futime, p$code, 200.5, c(0.6, 0.75))
gt <- cuminc(t$futime, t$event, t$abo, cencode = "censored")$Tests
case("transplant Gray", c("gray", "transplant.csv", te("futime", "event", "--cause", "ltx", words, "--group", "abo")), list(chiSquare = gt["ltx", "stat"], p = gt["ltx", "pv"]), 1e-4)
gt <- cuminc(t$futime, t$event, t$abo, t$sex, rho = 1, cencode = "censored")$Tests
case("transplant Gray by sex", c("gray", "transplant.csv", te("futime", "event", "--cause", "death", words, "--group", "abo", "--strata", "sex", "--rho", "1")), list(chiSquare = gt["death", "stat"], p = gt["death", "pv"]))
ms <- survfit(Surv(futime, factor(event, c("censored", "death", "ltx", "withdraw"))) ~ 1, t, conf.type = "log", influence = TRUE); s <- summary(ms, times = c(30, 100, 365))
case("transplant cumulative incidence, jackknife", c("cif", "transplant.csv", te("futime", "event", "--cause", "death", words, "--variance", "robust", "--interval", "log", "--at", "30,100,365")),
  list("causes.*.at.*.incidence" = vec(s$pstate[, 2:4]), "causes.*.at.*.standardError" = vec(s$std.err[, 2:4]), "causes.*.at.*.low" = vec(s$lower[, 2:4]), "causes.*.at.*.high" = vec(s$upper[, 2:4])))
cu <- timepoints(cuminc(t$futime, t$event, cencode = "censored"), c(30, 100, 365))
case("transplant cumulative incidence, cuminc", c("cif", "transplant.csv", te("futime", "event", "--cause", "death", words, "--variance", "aalen", "--at", "30,100,365")),
  list("causes.*.at.*.incidence" = vec(t(cu$est)), "causes.*.at.*.standardError" = vec(sqrt(t(cu$var)))))
d <- diff(c(0, ms$time[ms$time < 365], 365)); k <- seq_along(d)
case("transplant time lost", c("rmst", "transplant.csv", te("futime", "event", "--cause", "death", words, "--tau", "365")),
  list("groups.0.lost.*.mean" = vec(colSums(d * rbind(ms$p0, ms$pstate)[k, 2:4])), "groups.0.lost.*.standardError" = sapply(2:4, function(j) sqrt(sum((ms$influence[, k, j] %*% d)^2)))))
tt <- t[!is.na(t$age), ]
fg <- crr(tt$futime, tt$event, cbind(age = tt$age, sexm = as.integer(tt$sex == "m")), failcode = "ltx", cencode = "censored", gtol = 1e-10, maxiter = 50)
case("transplant Fine-Gray", c("fine-gray", "transplant.csv", te("futime", "event", "--cause", "ltx", words, "--covariates", "age,sex")), list("coefficients.*.estimate" = vec(fg$coef), "coefficients.*.se" = vec(sqrt(diag(fg$var)))))

# flchain: 7,874 people, time 0; kidney, stanford2, diabetic, rats, nwtco, retinopathy: Cox as it comes
flc <- flchain[, c("age","sex","sample.yr","kappa","lambda","flc.grp","creatinine","mgus","futime","death")]; table("flchain", flc)
cox("flchain cox", "flchain", te("futime", "death", "--covariates", "age,sex,log(kappa),creatinine"), coxph(Surv(futime, death) ~ age + sex + log(kappa) + creatinine, flchain, control = tight))
km("flchain km", "flchain", te("futime", "death"), Surv(flchain$futime, flchain$death))
table("kidney", kidney); cox("kidney cox", "kidney", te("time", "status", "--covariates", "age,sex,disease", "--cluster", "id"),
  coxph(Surv(time, status) ~ age + sex + factor(as.character(disease)), kidney, cluster = id, control = tight))
cox("kidney exact", "kidney", te("time", "status", "--covariates", "age,sex", "--ties", "exact"), coxph(Surv(time, status) ~ age + sex, kidney, ties = "exact", control = tight))
table("stanford2", stanford2); cox("stanford2 cox", "stanford2", te("time", "status", "--covariates", "age,t5"), coxph(Surv(time, status) ~ age + t5, stanford2, control = tight))
table("diabetic", diabetic); cox("diabetic cluster", "diabetic", te("time", "status", "--covariates", "trt,age,risk", "--cluster", "id"), coxph(Surv(time, status) ~ trt + age + risk, diabetic, cluster = id, control = tight))
table("rats", rats); cox("rats cox", "rats", te("time", "status", "--covariates", "rx,sex"), coxph(Surv(time, status) ~ rx + sex, rats, control = tight))
nw <- nwtco; table("nwtco", nw); cox("nwtco cox", "nwtco", te("edrel", "rel", "--covariates", "factor(histol),factor(stage),age"), coxph(Surv(edrel, rel) ~ factor(histol) + factor(stage) + age, nw, control = tight))
tt$number <- match(tt$event, c("censored", "ltx", setdiff(unique(tt$event), c("censored", "ltx")))) - 1; tt$male <- as.integer(tt$sex == "m")
k <- CSC(Hist(futime, number) ~ age + male, tt, control = tight)
case("transplant cause-specific", c("cause-specific", "transplant.csv", te("futime", "event", "--cause", "ltx", words, "--covariates", "age,sex", "--at", "90.5")),
  list("causes.0.coefficients.*.estimate" = vec(coef(k$models[[1]])), "causes.0.coefficients.*.se" = vec(sqrt(diag(vcov(k$models[[1]])))), "risk.0.causes.0" = vec(predict(k, newdata = tt, times = 90.5, cause = 1)$absRisk)))
m <- mgus1[mgus1$enum == 1, ]; table("mgus1", m[, c("id","age","sex","alb","stop","status")])
cox("mgus1 cox", "mgus1", te("stop", "status", "--covariates", "age,alb,sex"), coxph(Surv(stop, status) ~ age + alb + factor(as.character(sex), c("female","male")), m, control = tight))
w <- subset(nafld1, !is.na(weight)); w$w <- 0.5 + (w$id %% 4) / 2; w <- w[w$futime > 0, c("id","age","male","bmi","futime","status","w")]; table("nafld", w)
f <- survfit(Surv(futime, status) ~ 1, w, weights = w); s <- summary(f, times = c(365, 1826, 3652))
case("nafld km weighted", c("km", "nafld.csv", te("futime", "status", "--weights", "w", "--interval", "log", "--at", "365,1826,3652")), list("at.*.survival" = s$surv, "at.*.standardError" = s$std.err, "at.*.low" = s$lower, "at.*.high" = s$upper, "at.*.atRisk" = s$n.risk))
cox("nafld weighted", "nafld", te("futime", "status", "--covariates", "age,male,bmi", "--weights", "w"), coxph(Surv(futime, status) ~ age + male + bmi, w, weights = w, control = tight, robust = FALSE))
write_json(list(versions = list(R = paste(R.version$major, R.version$minor, sep = "."), survival = as.character(packageVersion("survival")), cmprsk = as.character(packageVersion("cmprsk")), riskRegression = as.character(packageVersion("riskRegression")), glmnet = as.character(packageVersion("glmnet"))), cases = cases),
  file.path(folder, "cases.json"), digits = NA, auto_unbox = TRUE)
