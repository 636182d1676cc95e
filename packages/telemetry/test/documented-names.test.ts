// Goal: docs/telemetry.md lists every name that a process is told under, and no component tells what nobody hears.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('each event that a package defines is heard by an instrument', () => {
  const eventsIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .flatMap((file) => [
        ...readFileSync(join(folder, file), 'utf8').matchAll(/defineEvent<[^(]*>\(\s*'(holdfast\.[^']+)'/g),
      ])
      .map(([, name]) => name!);
  const packages = fileURLToPath(new URL('../../', import.meta.url));
  const defined = readdirSync(packages)
    // Telemetry's own is counted where it happens.
    .filter((room) => room !== 'telemetry' && existsSync(join(packages, room, 'src')))
    .flatMap((room) => eventsIn(join(packages, room, 'src')));
  const heard = eventsIn(fileURLToPath(new URL('../src/instruments/', import.meta.url)));
  expect(defined.length).toBeGreaterThan(20);
  expect([...new Set(defined)].filter((name) => !heard.includes(name))).toEqual([]);
});
