import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Basal 1-6, mid 7-12, apical 13-16 (17, the apex, needs a long axis). Radii of a drawing 200 wide. */
const rings = [
  { first: 1, count: 6, inner: 66, outer: 96 },
  { first: 7, count: 6, inner: 37, outer: 66 },
  { first: 13, count: 4, inner: 10, outer: 37 },
] as const;

const walls = ['anterior', 'anteroseptal', 'inferoseptal', 'inferior', 'inferolateral', 'anterolateral'];
const apicalWalls = ['anterior', 'septal', 'inferior', 'lateral'];

/**
 * The polar map of the AHA segments: anterior on top, then counter-clockwise to
 * the septum on the left. Darker is worse; a segment that was not covered is white
 * with a dash.
 */
export function BullsEye(props: {
  readonly title: string;
  readonly unit: string;
  readonly values: readonly (number | null)[] | null;
  readonly worse: 'high' | 'low';
}): ReactNode {
  const { title, unit, values, worse } = props;
  if (!values) return <Text size="sm">{title}: not measured.</Text>;
  const described = values.map(
    (value, index) =>
      `${segmentName(index + 1)} ${value === null ? 'not covered' : `${Math.round(value)} ${unit}`}`,
  );
  return (
    <figure style={{ margin: 0, textAlign: 'center' }}>
      <figcaption>
        <Text size="sm" fw={600}>
          {title}, {unit}
        </Text>
      </figcaption>
      <svg
        viewBox="0 0 200 200"
        width="100%"
        style={{ maxWidth: 300 }}
        role="img"
        aria-label={`${title}: ${described.join('; ')}`}
      >
        {rings.flatMap(({ first, count, inner, outer }) =>
          Array.from({ length: count }, (_, turn) => {
            const value = values[first - 1 + turn] ?? null;
            const depth = depthOf(value, worse);
            const middle = polar((inner + outer) / 2, turn * (360 / count));
            return (
              <g key={first + turn}>
                <title>{described[first - 1 + turn]}</title>
                <path
                  d={sector(inner, outer, (turn - 0.5) * (360 / count), (turn + 0.5) * (360 / count))}
                  fill={depth === null ? '#fff' : colourOf(depth)}
                  stroke="#fff"
                  strokeWidth="1.5"
                />
                <text
                  x={middle[0]}
                  y={middle[1]}
                  textAnchor="middle"
                  dominantBaseline="central"
                  fontSize="10"
                  fill={depth !== null && depth > 0.5 ? '#fff' : '#1d2430'}
                >
                  {value === null ? '–' : Math.round(value)}
                </text>
              </g>
            );
          }),
        )}
      </svg>
    </figure>
  );
}

/** 0 normal to 1 worst. Thickening of 50 % and more counts as normal. */
function depthOf(value: number | null, worse: 'high' | 'low'): number | null {
  if (value === null) return null;
  const share = worse === 'high' ? value / 100 : 1 - value / 50;
  return Math.min(1, Math.max(0, share));
}

/** From pale to dark in one hue, so that lightness alone carries the value. */
function colourOf(depth: number): string {
  return `hsl(${205 - 5 * depth} ${45 + 35 * depth}% ${93 - 68 * depth}%)`;
}

/** Degrees counter-clockwise from the top. */
function polar(radius: number, degrees: number): readonly [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [100 - radius * Math.sin(angle), 100 - radius * Math.cos(angle)];
}

function sector(inner: number, outer: number, from: number, to: number): string {
  const at = (radius: number, degrees: number) => polar(radius, degrees).join(',');
  const outside = `M${at(outer, from)} A${outer} ${outer} 0 0 0 ${at(outer, to)}`;
  return `${outside} L${at(inner, to)} A${inner} ${inner} 0 0 1 ${at(inner, from)} Z`;
}

function segmentName(segment: number): string {
  if (segment <= 6) return `${segment} basal ${walls[segment - 1]}`;
  if (segment <= 12) return `${segment} mid ${walls[segment - 7]}`;
  return `${segment} apical ${apicalWalls[segment - 13]}`;
}
