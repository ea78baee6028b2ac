// Kaplan-Meier, Cox regression and concordance of a small table.
import { kaplanMeier, survivalAt } from '@myocast/survival';
import { concordance } from '@myocast/survival/performance';
import { coxLinearPredictor, fitCox } from '@myocast/survival/regression';

const days = Float64Array.of(31, 90, 120, 200, 365, 400, 512, 600, 730, 730);
const event = Uint8Array.of(1, 1, 0, 1, 0, 1, 0, 1, 0, 0);
const age = Float64Array.of(81, 62, 55, 74, 58, 77, 49, 60, 66, 52);
const followUp = { days, event };

const curve = kaplanMeier(followUp);
console.log(`one-year survival: ${survivalAt(curve, 365).toFixed(3)}`);

const fit = fitCox({ names: ['age'], predictors: age, followUp }, { ties: 'efron' });
if (!fit.ok) throw new Error(fit.issues[0]!.message);
const { names, coefficients, standardErrors } = fit.value;
console.log(
  `log hazard ratio per year of ${names[0]}: ${coefficients[0]!.toFixed(3)} (se ${standardErrors[0]!.toFixed(3)})`,
);

const risk = coxLinearPredictor(fit.value, age);
console.log(`Harrell's C: ${concordance(risk, followUp).index!.toFixed(3)}`);
