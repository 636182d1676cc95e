/**
 * The peers, each in the newest version that declares to support the running Node. Types are those of the
 * newest version; what is used here has the same shape in both.
 */
import { readFileSync } from 'node:fs';
import { nodeMajor } from './harness/node-version.ts';

const supportsNewest = nodeMajor >= 22;

export const cockatiel: typeof import('cockatiel') = await import(
  supportsNewest ? 'cockatiel' : 'cockatiel3'
);
export const opossum: typeof import('opossum') = (await import(supportsNewest ? 'opossum' : 'opossum9'))
  .default;
export const pRetry: typeof import('p-retry').default = (
  await import(supportsNewest ? 'p-retry' : 'p-retry7')
).default;

export const versions = {
  cockatiel: installed(supportsNewest ? 'cockatiel' : 'cockatiel3'),
  opossum: installed(supportsNewest ? 'opossum' : 'opossum9'),
  pRetry: installed(supportsNewest ? 'p-retry' : 'p-retry7'),
  effect: installed('effect'),
  limiter: installed('limiter'),
  rateLimiterFlexible: installed('rate-limiter-flexible'),
  fakeTimers: installed('@sinonjs/fake-timers'),
  promClient: installed('prom-client'),
  protobufjs: installed('protobufjs'),
  openTelemetryMetrics: installed('@opentelemetry/sdk-metrics'),
} as const;

/** The folder a peer is installed in; it differs from its name where two majors live side by side. */
export function installedAs(name: 'cockatiel' | 'opossum' | 'p-retry'): string {
  if (supportsNewest) return name;
  return { cockatiel: 'cockatiel3', opossum: 'opossum9', 'p-retry': 'p-retry7' }[name];
}

function installed(folder: string): string {
  const manifest = readFileSync(new URL(`./node_modules/${folder}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
