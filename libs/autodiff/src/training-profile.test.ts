import { Random } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { compileTraining, input, Parameters, profileTraining, showProfile } from './index.ts';
import { dense, transformerBlock, uNet } from './layers.ts';
import { diceCrossEntropy } from './losses.ts';
import { mean, square } from './operators.ts';
import { adamW } from './optimizers.ts';

const unet = () => {
  const parameters = new Parameters(new Random(1));
  const { logits } = uNet(parameters, 'net', input('x', [2, 1, 32, 32]), { base: 8, levels: 2, classes: 2 });
  const loss = diceCrossEntropy(logits, input('targets', [2, 2, 32, 32]));
  const feeds = { x: new Float32Array(2048).fill(0.1), targets: new Float32Array(4096).fill(0.5) };
  return { plan: { parameters, loss, optimizer: adamW() }, feeds };
};

describe('the profile of a training step', () => {
  it('has every layer, forward and backward, and adds up to the step', async () => {
    const { plan, feeds } = unet();
    const profile = await profileTraining(plan, feeds, { steps: 3 });
    const row = (name: string) => profile.layers.find((layer) => layer.name === name)!;
    for (const name of ['net.down0.conv1', 'net.down1.norm2', 'net.up0.conv2', 'net.head']) {
      expect(row(name).forward, name).toBeGreaterThan(0);
      expect(row(name).backward, name).toBeGreaterThan(0);
    }
    expect(row('optimizer').update).toBeGreaterThan(0);
    expect(row('optimizer').forward + row('optimizer').backward).toBe(0);
    expect(profile.layers.filter(({ name }) => name.startsWith('('))).toEqual([]);
    const sum = (rows: typeof profile.layers) =>
      rows.reduce((all, { forward, backward, update }) => all + forward + backward + update, 0);
    const { stepMs, betweenOperatorsMs } = profile;
    expect(sum(profile.layers) + betweenOperatorsMs).toBeCloseTo(stepMs, 6);
    expect(sum(profile.operators)).toBeCloseTo(sum(profile.layers), 6);
    expect(betweenOperatorsMs).toBeGreaterThanOrEqual(0);
    const table = showProfile(profile);
    expect(table).toContain('between operators');
    expect(table).toMatch(/^net\.down0\.conv1 +\d+\.\d{3} +\d+\.\d{3} +0\.000/mu);
  });

  it('attributes the operators onnxruntime fuses in a transformer, also with accumulation', async () => {
    const parameters = new Parameters(new Random(1));
    const tokens = dense(parameters, 'embed', input('x', [4, 8, 6]), 16);
    const loss = mean(
      square(transformerBlock(parameters, 'block', tokens, input('mask', [4, 8]), { heads: 2, hidden: 32 })),
    );
    const feeds = { x: new Float32Array(192).fill(0.3), mask: new Float32Array(32).fill(1) };
    const plan = { parameters, loss, optimizer: adamW() };
    const one = await profileTraining(plan, feeds, { steps: 2 });
    const two = await profileTraining(plan, [feeds, feeds], { steps: 2 });
    for (const { layers } of [one, two]) {
      expect(layers.filter(({ name }) => name.startsWith('('))).toEqual([]);
      expect(layers.find(({ name }) => name === 'block.mlp1')!.backward).toBeGreaterThan(0);
    }
    const calls = (profile: typeof one) =>
      profile.layers.find(({ name }) => name === 'block.attention')!.calls;
    expect(calls(two)).toBe(2 * calls(one));
  });

  it('leaves the state of a session and the plan alone', async () => {
    const { plan, feeds } = unet();
    const session = await compileTraining(plan);
    const before = session.checkpoint();
    await profileTraining({ ...plan, resume: before }, feeds, { steps: 1, warmUp: 0 });
    expect(Buffer.from(session.checkpoint()).equals(before)).toBe(true);
    await session.close();
    await expect(profileTraining(plan, feeds, { steps: 0 })).rejects.toThrow('expected at least one step');
  });
});
