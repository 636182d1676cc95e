// What the tests run in isolated workers.
import { setTimeout as delay } from 'node:timers/promises';

export const double = (input) => input * 2;
export const pid = () => process.pid;
export const spin = () => {
  for (;;);
};
export const die = () => process.exit(3);
export const exhaust = () => {
  const hoard = [];
  for (;;) hoard.push(new Array(1_000).fill(Math.random()));
};
export const fail = () => {
  throw Object.assign(new RangeError('out of stock'), { code: 'E_STOCK' });
};
export const late = () => {
  setTimeout(() => {
    throw new Error('afterwards');
  }, 1);
  return delay(1_000);
};
export const polite = async (_input, { signal }) => {
  await delay(60_000, undefined, { signal }).catch(() => {});
  return 'stopped';
};
