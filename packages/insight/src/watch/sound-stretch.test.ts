import { expect, test } from 'vitest';
import { SoundStretch } from './sound-stretch.ts';

const seconds = (from: number, to: number) => ({ from: from * 1_000, to: to * 1_000 });
const heard = 100_000;

function stretch(...looks: readonly [from: number, to: number, isSound: boolean][]) {
  const sound = new SoundStretch(900_000);
  for (const [from, to, isSound] of looks) sound.judged(seconds(from, to), heard, isSound);
  return (end: number) => sound.before(end * 1_000, heard);
}

test('while nothing is wrong, all that was heard before is usual', () => {
  expect(stretch()(110)).toEqual(seconds(100, 110));
  expect(stretch([110, 120, true])(150)).toEqual(seconds(100, 150));
});

test('trouble is compared with what was before it, however long it lasts', () => {
  expect(stretch([110, 120, true], [120, 130, false], [130, 140, false])(200)).toEqual(seconds(100, 120));
});

test('a moment of calm after trouble does not take the place of what was before, but a while does', () => {
  const after = stretch([110, 120, true], [120, 130, false], [130, 140, true]);
  expect(after(140)).toEqual(seconds(100, 120));
  expect(after(170)).toEqual(seconds(130, 170));
});

test('where all was wrong from the beginning, there is only that; the first calm is better', () => {
  expect(stretch([100, 110, false])(120)).toEqual(seconds(100, 120));
  expect(stretch([100, 110, false], [110, 120, true])(120)).toEqual(seconds(110, 120));
});

test('what is too old says nothing any more', () => {
  expect(stretch([110, 120, true], [120, 130, false])(1_100)).toEqual(seconds(200, 1_100));
});

test('what was judged when trouble was found is not usual, from its beginning on', () => {
  expect(stretch([105, 115, true], [110, 120, false])(130)).toEqual(seconds(100, 110));
});

test('a moment tells nothing: then it is everything before', () => {
  expect(stretch([101, 110, false], [110, 120, false])(130)).toEqual(seconds(100, 130));
});
