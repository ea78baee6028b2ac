import type { Risk, SubjectSummary } from '@myocast/api';
import { Anchor, Badge, Group, Paper, Select, Table, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { numberOr, percent } from './format.ts';

interface Column {
  readonly key: string;
  readonly title: string;
  readonly value: (patient: SubjectSummary) => number | string | null;
}

const columns: readonly Column[] = [
  { key: 'subject', title: 'Patient', value: ({ subject }) => subject },
  { key: 'centre', title: 'Centre', value: ({ centre }) => centre },
  { key: 'age', title: 'Age', value: ({ ageYears }) => ageYears },
  { key: 'sex', title: 'Sex', value: ({ sex }) => sex },
  { key: 'images', title: 'Images', value: ({ verdict }) => verdict },
  { key: 'ef', title: 'EF %', value: (patient) => patient.ejectionFractionPercent },
  { key: 'infarct', title: 'Infarct %', value: ({ infarctPercent }) => infarctPercent },
  { key: 'mvo', title: 'MVO %', value: ({ mvoPercent }) => mvoPercent },
  { key: 'risk1', title: '1 y', value: (patient) => riskAfter(patient, 1)?.risk ?? null },
  { key: 'risk2', title: '2 y', value: (patient) => riskAfter(patient, 2)?.risk ?? null },
  { key: 'risk5', title: '5 y', value: (patient) => riskAfter(patient, 5)?.risk ?? null },
];

/** The patients as a table that can be sorted by any column and narrowed by centre. */
export function PatientList(props: {
  readonly patients: readonly SubjectSummary[];
  readonly centres: readonly string[];
  readonly compositeName: string;
}): ReactNode {
  const [centre, setCentre] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState({ key: 'risk2', descending: true });
  const wanted = props.patients.filter(
    (patient) =>
      (centre === null || patient.centre === centre) &&
      patient.subject.toLowerCase().includes(search.toLowerCase()),
  );
  const shown = sorted(wanted, order);
  const highest = Math.max(0.01, ...props.patients.map((patient) => riskAfter(patient, 2)?.high ?? 0));
  return (
    <Paper withBorder p="md">
      <Group mb="sm" align="end">
        <TextInput
          label="Patient"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={150}
        />
        <Select
          label="Centre"
          placeholder="All"
          clearable
          data={[...props.centres]}
          value={centre}
          onChange={setCentre}
          w={170}
        />
        <Text size="sm" c="dimmed" pb={8} aria-live="polite">
          {shown.length} of {props.patients.length} patients
        </Text>
      </Group>
      <div className="scroll">
        <Table className="patients" highlightOnHover verticalSpacing={6} fz="sm">
          <Table.Caption>
            Last columns: forecast risk of a first {props.compositeName} within 1, 2 and 5 years of the CMR
            exam; the thin line is the range over the ensemble.
          </Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, title }) => (
                <Table.Th
                  key={key}
                  aria-sort={order.key !== key ? 'none' : order.descending ? 'descending' : 'ascending'}
                >
                  <button
                    type="button"
                    className="sort"
                    onClick={() =>
                      setOrder({ key, descending: order.key === key ? !order.descending : false })
                    }
                  >
                    {key.startsWith('risk') ? `Risk ${title}` : title}
                    {order.key === key && (order.descending ? ' ↓' : ' ↑')}
                  </button>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((patient) => (
              <PatientRow key={patient.subject} patient={patient} highest={highest} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Paper>
  );
}

function PatientRow({
  patient,
  highest,
}: {
  readonly patient: SubjectSummary;
  readonly highest: number;
}): ReactNode {
  const address = `#/subjects/${encodeURIComponent(patient.subject)}`;
  return (
    <Table.Tr onClick={() => window.location.assign(address)}>
      <Table.Td>
        <Anchor href={address} size="sm" fw={600}>
          {patient.subject}
        </Anchor>
      </Table.Td>
      <Table.Td>{patient.centre}</Table.Td>
      <Table.Td>{numberOr(patient.ageYears, 0)}</Table.Td>
      <Table.Td>{patient.sex ?? '–'}</Table.Td>
      <Table.Td>
        <VerdictBadge verdict={patient.verdict} />
      </Table.Td>
      <Table.Td>{numberOr(patient.ejectionFractionPercent, 0)}</Table.Td>
      <Table.Td>{numberOr(patient.infarctPercent, 1)}</Table.Td>
      <Table.Td>{numberOr(patient.mvoPercent, 1)}</Table.Td>
      <Table.Td>{riskText(riskAfter(patient, 1))}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" w={48}>
            {riskText(riskAfter(patient, 2))}
          </Text>
          <RiskBar estimate={riskAfter(patient, 2)} highest={highest} />
        </Group>
      </Table.Td>
      <Table.Td>{riskText(riskAfter(patient, 5))}</Table.Td>
    </Table.Tr>
  );
}

function RiskBar({
  estimate,
  highest,
}: {
  readonly estimate: Risk['estimate'];
  readonly highest: number;
}): ReactNode {
  if (!estimate) return null;
  const share = (risk: number) => `${(100 * risk) / highest}%`;
  return (
    <div className="risk-bar" aria-hidden="true">
      <span style={{ width: share(estimate.risk) }} />
      <i style={{ left: share(estimate.low), width: share(estimate.high - estimate.low) }} />
    </div>
  );
}

/** Whether the images were good enough. */
export function VerdictBadge({ verdict }: { readonly verdict: SubjectSummary['verdict'] }): ReactNode {
  if (verdict === null) return <Text size="sm">none</Text>;
  const colour = { include: 'teal', review: 'yellow', exclude: 'red' }[verdict];
  return (
    <Badge color={colour} variant="light" autoContrast tt="none" c="dark">
      {verdict}
    </Badge>
  );
}

export function riskAfter({ risks }: SubjectSummary, years: number): Risk['estimate'] {
  return risks.find((risk) => risk.years === years)?.estimate ?? null;
}

function riskText(estimate: Risk['estimate']): string {
  return estimate ? percent(estimate.risk) : '–';
}

/** Sorted by a column; what is missing comes last either way. */
function sorted(
  patients: readonly SubjectSummary[],
  { key, descending }: { readonly key: string; readonly descending: boolean },
): readonly SubjectSummary[] {
  const { value } = columns.find((column) => column.key === key)!;
  return patients.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return (one < other ? -1 : one > other ? 1 : 0) * (descending ? -1 : 1);
  });
}
