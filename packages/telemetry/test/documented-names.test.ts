// Goal: docs/telemetry.md lists every name that components are told under, and no metric that is not there.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startTelemetry } from '../src/index.ts';

const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');
const documented = new Set(page.match(/(?<=`)[a-z0-9_]+(\.[a-z0-9_-]+)+(?=`)/g));

test('each metric stands on the page', async () => {
  // Nobody listens there, which is no matter: only then is there anything to tell of exports.
  const telemetry = await startTelemetry({ service: 'shop', endpoint: 'http://127.0.0.1:9' });
  const families = telemetry.metrics.families();
  await telemetry.shutdown({ timeout: '10ms' });
  const missing = families.filter(({ name }) => !documented.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('each attribute and span event of instruments stands on the page', () => {
  const folder = fileURLToPath(new URL('../src/instruments/', import.meta.url));
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('-instruments.ts'))
    .flatMap((file) => {
      const source = readFileSync(folder + file, 'utf8');
      // What is only listened to is named by its package.
      const told = source.replaceAll(/(defineEvent<\w+>|componentRegistry<[^(]*>)\('[^']+'\)/g, '');
      return [...told.matchAll(/'(holdfast\.[a-z0-9_.-]+)'/g)].map(([, name]) => name!);
    });
  expect(names.length).toBeGreaterThan(30);
  expect([...new Set(names)].filter((name) => !documented.has(name))).toEqual([]);
});
