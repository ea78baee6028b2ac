export {
  type DataSetSummary,
  freeze,
  originOf,
  readDataSet,
  summarise,
  writeDataSet,
} from './freeze.ts';
export { isBesideSimulation, originColumn, patientsOrigin, virtualRows } from './data-origin.ts';
export { checkTables, type ImportReport, importTables } from './import-tables.ts';
export { examNames, importExams } from './import-exams.ts';
export { exportTables } from './export-tables.ts';
export {
  frozenVariable,
  type Protocol,
  type ProtocolVariable,
  protocolHash,
  readProtocol,
} from './protocol.ts';
export { readNumber, readTable, type Table } from './read-table.ts';
export {
  type EndpointCause,
  endpointCauses,
  type FollowUp,
  type FrozenDataSet,
  type FrozenSubject,
  maceCauses,
  type PatientsOrigin,
  type RiskGroups,
  type Variable,
} from './records.ts';
export { type Clock, hasStudy, initStudy, openStudy, shippedProtocol, type Study } from './study.ts';
