import { accepted } from '@myocast/base';
import { type Dataset, type DicomElements, readDataset, writeDicom } from '@myocast/dicom';
import { describe, expect, it } from 'vitest';
import { patientOf, subjectName } from './subject-name.ts';

const key = () => Promise.resolve(accepted(new Uint8Array(32).fill(3)));

function datasetOf(elements: DicomElements): Dataset {
  const bytes = writeDicom(
    {
      SpecificCharacterSet: 'ISO_IR 192',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
      SOPInstanceUID: '2.25.1',
      Rows: 1,
      Columns: 1,
      ...elements,
    },
    Uint16Array.of(1),
  );
  const read = readDataset(bytes, 'image');
  if (!read.ok) throw new Error(read.issues[0]!.message);
  return read.value;
}

async function kept(name: string, elements: DicomElements): Promise<boolean> {
  const named = await subjectName(name, 'folder', patientOf([datasetOf(elements)]), key);
  if (!named.ok) throw new Error(named.issues[0]!.message);
  if (named.value !== name) expect(named.value).toMatch(/^sub-[a-z2-9]{12}$/);
  return named.value === name;
}

const patient = { PatientName: 'Müller-Öztürk^Jörg', PatientID: 'PID-774411', PatientBirthDate: '19500304' };

describe('the name of a folder', () => {
  it.each([
    ['19500304', '1950-03-04', '04.03.1950', '4.3.1950', '04031950', 'visit 1950_03_04', '1950'],
    ['Müller visit2', 'Müller visit2'.normalize('NFD'), 'Mueller_Joerg', 'MUELLER', 'Muller', 'oeztuerk'],
    ['PID-774411', 'pid_774411 baseline', 'PID774411', 'MuellerOeztuerkJoerg'],
  ])('that tells the patient in another spelling is not kept (%s, …)', async (...names) => {
    for (const name of names) expect([name, await kept(name, patient)]).toEqual([name, false]);
    const declared = { ...patient, PatientIdentityRemoved: 'YES' };
    for (const name of names.filter((one) => one !== patient.PatientID))
      expect([name, await kept(name, declared)]).toEqual([name, false]);
  });

  it('with marks is told from a header that spells them out, apostrophes and all', async () => {
    expect(await kept('Müller', { PatientName: 'Mueller^J' })).toBe(false);
    expect(await kept('Strauß', { PatientName: 'Strauss^J' })).toBe(false);
    expect(await kept('brien-2', { PatientName: "O'Brien^Pat" })).toBe(false);
  });

  it('that tells nothing is kept, and a year within it', async () => {
    for (const name of ['S-0007', 'subject 12', 'trial-1950-A', 'B1951'])
      expect([name, await kept(name, patient)]).toEqual([name, true]);
  });

  it('is kept where it is the number in de-identified images', async () => {
    const virtual = { PatientName: 'Virtual^V0012', PatientID: 'V0012' };
    expect(await kept('V0012', { ...virtual, PatientIdentityRemoved: 'YES' })).toBe(true);
    expect(await kept('V0012', virtual)).toBe(false);
  });
});
