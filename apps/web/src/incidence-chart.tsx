import type { SubjectForecast } from '@myocast/api';
import { Group, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import * as Plot from '@observablehq/plot';
import { type ReactNode, useEffect, useRef } from 'react';
import { causeLabel, percent } from './format.ts';

type Forecast = NonNullable<SubjectForecast['forecast']>;

// Okabe and Ito: stay apart for every kind of colour vision; dashes tell the lines apart without colour.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];
const dashes = ['none', '6,3', '2,3', '9,3,2,3', '12,4', '4,2'];
const compositeColour = '#1d2430';
const daysPerYear = 365.25;

/** Cumulative incidence over time, of the composite with the ensemble's range and of each cause. */
export function IncidenceChart(props: {
  readonly forecast: Forecast;
  readonly compositeName: string;
}): ReactNode {
  const { forecast, compositeName } = props;
  const frame = useElementSize<HTMLDivElement>();
  const drawing = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (frame.width > 0) drawing.current?.replaceChildren(draw(forecast, compositeName, frame.width));
  }, [forecast, compositeName, frame.width]);
  return (
    <div ref={frame.ref}>
      <div ref={drawing} className="incidence" />
      <Group gap="md" component="ul" p={0} m={0} mt={4} style={{ listStyle: 'none' }}>
        <Key
          colour={compositeColour}
          dash="none"
          width={3}
          label={`${compositeName}, band: range over the ensemble`}
        />
        {forecast.causes.map(({ cause, composite }, index) => (
          <Key
            key={cause}
            colour={colours[index % colours.length]!}
            dash={dashes[index % dashes.length]!}
            width={2}
            label={`${causeLabel(cause)}${composite ? '' : ' (competing)'}`}
          />
        ))}
      </Group>
    </div>
  );
}

function Key(props: {
  readonly colour: string;
  readonly dash: string;
  readonly width: number;
  readonly label: string;
}): ReactNode {
  return (
    <Group component="li" gap={6}>
      <svg width="26" height="8" aria-hidden="true">
        <line
          x1="0"
          x2="26"
          y1="4"
          y2="4"
          stroke={props.colour}
          strokeWidth={props.width}
          strokeDasharray={props.dash}
        />
      </svg>
      <Text size="xs">{props.label}</Text>
    </Group>
  );
}

function draw({ timesDays, causes, composite }: Forecast, compositeName: string, width: number): Element {
  const years = timesDays.map((days) => days / daysPerYear);
  const total = years.map((year, place) => ({
    year,
    risk: composite.risk[place]!,
    low: composite.low[place]!,
    high: composite.high[place]!,
  }));
  const asPercent = (risk: number) => `${Math.round(risk * 100)} %`;
  return Plot.plot({
    width,
    height: Math.min(340, Math.max(240, width * 0.42)),
    marginLeft: 46,
    marginBottom: 38,
    style: { fontSize: '12px', fontFamily: 'inherit' },
    ariaLabel: `Cumulative incidence: ${compositeName} ${percent(composite.risk.at(-1) ?? 0)} at the last time`,
    x: {
      domain: [0, Math.max(1, Math.ceil((years.at(-1) ?? 1) - 0.05))],
      label: 'Years after the CMR exam',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
    },
    y: {
      domain: [0, Math.max(0.1, ...composite.high)],
      nice: true,
      label: null,
      grid: true,
      ticks: 5,
      tickFormat: asPercent,
    },
    marks: [
      Plot.areaY(total, { x: 'year', y1: 'low', y2: 'high', fill: compositeColour, fillOpacity: 0.13 }),
      ...causes.map(({ incidence }, index) =>
        Plot.lineY(incidence, {
          x: years,
          y: incidence,
          stroke: colours[index % colours.length]!,
          strokeDasharray: dashes[index % dashes.length]!,
          strokeWidth: 1.8,
        }),
      ),
      Plot.lineY(total, { x: 'year', y: 'risk', stroke: compositeColour, strokeWidth: 2.8 }),
      Plot.ruleX(total, Plot.pointerX({ x: 'year', stroke: '#5a6473' })),
      Plot.tip(
        total,
        Plot.pointerX({
          x: 'year',
          y: 'risk',
          title: ({ year, risk, low, high }: (typeof total)[number]) =>
            `${year.toFixed(1)} years\n${compositeName} ${percent(risk)}\nensemble ${percent(low)} to ${percent(high)}`,
        }),
      ),
    ],
  });
}
