import type { QuantitiesRecord } from '../records.ts';
import { nobodyKnown } from './ventricles/body-size.ts';
import type { Person, VentricleQuantities } from './ventricles/ventricle-records.ts';

/** What was known of a subject beside the exam when its quantities were written. */
export interface KnownBefore {
  readonly person: Person;
  /** Null where none was given; a rate of the images' headers is read from them again. */
  readonly heartRatePerMin: number | null;
  /** 0 to 1, of a blood test; null where none was given. */
  readonly haematocrit: number | null;
}

/**
 * What a record of quantities says of its subject that neither exam nor masks do, for the
 * same exam quantified again. A record without ventricles says nothing of the person.
 */
export function knownBefore({ ventricles, tissue }: QuantitiesRecord): KnownBefore {
  const volume = tissue?.extracellularVolume;
  return {
    person: ventricles?.person ?? nobodyKnown,
    heartRatePerMin: ventricles ? givenHeartRate(ventricles) : null,
    haematocrit: volume?.haematocritFrom === 'blood test' ? volume.haematocrit : null,
  };
}

function givenHeartRate({
  leftRates,
  rightRates,
  heartRatePerMin,
}: Partial<VentricleQuantities>): number | null {
  const source = (leftRates ?? rightRates)?.periodSource;
  return source === 'header' ? null : (heartRatePerMin ?? null);
}
