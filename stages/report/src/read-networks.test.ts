import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { weightsFolder } from '@myocast/imaging';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fixtureStudy, hostileText } from './fixtures/index.ts';
import { readNetworks } from './read-networks.ts';
import type { NetworkCard, UsedNetwork } from './records.ts';
import { reportInput } from './report-input.ts';
import { renderReport } from './write-report.ts';

const shippedCard = JSON.parse(
  await readFile(join(weightsFolder('cine-sax'), 'card.json'), 'utf8'),
) as NetworkCard;

type Drawn = readonly [mask: string, name: string, drawer: string, confidence: number];

async function studyOf(exams: readonly (readonly Drawn[])[]): Promise<string> {
  const study = await mkdtemp(join(tmpdir(), 'myocast-networks-'));
  for (const [index, drawn] of exams.entries()) {
    const folder = join(study, 'masks', `V1-000${index + 1}`);
    await mkdir(folder, { recursive: true });
    const record = {
      series: drawn.map(([mask, segmenter, , confidence]) => ({ mask, segmenter, confidence, kind: 'any' })),
      contours: Object.fromEntries(drawn.map(([mask, , drawer]) => [mask, drawer])),
    };
    await writeFile(join(folder, 'segmentation.json'), JSON.stringify(record));
  }
  return study;
}

async function weightsAt(card: Partial<NetworkCard>, training: unknown = null): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'myocast-weights-'));
  await writeFile(join(folder, 'card.json'), JSON.stringify({ ...shippedCard, ...card }));
  if (training !== null) await writeFile(join(folder, 'training.json'), JSON.stringify(training));
  return folder;
}

const own = shippedCard.network;
const training = {
  order: 'a',
  step: 400,
  losses: Array.from({ length: 20 }, (_, n) => 1.5 / (1 + n)),
  scores: [
    { step: 200, score: 0.7 },
    { step: 400, score: 0.8125 },
  ],
};

describe('readNetworks', () => {
  it('counts the exams of each mask and finds the card of shipped weights by name', async () => {
    const study = await studyOf([
      [
        ['cine-sax', 'cine-sax', own, 0.9],
        ['cine-4ch', 'lax-phantom', 'l', 0.8],
      ],
      [['cine-sax', 'cine-sax', own, 0.7]],
      [['cine-sax', 'cine-sax', own, 0.95]],
    ]);
    const { networks, issues } = await readNetworks(study);
    expect(networks.map(({ name, masks, confidence }) => ({ name, masks, confidence }))).toEqual([
      { name: 'cine-sax', masks: [{ mask: 'cine-sax', exams: 3 }], confidence: 0.9 },
      { name: 'lax-phantom', masks: [{ mask: 'cine-4ch', exams: 1 }], confidence: 0.8 },
    ]);
    expect(networks[0]!.card!.measured).toEqual(shippedCard.measured);
    expect(networks[0]!.training).toBeNull();
    // The masks name another network than lies there now.
    expect(networks[1]!.card).toBeNull();
    expect(issues).toEqual([]);
  });

  it('takes the card and the training from a folder that is given, and no other’s', async () => {
    const study = await studyOf([[['cine-sax', 'my-cine', 'abc', 0.9]]]);
    const [other, mine] = [
      await weightsAt({ name: 'my-cine', network: 'xyz' }),
      await weightsAt({ name: 'my-cine', network: 'abc', training: '400 steps' }, training),
    ];
    expect((await readNetworks(study)).networks[0]).toMatchObject({ card: null, training: null });
    expect((await readNetworks(study, [other])).networks[0]!.card).toBeNull();
    const { networks } = await readNetworks(study, [other, mine]);
    expect(networks[0]!.card!.training).toBe('400 steps');
    const { order: _order, ...read } = training;
    expect(networks[0]!.training).toEqual(read);
  });

  it('names what cannot be read, and an expert in the network’s place', async () => {
    const study = await studyOf([[['cine-sax', 'cine-sax', 'expert', 0.9]]]);
    await mkdir(join(study, 'masks', 'V9'));
    await writeFile(join(study, 'masks', 'V9', 'segmentation.json'), '{"series":3}');
    const folder = await weightsAt({ name: 'cine-sax' }, { step: 'many' });
    const { networks, issues } = await readNetworks(study, [folder]);
    expect(networks).toMatchObject([{ name: 'cine-sax', network: null, training: null }]);
    expect(issues.map(({ kind }) => kind)).toEqual(['not-readable', 'not-readable']);
    expect((await readNetworks(await studyOf([]))).networks).toEqual([]);
  });
});

describe('the networks in the page', () => {
  const network: UsedNetwork = {
    name: 'my-cine',
    network: 'abc',
    masks: [{ mask: 'cine-sax', exams: 1 }],
    confidence: 0.912,
    card: { ...shippedCard, measured: ['Dice 0.9'] },
    training,
  };
  const pageOf = (networks: readonly UsedNetwork[]) => {
    const read = reportInput(fixtureStudy(), '0.1.0', { pictured: [], networks });
    if (!read.ok) throw new Error('refused');
    return parseHTML(renderReport(read.value)).document.querySelector('#networks')!;
  };

  it('have a card with what was measured and the course of their training in words too', () => {
    const section = pageOf([network]);
    expect(section.querySelector('.network')!.textContent).toContain('Dice 0.9');
    const labels = [...section.querySelectorAll('svg[role=img]')].map((one) =>
      one.getAttribute('aria-label'),
    );
    // The first point of the line: the mean of the first six losses, 1.5 × (1 + 1/2 + … + 1/6) / 6.
    expect(labels[0]).toBe('Loss over 400 training steps: from 0.61 to 0.09.');
    expect(labels[1]).toContain('best 0.813 of 2 looks');
    expect(
      pageOf([{ ...network, training: { ...training, scores: [] } }]).querySelectorAll('svg[role=img]')
        .length,
    ).toBe(1);
  });

  it('say what is not there', () => {
    expect(pageOf([]).textContent).toContain('No record of a network');
    expect(pageOf([{ ...network, card: null, training: null }]).textContent).toContain('was not found');
    expect(pageOf([{ ...network, training: null }]).textContent).toContain('not recorded beside its weights');
    const short = { ...training, losses: [] };
    expect(pageOf([{ ...network, training: short }]).textContent).toContain('too few steps');
  });

  it('show markup in cards as text', () => {
    const card = { ...shippedCard, measured: [hostileText], data: [hostileText, 'b'], licence: hostileText };
    const section = pageOf([{ ...network, name: hostileText, card }]);
    expect(section.querySelectorAll('script, img, [onerror]').length).toBe(0);
    expect(section.querySelector('h3')!.textContent).toBe(hostileText);
  });
});
