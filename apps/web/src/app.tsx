import { studySummarySchema, subjectListSchema } from '@myocast/api';
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
  return encoded === undefined ? null : decodeURIComponent(encoded);
}

export function App(): ReactNode {
  const subject = useSubjectInAddress();
  const study = useQuery({ queryKey: ['study'], queryFn: () => fetchJson('/api/study', studySummarySchema) });
  const patients = useQuery({
    queryKey: ['subjects'],
    queryFn: () => fetchJson('/api/subjects', subjectListSchema),
  });
  const problem = study.error ?? patients.error;
  const { data } = study;
  return (
    <div className="page">
      <Group justify="space-between" component="header" mb="sm">
        <div>
          <Title order={1} size="h3">
            {data?.study ?? 'Myocast'}
          </Title>
          {data && (
            <Text size="sm" c="dimmed">
              {data.subjects} {data.model?.trainedOn === 'virtual patients' ? 'virtual patients' : 'patients'}{' '}
              in {data.centres.length} centres
              {data.model && ` · ${data.model.name}, made ${data.model.created.slice(0, 10)}`}
            </Text>
          )}
        </div>
        {data?.hasReport && (
          <Anchor href="/report" size="sm">
            Validation report
          </Anchor>
        )}
      </Group>
      <Alert color="orange" variant="light" role="note" py="xs" mb="md">
        <b>Research use only – not a medical device.</b>
        {data?.model?.trainedOn === 'virtual patients' &&
          ' Virtual patients are not findings about real ones.'}
      </Alert>
      {data && data.notices.length > 0 && (
        <Alert color="gray" title="Not everything is there" mb="md">
          <List size="sm">
            {data.notices.map((notice) => (
              <List.Item key={notice}>{notice}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {problem && <Alert color="red">{problem.message}</Alert>}
      <main>
        {patients.data && data ? (
          subject === null ? (
            <PatientList patients={patients.data} centres={data.centres} compositeName={data.compositeName} />
          ) : (
            <PatientPage key={subject} subject={subject} patients={patients.data} />
          )
        ) : (
          !problem && <Loader aria-label="Reading the study" />
        )}
      </main>
    </div>
  );
}
