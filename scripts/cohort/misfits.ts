/** Why a published number is not reached; check:cohort fails where one is missed and not here. */
export const misfits: { readonly [name: string]: string } = {
  'infarct size per 1 %LV beside LVEF, death or HF':
    'Incompatible with 1.19 per 5 %LV (Stone 2016, six times the patients), which is 1.035 per 1 %: the size at 3 months of one cohort. The larger study is followed.',
  'salvage index per 1 %, MACE':
    'A log ratio of 1.4 per standard deviation, three times that of infarct size, of which the index is made. Infarct size is followed.',
  'infarct size above 30, CV death or MI':
    'Half of these events are re-infarctions, which injury must not drive (de Waha 2017, MVO p = 0.29; DOMAIN B6): death alone would need a ratio of about 3 beside that of LVEF, against 2.2 in all by 1.19 per 5 %LV (Stone 2016).',
  'LVEF below 40, CV death or MI':
    'Half of these events are re-infarctions, which injury must not drive (de Waha 2017, MVO p = 0.29; DOMAIN B6).',
  'LVEF below 40, death':
    'Published without infarct size or MVO beside it and over 15 years; non-cardiovascular deaths are half of all here (CREDO-Kyoto) and depend on LVEF but little, and more on cardiovascular death would break 1.19 per 5 %LV of infarct (Stone 2016).',
  'age 60 to 69, MI or CV death':
    'Published ratios rise with age faster than a straight line: 1.37, 2.13, 3.96. One log-linear effect of age fits the last two steps.',
  'age 70 to 79, MI or CV death':
    'Published ratios rise with age faster than a straight line: 1.37, 2.13, 3.96. One log-linear effect of age is a compromise of the three.',
  'LA reservoir per 1 %, MACE (EARLY-MYO)':
    'Three sources give 0.84, 0.905 and 0.937 for the same quantity; the two weaker are followed, and re-infarction, a third of these events, does not depend on the atrium.',
  'LA conduit per 1 %, MACE':
    'Same single cohort as the 0.84 of the reservoir; the conduit is the reservoir less the booster here and has no effect of its own.',
  'HF in year 1, later death':
    'HF itself adds nothing to later death here; those who had it differ in injury and frailty, and that alone gives this ratio. An oracle C of 0.77 or more leaves no less.',
  'HF in year 1, later HF':
    'Differences of injury and frailty between patients and a factor of 1.5 for each first episode; the first alone gives most of it.',
  'MACE with MVO, 60 months':
    'PLA cohort: 27.9 % over all against 25 % here, and 66 % in 47 patients with persistent MVO, which the simulator does not tell from transient MVO (no second exam). More than half of MACE is re-infarction and revascularisation, which MVO must not drive (de Waha 2017), and a larger effect on death and HF would break 1.19 per 5 %LV of infarct (Stone 2016).',
  'CV death or HF, LVEF < 40, 60 months':
    'Valencia counts from a later exam, after early deaths and recovery of the stunned; LVEF at one week tells less.',
  'CV death or HF, LVEF 40-49, 60 months':
    'Valencia counts from a later exam, after early deaths and recovery of the stunned; DOMAIN B5 asks for 12 % of CV death or HF in all at 5 years, so that 6 to 7 % in 85 % of them cannot be.',
  'CV death or HF, LVEF ≥ 50, 60 months':
    'Valencia counts from a later exam; DOMAIN B5 asks for 12 % of CV death or HF in all at 5 years.',
  'CV death or MI, 0 of LVEF < 40 and IS > 30, 28 months':
    'Bonanad: 10 % of events over all against 6 % in DOMAIN B5 at the same time.',
  'CV death or MI, 1 of LVEF < 40 and IS > 30, 28 months':
    'Bonanad: 10 % of events over all against 6 % in DOMAIN B5 at the same time, half of them re-infarctions, which injury must not drive.',
  'CV death or MI, 2 of LVEF < 40 and IS > 30, 28 months':
    'Bonanad: 10 % of events over all against 6 % in DOMAIN B5 at the same time, half of them re-infarctions, which injury must not drive.',
  'salvage index, mean':
    'Fixed by 60 · Beta for the infarct and 35 ± 12 for the area; mean of ratios, not ratio of means (0.43).',
  'women among the screened':
    'The rate at which women decline is an assumption; most of the gap to the registry is made.',
  'MVO per 1 %LV, death':
    'Infarct size, which goes with MVO, must keep 1.19 per 5 %LV (Stone 2016); MVO beside infarct size has its published 1.01 to 1.17.',
  'haemorrhage extent if present, mean':
    'Haemorrhage lies inside the MVO (all with it had MVO), whose extent is 4.7 %LV on average (de Waha 2017); 8.5 %LV is read on T2* at two days, where the signal loss reaches beyond the bleeding (recalled), in another cohort.',
  'haemorrhage extent if present, sd': 'Haemorrhage lies inside the MVO (all with it had MVO); see its mean.',
  'MVO, infarct < 13.55 %':
    'Infarct size of 27 and 12 %LV with and without MVO (DOMAIN B3) and a correlation of 0.70 (B4) leave 0.14. Shengjing, with 0.64 above and 0.30 below, had MVO in half of all, here in 0.44.',
  'MVO, infarct ≥ 13.55 %': 'See below 13.55 %: two published links contradict each other.',
  'anterior, infarct < 13.55 %':
    'The anterior share is shifted by half a standard deviation of infarct size (assumption); more would break 0.48 of all.',
};
