import { type Dataset, text } from '../dataset.ts';
import { items } from '../items.ts';
import type { Keyword } from '../keywords.ts';
import type { DicomElements } from '../write.ts';

/** A term of a coding scheme (DICOM PS3.3 section 8): SCT is SNOMED CT, LN is LOINC, DCM is DICOM's own. */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** The scheme of terms that no public scheme has; 99 marks a private one (PS3.16 section 8). */
export const privateScheme = '99MYOCAST';

export const code = (value: string, scheme: string, meaning: string): Code => ({ value, scheme, meaning });

/** The item of a code sequence. */
export function codeItem({ value, scheme, meaning }: Code): DicomElements {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}

/** The first code of a sequence, or null. */
export function codeIn(dataset: Dataset, keyword: Keyword): Code | null {
  const [first] = items(dataset, keyword);
  if (first === undefined) return null;
  const value = text(first, 'CodeValue');
  if (value === '') return null;
  return { value, scheme: text(first, 'CodingSchemeDesignator'), meaning: text(first, 'CodeMeaning') };
}

/** Whether two codes are the same term; the meaning is for people alone. */
export function sameCode(a: Code | null, b: Code | null): boolean {
  return a !== null && b !== null && a.value === b.value && a.scheme === b.scheme;
}

/** Says whose the private scheme is, which an object with private terms must (PS3.3 C.12.1.1.1). */
export const codingSchemes: DicomElements = {
  CodingSchemeIdentificationSequence: [
    {
      CodingSchemeDesignator: privateScheme,
      CodingSchemeName: 'Myocast terms',
      CodingSchemeResponsibleOrganization: 'Myocast',
    },
  ],
};
