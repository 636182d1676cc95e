import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MetricRegistry, observeProcess } from '@holdfast/telemetry';
import { describe, expect, test } from 'vitest';
import { checkClusterCommand } from '../src/cluster.ts';
import { observeEvents } from '../src/node/event-metrics.ts';
import { readFlagValues } from '../src/node/flag-values.ts';
import { callMetrics, observeLinks, observeNode } from '../src/node/node-metrics.ts';
import { nodeSettings } from '../src/node/node-settings.ts';
import { observeStore } from '../src/node/store-metrics.ts';

const folder = fileURLToPath(new URL('../../../docs/operations/', import.meta.url));
const pages = readdirSync(folder).map((name) => [name, readFileSync(folder + name, 'utf8')] as const);

/** The commands in the fenced shell blocks of a page, without the lines' continuation. */
function commandsIn(page: string): string[][] {
  return [...page.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block]) => block!.replaceAll(/\\\n\s*/g, '').split('\n'))
    .filter((line) => line.startsWith('npx holdfast '))
    .map((line) => line.split(/\s+/).slice(2));
}

describe.each(pages)('the commands of %s', (_name, page) => {
  test('are understood', async () => {
    for (const [command, ...args] of commandsIn(page)) {
      const told = `${command} ${args.join(' ')}`;
      if (command === 'cluster') expect(() => checkClusterCommand(args), told).not.toThrow();
      else {
        expect(command).toBe('node');
        const file = args.indexOf('--config-file');
        if (file >= 0) args.splice(file, 2);
        expect(nodeSettings(await readFlagValues(args, {})), told).not.toHaveProperty('problems');
      }
    }
  });
});

test('the pages are all in the list of them', () => {
  const index = readFileSync(`${folder}README.md`, 'utf8');
  for (const [name] of pages) if (name !== 'README.md') expect(index).toContain(`(${name})`);
});

test('the page on monitoring lists the metrics that there are', () => {
  const registry = new MetricRegistry();
  observeNode(registry, () => undefined);
  observeLinks(registry, () => undefined);
  observeStore(registry, () => undefined);
  observeEvents(registry)();
  callMetrics(registry);
  observeProcess(registry).stop();
  const names = registry.families().map(({ kind, name }) => (kind === 'counter' ? `${name}_total` : name));
  const page = readFileSync(`${folder}monitoring.md`, 'utf8');
  const listed = [
    ...page.matchAll(/^\| `([a-z0-9_]+)(?:\{[A-Za-z, _]*\})?` \| (?:counter|gauge|histogram|untyped) \|/gm),
  ].map(([, name]) => name);
  expect(listed.sort()).toEqual(names.sort());
});
