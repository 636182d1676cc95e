// Goal: a test on real servers gets as many of them as it was promised, each its own.
import { connect } from 'node:net';
import { expect, test } from 'vitest';

function ask(url: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().trim());
    });
  });
}

const urls = (process.env['HOLDFAST_REDIS_URLS'] ?? '').split(',');

test('every redis server answers', async () => {
  expect(urls[0]).toBe(process.env['HOLDFAST_REDIS_URL']);
  expect(await Promise.all(urls.map((url) => ask(url, 'PING')))).toEqual(urls.map(() => '+PONG'));
});

test('redis servers share nothing', async () => {
  const key = `holdfast-test-${process.pid}`;
  await ask(urls[0] ?? '', `SET ${key} here EX 60`);
  const found = await Promise.all(urls.map((url) => ask(url, `EXISTS ${key}`)));
  expect(found).toEqual(urls.map((_, index) => (index === 0 ? ':1' : ':0')));
});
