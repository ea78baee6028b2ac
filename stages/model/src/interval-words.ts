/**
 * Standard deviation of what no linear path over the predictors knows of a logit. An
 * event happens to a patient once, so that no study can show it; of virtual patients
 * the risk is known, and 90 % intervals hold it with this. An assumption for others.
 */
export const unexplainedSd = 0.75;

/** What the interval beside a risk is: the same words on the card, beside a forecast and on the page of an explanation. */
export const intervalWords = `90 % interval of this one patient's own risk: from what the data leave open of the coefficients, what missing values could have been, how far the members of the model disagree, and an assumed spread between patients with the same predictors (standard deviation ${unexplainedSd} of the logit). That spread was set on virtual patients, whose true risk is known; no study can show it in real ones, and for them it is an assumption`;
