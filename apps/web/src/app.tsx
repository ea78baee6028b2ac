import { type StudySummary, studySummarySchema, subjectListSchema } from '@myocast/api';
import { Alert, Anchor, Group, List, Loader, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { fetchJson } from './fetch-json.ts';
import { PatientList } from './patient-list.tsx';
import { PatientPage } from './patient-page.tsx';

/** The patient named in the address (`#/subjects/V0001`), or none for the list. */
function useSubjectInAddress(): string | null {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed);
      return () => window.removeEventListener('hashchange', changed);
    },
    () => window.location.hash,
  );
  const encoded = /^#\/subjects\/(.+)$/.exec(hash)?.[1];
  return encoded === undefined ? null : decoded(encoded);
}

/** An address typed by hand may not be well-formed: then it is taken as it stands, and no subject matches. */
function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

export function App(): ReactNode {
  const study = useQuery({ queryKey: ['study'], queryFn: () => fetchJson('/api/study', studySummarySchema) });
  return (
    <div className="page">
      <StudyHeader study={study.data} />
      <Banner virtual={(study.data?.model?.trainedOn ?? 'real patients') !== 'real patients'} />
      {study.error && <Alert color="red">{study.error.message}</Alert>}
      <main>{study.data ? <Patients study={study.data} /> : study.isLoading && <Loader />}</main>
    </div>
  );
}

function StudyHeader({ study }: { readonly study: StudySummary | undefined }): ReactNode {
  if (!study) return <Title order={1}>Myocast</Title>;
  const { model } = study;
  return (
    <Group justify="space-between" component="header" mb="sm">
      <div>
        <Title order={1} size="h3">
          {study.study}
        </Title>
        <Text size="sm" c="dimmed">
          {study.subjects} {model && model.trainedOn !== 'real patients' ? model.trainedOn : 'patients'} in{' '}
          {study.centres.length} centres
          {model && ` · ${model.name}`}
        </Text>
      </div>
      {study.hasReport && (
        <Anchor href="/report" size="sm">
          Validation report
        </Anchor>
      )}
    </Group>
  );
}

function Banner({ virtual }: { readonly virtual: boolean }): ReactNode {
  return (
    <Alert color="orange" variant="light" role="note" py="xs" mb="md">
      <b>Research use only – not a medical device.</b>
      {virtual && ' Virtual patients are not findings about real ones.'}
    </Alert>
  );
}

function Patients({ study }: { readonly study: StudySummary }): ReactNode {
  const subject = useSubjectInAddress();
  const { data, error } = useQuery({
    queryKey: ['subjects'],
    queryFn: () => fetchJson('/api/subjects', subjectListSchema),
  });
  if (error) return <Alert color="red">{error.message}</Alert>;
  if (!data) return <Loader aria-label="Reading the patients" />;
  return (
    <>
      <Notices notices={study.notices} />
      {subject === null ? (
        <PatientList patients={data} centres={study.centres} compositeName={study.compositeName} />
      ) : (
        <PatientPage key={subject} subject={subject} patients={data} />
      )}
    </>
  );
}

function Notices({ notices }: { readonly notices: readonly string[] }): ReactNode {
  if (notices.length === 0) return null;
  return (
    <Alert color="gray" title="Not everything is there" mb="md">
      <List size="sm">
        {notices.map((notice) => (
          <List.Item key={notice}>{notice}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
