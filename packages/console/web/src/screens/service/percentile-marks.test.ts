import { expect, test } from 'vitest';
import { percentileMarks } from './percentile-marks.ts';

test('marks that are apart stand by themselves, and one near the end has its name on the left', () => {
  expect(
    percentileMarks([
      ['p50', 10],
      ['p95', 60],
      ['p99', 99],
    ]),
  ).toEqual([
    { place: 10, text: 'p50', isNearEnd: false },
    { place: 60, text: 'p95', isNearEnd: false },
    { place: 99, text: 'p99', isNearEnd: true },
  ]);
});

test('a name turned to the left does not lie upon the one before it', () => {
  expect(
    percentileMarks([
      ['p95', 83],
      ['p99', 89],
    ]).map(({ text, isNearEnd }) => [text, isNearEnd]),
  ).toEqual([
    ['p95', false],
    ['p99', false],
  ]);
  expect(
    percentileMarks([
      ['p95', 89],
      ['p99', 97],
    ]).map(({ text }) => text),
  ).toEqual(['p95 p99']);
});

test('marks that would lie upon one another are one', () => {
  expect(
    percentileMarks([
      ['p50', 10],
      ['p95', 97],
      ['p99', 99],
    ]).map(({ text }) => text),
  ).toEqual(['p50', 'p95 p99']);
});
