import { type Dataset, number, text, texts } from '../dataset.ts';
import { items } from '../items.ts';
import type { DicomElements } from '../write.ts';
import { type Code, codeIn, codeItem, sameCode } from './code.ts';

/** How an item of a report stands to the one around it (PS3.3 C.17.3.2.4). */
export type Relationship = 'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD';

/** Another object that an item refers to; of a segmentation, one segment. */
export interface ObjectReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly segment?: number;
}

function contentItem(
  relationship: Relationship,
  valueType: string,
  name: Code,
  value: DicomElements,
  children: readonly DicomElements[] = [],
): DicomElements {
  return {
    RelationshipType: relationship,
    ValueType: valueType,
    ConceptNameCodeSequence: [codeItem(name)],
    ...value,
    ...(children.length > 0 ? { ContentSequence: children } : {}),
  };
}

/** A heading with items under it; with a template, those of that template of PS3.16. */
export function containerItem(
  name: Code,
  template: string | null,
  children: readonly DicomElements[],
): DicomElements {
  const value: DicomElements = {
    ContinuityOfContent: 'SEPARATE',
    ...(template === null
      ? {}
      : { ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: template }] }),
  };
  return contentItem('CONTAINS', 'CONTAINER', name, value, children);
}

export function textItem(relationship: Relationship, name: Code, value: string): DicomElements {
  return contentItem(relationship, 'TEXT', name, { TextValue: value });
}

export function uidItem(relationship: Relationship, name: Code, uid: string): DicomElements {
  return contentItem(relationship, 'UIDREF', name, { UID: uid });
}

export function codeValueItem(
  relationship: Relationship,
  name: Code,
  value: Code,
  children: readonly DicomElements[] = [],
): DicomElements {
  return contentItem(relationship, 'CODE', name, { ConceptCodeSequence: [codeItem(value)] }, children);
}

export function imageItem(
  name: Code,
  { sopClassUid, sopInstanceUid, segment }: ObjectReference,
): DicomElements {
  const reference: DicomElements = {
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
    ...(segment === undefined ? {} : { ReferencedSegmentNumber: segment }),
  };
  return contentItem('CONTAINS', 'IMAGE', name, { ReferencedSOPSequence: [reference] });
}

/** A number with its unit; as a decimal string of 16 characters and, exactly, as a double. */
export function numberItem(
  name: Code,
  value: number,
  unit: Code,
  children: readonly DicomElements[],
): DicomElements {
  const measured: DicomElements = {
    MeasurementUnitsCodeSequence: [codeItem(unit)],
    NumericValue: value,
    FloatingPointValue: value,
  };
  return contentItem('CONTAINS', 'NUM', name, { MeasuredValueSequence: [measured] }, children);
}

/** An item as it is read; what does not belong to its value type is empty. */
export interface ContentItem {
  readonly valueType: string;
  readonly name: Code | null;
  readonly text: string;
  readonly uid: string;
  readonly code: Code | null;
  /** Exact where the file gives a double. */
  readonly number: number | null;
  readonly unit: Code | null;
  readonly reference: ObjectReference | null;
  /** Read when they are asked for. */
  readonly children: () => readonly ContentItem[];
}

/** The items under an item or under the root of a report. */
export function contentItems(parent: Dataset): readonly ContentItem[] {
  return items(parent, 'ContentSequence').map((item) => {
    const measured = items(item, 'MeasuredValueSequence')[0];
    return {
      valueType: text(item, 'ValueType'),
      name: codeIn(item, 'ConceptNameCodeSequence'),
      text: texts(item, 'TextValue').join('\\'),
      uid: text(item, 'UID'),
      code: codeIn(item, 'ConceptCodeSequence'),
      number: measured ? (number(measured, 'FloatingPointValue') ?? number(measured, 'NumericValue')) : null,
      unit: measured ? codeIn(measured, 'MeasurementUnitsCodeSequence') : null,
      reference: referenceIn(item),
      children: () => contentItems(item),
    };
  });
}

function referenceIn(item: Dataset): ObjectReference | null {
  const [found] = items(item, 'ReferencedSOPSequence');
  if (found === undefined) return null;
  const segment = number(found, 'ReferencedSegmentNumber');
  return {
    sopClassUid: text(found, 'ReferencedSOPClassUID'),
    sopInstanceUid: text(found, 'ReferencedSOPInstanceUID'),
    ...(segment === null ? {} : { segment }),
  };
}

/** The first item of a name. */
export function itemNamed(list: readonly ContentItem[], name: Code): ContentItem | null {
  return list.find((item) => sameCode(item.name, name)) ?? null;
}
