import { describe, expect, it } from 'vitest';
import { type CodeChoice, eventCodes } from './event-codes.ts';

const place = { cell: (at: number) => `row ${at + 2}`, column: 'column e' };
const read = (cells: string, choice: CodeChoice = {}) => eventCodes(cells.split(' '), choice, place);
/** The numbers of the cells, without anything wrong. */
const events = (cells: string, choice: CodeChoice = {}) => {
  const { event, wrong } = read(cells, choice);
  expect(wrong).toEqual([]);
  return [...event];
};
const complaint = (cells: string, choice: CodeChoice = {}) =>
  read(cells, choice).wrong.map(({ path, message }) => `${path}: ${message}`);

describe('two words alone', () => {
  it.each([
    'alive dead',
    'Alive DIED',
    'alive deceased',
    'censored event',
    'no yes',
    'N Y',
    'none event',
    'censored dead',
  ])('are read as everybody reads them: %s', (cells) => {
    expect(events(cells)).toEqual([0, 1]);
    const [censored, event] = cells.split(' ');
    expect(read(cells).notes[0]).toMatch(`took ${censored} as censored and ${event} as the event`);
    expect(events(cells, { competes: true })).toEqual([0, 1]);
    expect(read(cells, { competes: true }).codes).toEqual({ censored, event, competing: [] });
  });
  it('may be one of the two: nobody had the event, or everybody', () => {
    expect(events('alive alive')).toEqual([0, 0]);
    expect(events('dead dead')).toEqual([1, 1]);
    expect(events('dead', { cause: 'dead' })).toEqual([1]);
  });
  it('true and false are 1 and 0, and a note says so', () => {
    expect(events('TRUE false 1.0 0')).toEqual([1, 0, 1, 0]);
    expect(read('TRUE false').notes).toEqual(['took TRUE as 1', 'took false as 0']);
  });
  it('are not taken where a third code is among them, or the two do not belong together', () => {
    const expected = 'expected 0 or 1 (or --cause dead --censored alive), found';
    expect(complaint('alive dead moved')).toEqual([
      `row 2: ${expected} alive`,
      `row 3: ${expected} dead`,
      `row 4: ${expected} moved`,
    ]);
    expect(complaint('no dead')).toHaveLength(2);
    expect(complaint('0 dead')).toEqual([`row 3: ${expected} dead`]);
    expect(complaint('0 1 2')).toEqual(['row 4: expected 0 or 1 (or choose a --cause), found 2']);
  });
});

describe('a cause in words', () => {
  it('leaves the rows censored in which nothing happened, and says so', () => {
    expect(events('alive dead moved', { cause: 'dead' })).toEqual([0, 1, 2]);
    expect(read('alive dead', { cause: 'DEAD' }).notes).toEqual([
      'took alive as censored; --censored says otherwise',
    ]);
    expect(events('0 lost alive dead graft', { cause: 'dead' })).toEqual([0, 0, 0, 1, 2]);
    expect(read('lost Alive dead', { cause: 'dead' }).notes[0]).toMatch('took Alive and lost as censored');
    expect(events('censored 1 2', { cause: '1' })).toEqual([0, 1, 2]);
  });
  it('stops where no row is known to be censored, and is told so with --censored 0', () => {
    const [message, ...more] = complaint('well dead moved', { cause: 'dead' });
    expect(message).toMatch(
      /^column e: expected a row with the code 0 .*, found dead, moved, well; .*--censored/,
    );
    expect(more).toEqual([]);
    expect(complaint('alive dead', { cause: 'alive' })[0]).toContain('name it with --censored');
    expect(complaint('1 dead', { cause: 'dead' })[0]).toContain('name it with --censored');
    expect(events('moved dead', { cause: 'dead', censored: '0' })).toEqual([2, 1]);
    expect(complaint('alive dead', { cause: 'dead', censored: '0' })).toEqual([
      'column e: expected a row with the censored code 0, found alive, dead',
    ]);
  });
  it('must be named where every cause has a curve', () => {
    expect(complaint('alive dead moved', { competes: true })).toEqual([
      'column e: expected a --cause for events in words, found alive, dead, moved',
    ]);
    expect(events('censored 1 2', { competes: true })).toEqual([0, 1, 2]);
  });
  it('takes upper and lower case as one code', () => {
    expect(events('Dead dead ALIVE', { cause: 'dead', censored: 'alive' })).toEqual([1, 1, 0]);
    expect(read('Dead dead alive').notes[1]).toBe('took Dead, dead as one code');
  });
  it('need not be named beside --censored where there is one other word, for an event', () => {
    expect(events('well died', { censored: 'well' })).toEqual([0, 1]);
    expect(complaint('well moved', { censored: 'well' })).toHaveLength(1);
  });
});

describe('a code that was named', () => {
  it('must be in a row where others would compete', () => {
    expect(complaint('0 1 2', { cause: '9' })).toEqual([
      'column e: expected a row with cause 9, found 0, 1, 2',
    ]);
    expect(complaint('alive dead', { cause: 'death' })).toEqual([
      'column e: expected a row with cause death, found alive, dead',
    ]);
    expect(complaint('0 1 2', { cause: '1', censored: '9' })).toEqual([
      'column e: expected a row with the censored code 9, found 0, 1, 2',
    ]);
    expect(complaint('0 1', { censored: '9' })[0]).toContain('the censored code 9');
  });
  it('may be in none where nobody had an event, and the default always', () => {
    expect(events('0 0', { cause: '1' })).toEqual([0, 0]);
    expect(events('0 0')).toEqual([0, 0]);
    expect(events('0 2', { competes: true })).toEqual([0, 2]);
    expect(events('1 1', { cause: '1', censored: '0' })).toEqual([1, 1]);
  });
  it('says that nobody is censored, where a 1 or 2 may be meant so', () => {
    const { event, notes } = read('1 2', { cause: '2' });
    expect([...event]).toEqual([2, 1]);
    expect(notes[0]).toMatch('no row is censored (no 0): 1 competes with 2');
    expect(events('1 2', { cause: '2', censored: '1' })).toEqual([0, 1]);
    expect(events('1 2', { censored: '1' })).toEqual([0, 1]);
  });
});
