import { issue } from '@myocast/base';
import { describe, expect, it } from 'vitest';
import { failureDocument } from './failure-document.ts';
import { StoppedByIssues, UsageError } from './terminal.ts';

describe('failureDocument', () => {
  it('has the issues as they are', () => {
    const found = issue('bad-value', 'a.csv row 2', 'expected a number, found "x"');
    expect(failureDocument(new StoppedByIssues([found]), 'km')).toEqual({ issues: [{ ...found }] });
  });
  it('tells the caller from the world', () => {
    expect(failureDocument(new UsageError('expected less'), 'forest')).toEqual({
      issues: [{ kind: 'usage', path: 'forest', message: 'expected less' }],
    });
    const world = new Error('cannot write a.svg', { cause: new Error('disk\nfull') });
    expect(failureDocument(world, 'km')).toEqual({
      issues: [{ kind: 'error', path: 'km', message: 'cannot write a.svg: disk full' }],
    });
    expect(failureDocument('odd', 'km').issues[0]!.message).toBe('odd');
  });
});
