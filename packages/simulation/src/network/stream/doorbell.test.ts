import type { Timer } from '@holdfast/core';
import { expect, test } from 'vitest';
import { Doorbell } from './doorbell.ts';

test('a doorbell that rings again during a pause is kept once, and answered once', () => {
  const kept: Timer[] = [];
  let paused = true;
  const process = {
    host: 'a',
    incarnation: 1,
    alive: true,
    admits(event: Timer) {
      if (paused) kept.push(event);
      return !paused;
    },
  };
  let answers = 0;
  const doorbell = new Doorbell(process, () => answers++);
  doorbell.ring();
  doorbell.ring();
  expect(kept).toEqual([doorbell]);
  doorbell.fire();
  expect(kept).toEqual([doorbell, doorbell]);
  paused = false;
  doorbell.fire();
  expect(answers).toBe(1);
  doorbell.ring();
  expect(answers).toBe(2);
});
