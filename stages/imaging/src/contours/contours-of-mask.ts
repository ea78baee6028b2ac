import { lpsOfVoxel, type Mask } from '@myocast/dicom';
import type { MaskName } from '../records.ts';
import type { ContouredSeries, ContouredSlice, WrittenOutline } from './contours-schema.ts';
import { type Outline, outlinesOf } from './outline.ts';
import type { SeriesGrid } from './series-grid.ts';

const longAxis = ['LV cavity', 'LV myocardium', 'left atrium'];

/** What the labels of a mask are; label n is the nth. */
export const labelNames: Readonly<Record<MaskName, readonly string[]>> = {
  'cine-sax': ['RV cavity', 'LV myocardium', 'LV cavity'],
  'lge-sax': ['LV cavity', 'normal LV myocardium', 'infarct without MVO', 'MVO'],
  't2-sax': ['LV cavity', 'normal LV myocardium', 'oedema'],
  'cine-2ch': longAxis,
  'cine-3ch': longAxis,
  'cine-4ch': longAxis,
};

/**
 * The contours of a mask, every slice of every phase: where nothing is drawn, no region.
 *
 * @throws RangeError when the mask lies on another grid
 */
export function contoursOfMask(mask: Mask, grid: SeriesGrid, drawnBy: string): ContouredSeries {
  const [phases, slices, height, width] = grid.shape;
  if (mask.shape.some((length, axis) => length !== grid.shape[axis]))
    throw new RangeError(
      `contoursOfMask: expected a mask [${grid.shape.join(', ')}], got [${mask.shape.join(', ')}]`,
    );
  const area = width * height;
  const drawn = Array.from({ length: phases * slices }, (_, at): ContouredSlice => {
    const labels = mask.data.subarray(at * area, (at + 1) * area);
    const slice = at % slices;
    return {
      phase: Math.floor(at / slices),
      slice,
      sopInstanceUid: grid.imageUids?.[at] || null,
      regions: regionsOf(labels, grid, slice),
    };
  });
  const { kind, key, shape, affine } = grid;
  return {
    kind,
    seriesKey: key,
    shape: [...shape],
    affine: affine && [...affine],
    drawnBy,
    slices: drawn,
  };
}

function regionsOf(labels: Uint8Array, grid: SeriesGrid, slice: number): ContouredSlice['regions'] {
  const size = { width: grid.shape[3], height: grid.shape[2] };
  const present = [...new Set(labels)].filter((label) => label > 0).sort((a, b) => a - b);
  return present.map((label) => ({
    label,
    name: labelNames[grid.kind][label - 1] ?? '',
    polygons: outlinesOf(
      labels.map((value) => (value === label ? 1 : 0)),
      size,
    ).map(({ outer, holes }) => ({
      outer: written(outer, grid, slice),
      holes: holes.map((hole) => written(hole, grid, slice)),
    })),
  }));
}

function written(outline: Outline, { affine }: SeriesGrid, slice: number): WrittenOutline {
  return {
    pixels: outline.map(([column, row]) => [column, row]),
    mm:
      affine &&
      outline.map(([column, row]) => {
        const [x, y, z] = lpsOfVoxel(affine, [column, row, slice]);
        return [rounded(x), rounded(y), rounded(z)];
      }),
  };
}

/** A tenth of a micrometre. */
const rounded = (mm: number) => Math.round(mm * 1e4) / 1e4;
