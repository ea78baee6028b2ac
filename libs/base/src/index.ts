export { canonicalJson, contentHash } from './canonical-json.ts';
export {
  accepted,
  type Checked,
  countIssues,
  formatIssue,
  type Issue,
  type IssueKind,
  issue,
  issueKinds,
  refused,
} from './issue.ts';
export { type Analyte, convert, isUnit, unitWords } from './quantity.ts';
export { Random } from './random.ts';
