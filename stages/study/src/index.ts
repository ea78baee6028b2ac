export { readNumber, readTable, type Table } from './read-table.ts';
export {
  type EndpointCause,
  endpointCauses,
  type FollowUp,
  type FrozenDataSet,
  type FrozenSubject,
  maceCauses,
  type Variable,
} from './records.ts';
