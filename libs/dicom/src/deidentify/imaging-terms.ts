/**
 * Words that describe a cardiac MR series, in the languages scanners are used
 * in: what the Clean Descriptors Option leaves of a free text. Letters only;
 * digits that belong to a term (T1, 4CH, tfi2d1) are judged apart.
 */
const words = `
a acq acquisition adenosine all along american angio angiography aorta aortic apex apical area arrhythmia arterial
artery as asc ascending ase asl atrial atrium av average averages avg ax axe axial axis b balanced basal base bb bbffe
beat beats bh bil bl black blade blood body bold bolus bp bpm bffe btfe bssfp breath breathhold breathing bright c
calc calcul cardiac cardial cardio cardiovascular cavity ce cemra center ch chamber chambers chest cine cineir cines
circ clear cmr cmra coeur coil combined complex contrast cor coronal coronary corr corrected corazon court couronne
cut d dark db de deep defect delay delayed dena deriv derived desc descending diast diastole diastolic dir dist dixon
double dl dwi dx dyn dynamic e early ecg echo echos ecv edema effect ef eg einzel eje ekg end endsyst enh enhanced
enhancement epi er es ff fa fast fat fatsat fb feature fevd fevg ffe fid fiesta field film filter fisp fl flair flash
flip flow flux fov frame frames free freebreathing freq fs fse function functional fund fgre g gad gadolinium gado gate
gated gating gd gdtpa ge gr gradient grappa gre grande grand h half haste head heart herz high hla hr hrt i ii iii im
image images imaging inf inflow inj injection inline inner int interactive interval inv inversion ipat ir irgre irtse
iso isotropic iv ivc k kat kt kurz kurze kurzer kurzachse l la lad lange late lateral lax lca left lge like lin line liver llax loc
local localiser localisateur localizer loca localizador locator long longitudinal look locker lourd low lung lungs lv
lvot m mag magn magnitude main map mapping maps mdc mdixon mde medial meas mid middle midventricular mip mitral moco
molli motion mp mpr mprage mr mra mri ms mult multi multiphase multislice mv mvo myo myocard myocardial myocarditis
myocardium n native nat navigator nav nc ndc no noise non nonecg norm normal nsa o oblique oedema of off ohne on op
orig original out outflow over overview p pa par parallel parasternal partial pat patient pause pc pcmr pd peak per perf
perfusion pericard pericardium petit ph phase phases phi phc plan plane planes planning pm post postcontrast power pre
precontrast prep pro prone prospective proton ps psir psirlge puls pulm pulmonal pulmonary pulse pulsed pv q qf qflow
quant quer quick r ra radial rapid rate raw rca real realtime rec recon recovery reference reg rehaussement res resp
respiration respiratory rest retro retrospective rf rh right rot rotated rr rt rv rvot s sa sag sagittal saturation
sat sax saxs scan scar scout se seg segmented segments self sense seq series septal septum set sfov sgl shmolli short
shot shots shortaxis single single sinus sl slab slice slices slicegap slow small smartspeed sms snr soft spair spamm
sparse spatial spec spgr spin spir spoiled ss ssfp ssfse ssir stack stacks stage star stat std steady stem stenosis step
stim stir stop strain stress sub subtracted subtraction sup superior supine survey sv svc swi syst systole systolic t
tag tagged tagging tardif tardio te temporal test tf tfe tfi tfl thal thick thickness thin thorax thoracic ti time
timing tir tirm tissue tof top total tr trans transversal transverse trig trigger triggered triple trufi truefisp true
tse ttc tub tune turbo turboflash two u ultra under up upper v valve vas vascular vcg vein velocity venc venous vent
ventricle ventricles ventricular vertical very vessel vf via viab viability view views vla vol volume vps w wall water
weighted wh whole wi wide with without x xd xy y z zoom zs
achse allgemein atem atemanhalten atemstopp frei herzachse lokalizer lange langachse nach schicht schichten spaet spät
strom ubersicht übersicht vor vierkammer zweikammer dreikammer
apnee apnée axe axes cavite cavité coupe coupes libre petit petite respiration retard sang tardive temps
corto eje ejes largo libre realce tardio tardío camaras cámaras apnea sangre
asse assi camere corto lungo tardivo respiro
`;

const terms: ReadonlySet<string> = new Set(words.split(/\s+/).filter(Boolean));

/** Whether a word, without its digits, is one that describes images. */
export function isImagingTerm(word: string): boolean {
  return terms.has(word.toLowerCase());
}
