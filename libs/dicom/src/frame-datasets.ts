import type { Dataset } from './dataset.ts';
import type { ElementPlace } from './element-scan.ts';
import { items } from './items.ts';
import { attributes, type Keyword } from './keywords.ts';

/** Functional groups that say where and when a frame was taken and how its values are scaled (PS3.3 C.7.6.16). */
const groups: readonly Keyword[] = [
  'PlanePositionSequence',
  'PlaneOrientationSequence',
  'PixelMeasuresSequence',
  'FrameContentSequence',
  'CardiacSynchronizationSequence',
  'TemporalPositionSequence',
  'PixelValueTransformationSequence',
  'MRImageFrameTypeSequence',
  'MREchoSequence',
  'MRTimingAndRelatedParametersSequence',
  'MRModifierSequence',
];

/** What a classic image calls the attribute. */
const classicNames: readonly (readonly [enhanced: Keyword, classic: Keyword])[] = [
  ['FrameType', 'ImageType'],
  ['EffectiveEchoTime', 'EchoTime'],
  ['InversionTimes', 'InversionTime'],
  ['NominalCardiacTriggerDelayTime', 'TriggerTime'],
  ['TemporalPositionIndex', 'TemporalPositionIdentifier'],
  ['FrameAcquisitionNumber', 'AcquisitionNumber'],
];

/**
 * The frames of an enhanced multi-frame image, each as the data set that a classic image
 * of it would have: its functional groups over the shared ones over the attributes of the file.
 *
 * @returns null for a file without functional groups for each of its frames
 */
export function frameDatasets(dataset: Dataset, frames: number): readonly Dataset[] | null {
  const own = items(dataset, 'PerFrameFunctionalGroupsSequence');
  if (own.length !== frames) return null;
  const outer = new Map(dataset.elements);
  outer.delete(attributes.PerFrameFunctionalGroupsSequence[0]);
  outer.delete(attributes.SharedFunctionalGroupsSequence[0]);
  const shared = items(dataset, 'SharedFunctionalGroupsSequence')[0];
  const base = shared ? over(outer, shared) : outer;
  return own.map((group) => ({ ...dataset, elements: over(base, group) }));
}

/** Attributes with those of the functional groups of one item laid over them. */
function over(base: ReadonlyMap<number, ElementPlace>, group: Dataset): Map<number, ElementPlace> {
  const elements = new Map(base);
  for (const keyword of groups)
    for (const [tag, place] of items(group, keyword)[0]?.elements ?? []) elements.set(tag, place);
  for (const [enhanced, classic] of classicNames) {
    const place = elements.get(attributes[enhanced][0]);
    if (place) elements.set(attributes[classic][0], place);
  }
  return elements;
}
