import { type SubjectForecast, type SubjectSummary, subjectForecastSchema } from '@myocast/api';
import {
  Alert,
  Anchor,
  Badge,
  Group,
  List,
  Loader,
  Paper,
  SimpleGrid,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { BullsEye } from './bulls-eye.tsx';
import { fetchJson } from './fetch-json.ts';
import { numberOr, percent } from './format.ts';
import { IncidenceChart } from './incidence-chart.tsx';
import { VerdictBadge } from './patient-list.tsx';

/** One patient: the forecast first, then what it was made from. */
export function PatientPage(props: {
  readonly subject: string;
  readonly patients: readonly SubjectSummary[];
}): ReactNode {
  const { subject, patients } = props;
  const { data, error } = useQuery({
    queryKey: ['subjects', subject],
    queryFn: () => fetchJson(`/api/subjects/${encodeURIComponent(subject)}`, subjectForecastSchema),
  });
  const place = patients.findIndex((patient) => patient.subject === subject);
  return (
    <>
      <Group component="nav" aria-label="Patients" mb="sm" gap="lg">
        <Anchor href="#/" size="sm">
          ← All patients
        </Anchor>
        <Neighbour patient={patients[place - 1]} label="Previous" />
        <Neighbour patient={place < 0 ? undefined : patients[place + 1]} label="Next" />
      </Group>
      {error && <Alert color="red">{error.message}</Alert>}
      {data ? <Patient data={data} /> : !error && <Loader aria-label="Reading the patient" />}
    </>
  );
}

function Neighbour(props: {
  readonly patient: SubjectSummary | undefined;
  readonly label: string;
}): ReactNode {
  if (!props.patient) return null;
  return (
    <Anchor href={`#/subjects/${encodeURIComponent(props.patient.subject)}`} size="sm">
      {props.label}
    </Anchor>
  );
}

function Patient({ data }: { readonly data: SubjectForecast }): ReactNode {
  const { summary, segments } = data;
  return (
    <>
      <Group gap="sm" mb="md">
        <Title order={2}>{summary.subject}</Title>
        <Text c="dimmed">
          {[
            summary.centre,
            summary.sex ?? 'sex unknown',
            summary.ageYears === null ? 'age unknown' : `${summary.ageYears.toFixed(0)} years`,
          ].join(' · ')}
        </Text>
        <Group gap={6}>
          <Text size="sm">Images:</Text>
          <VerdictBadge verdict={summary.verdict} />
        </Group>
      </Group>
      <Forecast data={data} />
      <Paper withBorder p="md" mt="md">
        <Title order={3} size="h4" mb="xs">
          Left ventricle by segment
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <BullsEye
            title="Infarct transmurality"
            unit="%"
            values={segments.transmuralityPercent}
            worse="high"
          />
          <BullsEye title="Wall thickening" unit="%" values={segments.wallThickeningPercent} worse="low" />
        </SimpleGrid>
        <Text size="xs" c="dimmed" mt="xs">
          AHA segments 1 to 16, basal ring outside, anterior wall on top, septum on the left.
          {data.segmentReference === 'assumed' && ' The RV insertion was not found: the rotation is assumed.'}
        </Text>
      </Paper>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="md">
        <Quantities data={data} />
        <ClinicalRecord data={data} />
      </SimpleGrid>
    </>
  );
}

function Forecast({ data }: { readonly data: SubjectForecast }): ReactNode {
  const { forecast, summary, compositeName } = data;
  if (!forecast) return <Alert color="gray">There is no forecast for this patient.</Alert>;
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h4" mb="xs">
        Forecast risk of a first {compositeName}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 3 }} mb="md" spacing="sm">
        {summary.risks.map(({ years, estimate }) => (
          <Paper key={years} bg="gray.0" p="sm">
            <Text size="sm" c="dimmed">
              within {years} {years === 1 ? 'year' : 'years'}
            </Text>
            {estimate ? (
              <>
                <Text fz={28} fw={700} lh={1.2}>
                  {percent(estimate.risk)}
                </Text>
                <Text size="sm">
                  ensemble {percent(estimate.low)} to {percent(estimate.high)}
                </Text>
              </>
            ) : (
              <Text>beyond the forecast</Text>
            )}
          </Paper>
        ))}
      </SimpleGrid>
      <Caution forecast={forecast} />
      <IncidenceChart forecast={forecast} compositeName={compositeName} />
      <MissingInputs missing={forecast.missing} />
    </Paper>
  );
}

function Caution({ forecast }: { readonly forecast: NonNullable<SubjectForecast['forecast']> }): ReactNode {
  const { group, abstains, distance } = forecast;
  return (
    <>
      {abstains !== null && (
        <Alert color="orange" title="No forecast to rely on" mt="sm">
          {abstains}
        </Alert>
      )}
      {group !== null && (
        <Text size="sm" mt="sm">
          Registered risk group: <b>{group}</b>
        </Text>
      )}
      {distance && (
        <Text size="sm" mt="sm">
          Farther out than {distance.percentile.toFixed(0)} % of the patients trained on, most by{' '}
          {distance.far.map(({ name, deviation }) => `${name} (${deviation.toFixed(1)} SD)`).join(', ')}
        </Text>
      )}
    </>
  );
}

function MissingInputs({ missing }: { readonly missing: readonly string[] }): ReactNode {
  if (missing.length === 0)
    return (
      <Text size="sm" mt="sm">
        No input of the model was missing.
      </Text>
    );
  return (
    <Group gap="xs" mt="sm">
      <Text size="sm" fw={600}>
        Missing inputs:
      </Text>
      {missing.map((name) => (
        <Badge key={name} variant="outline" color="dark" tt="none">
          {name}
        </Badge>
      ))}
    </Group>
  );
}

function Quantities({ data }: { readonly data: SubjectForecast }): ReactNode {
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h4" mb="xs">
        Quantities from the images
      </Title>
      {data.quantities.length === 0 && <Text size="sm">None: the exam was not quantified.</Text>}
      <Table fz="sm" verticalSpacing={4}>
        <Table.Tbody>
          {data.quantities.map(({ name, label, value, unit, digits }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              <Table.Td ta="right" className="value">
                {value === null ? 'not measured' : `${numberOr(value, digits)} ${unit}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {[...data.flags, ...data.imageReasons].length > 0 && (
        <Alert color="yellow" title="To be looked at" mt="sm" py="xs">
          <List size="sm">
            {[...new Set([...data.flags, ...data.imageReasons])].map((flag) => (
              <List.Item key={flag}>{flag}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Paper>
  );
}

function ClinicalRecord({ data }: { readonly data: SubjectForecast }): ReactNode {
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h4" mb="xs">
        Clinical record
      </Title>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Tbody>
          {data.clinical.map(({ name, label, value, unit }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              <Table.Td ta="right" {...(value === null && { c: 'dimmed' })}>
                {value === null ? 'missing' : `${value} ${unit === 'a' ? 'years' : (unit ?? '')}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
