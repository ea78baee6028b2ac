export { faithfulnessSchema } from './bundle/schemas.ts';
export {
  type AddedValue,
  addedValues,
  type ClinicalTest,
  clinicalTests,
} from './explanation/added-value.ts';
export {
  type Background,
  type Contribution,
  type ContributionConfig,
  contributionDefaults,
  contributions,
  type Contributions,
  type ScaleContributions,
} from './explanation/contributions.ts';
export {
  type ForecastRiskConfig,
  openForecastRisk,
  type OpenRiskModel,
} from './explanation/forecast-risk.ts';
export {
  type ExplainConfig,
  type ExplainContext,
  explain,
  type Explanation,
} from './explanation/explain.ts';
export {
  type CurveComparison,
  type Faithfulness,
  faithfulness,
  type FaithfulnessConfig,
  faithfulnessLines,
} from './explanation/faithfulness.ts';
export {
  faithfulnessRecord,
  faithfulnessSubjects,
  forecastCurves,
} from './explanation/forecast-faithfulness.ts';
export { inputLabels } from './explanation/input-labels.ts';
export {
  mapPatients,
  type NearestPatients,
  nearestPatients,
  type NearPatient,
  type PatientMap,
} from './explanation/nearest-patients.ts';
export {
  type Occlusion,
  occlude,
  segmentOcclusion,
  type SliceSaliency,
  sliceSaliency,
} from './explanation/occlusion.ts';
export {
  decodePatients,
  encodePatients,
  type PatientFile,
  patientKey,
} from './explanation/patient-file.ts';
export { type Player, playersBy, sequenceName, sequenceOf, variableName } from './explanation/players.ts';
export {
  type InputSet,
  type ModelInput,
  type RiskInterval,
  type RiskModel,
} from './explanation/risk-model.ts';
export { type RiskScale, riskScales } from './explanation/risk-scale.ts';
export { exactShapley, sampledShapley, shapley } from './explanation/shapley.ts';
