import { expect, test } from 'vitest';
import { stackFrames } from './stack-frames.ts';

test('frames tell whose code they are', () => {
  const stack = `TypeError: no such card
    with a message of two lines
    at charge (file:///srv/payments/charge.js:12:9)
    at async Pool.query (/srv/node_modules/pg/lib/pool.js:45:11)
    at file:///srv/main.js:3:1
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;
  expect(stackFrames(stack)).toEqual([
    { name: 'charge', place: '/srv/payments/charge.js:12:9', own: true },
    { name: 'async Pool.query', place: '/srv/node_modules/pg/lib/pool.js:45:11', own: false },
    { name: '(anonymous)', place: '/srv/main.js:3:1', own: true },
    {
      name: 'process.processTicksAndRejections',
      place: 'node:internal/process/task_queues:95:5',
      own: false,
    },
  ]);
});

test('a stack of another language is shown line by line', () => {
  expect(stackFrames('main.go:12\nserver.go:80')).toEqual([
    { name: 'main.go:12', place: '', own: false },
    { name: 'server.go:80', place: '', own: false },
  ]);
});
