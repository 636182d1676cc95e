import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { negotiateFormat, openMetricsFormat, textFormat } from './exposition-format.ts';
import { streamExposition, writeExposition } from './write-exposition.ts';

const quoted = negotiateFormat('text/plain;version=1.0.0;escaping=allow-utf-8');

function example(): MetricRegistry {
  const registry = new MetricRegistry();
  const calls = registry.counter('calls_total', {
    help: 'Calls by "method" \\ code\nall',
    labels: ['method'],
  });
  calls.with({ method: 'b"\\\n' }).add(2);
  calls.with({ method: 'a' }).add(1.5);
  const durations = registry.histogram('duration_seconds', {
    help: 'Took.',
    unit: 'seconds',
    bounds: [0.5, 1],
    labels: ['peer.name'],
  });
  for (const value of [0.2, 0.7, 3]) durations.with({ 'peer.name': 'x' }).record(value);
  registry.gauge('process.memory', { help: 'Bytes.' }).set(Number.NEGATIVE_INFINITY);
  registry.counter('unused', { help: 'No series.', labels: ['a'] });
  return registry;
}

describe('writeExposition', () => {
  test('text format 0.0.4', () => {
    expect(writeExposition(example(), textFormat)).toBe(
      [
        '# HELP calls_total Calls by "method" \\\\ code\\nall',
        '# TYPE calls_total counter',
        'calls_total{method="b\\"\\\\\\n"} 2',
        'calls_total{method="a"} 1.5',
        '# HELP duration_seconds Took.',
        '# TYPE duration_seconds histogram',
        'duration_seconds_bucket{peer_name="x",le="0.5"} 1',
        'duration_seconds_bucket{peer_name="x",le="1"} 2',
        'duration_seconds_bucket{peer_name="x",le="+Inf"} 3',
        'duration_seconds_sum{peer_name="x"} 3.9',
        'duration_seconds_count{peer_name="x"} 3',
        '# HELP process_memory Bytes.',
        '# TYPE process_memory gauge',
        'process_memory -Inf',
        '',
      ].join('\n'),
    );
  });

  test('what is of no kind keeps its name in every format', () => {
    const registry = new MetricRegistry();
    registry.observe('keys_total', { kind: 'unknown', help: 'Keys.' }, () => 3);
    expect(writeExposition(registry, textFormat)).toBe(
      '# HELP keys_total Keys.\n# TYPE keys_total untyped\nkeys_total 3\n',
    );
    expect(writeExposition(registry, openMetricsFormat)).toContain(
      '# TYPE keys_total unknown\nkeys_total 3\n',
    );
  });

  test('OpenMetrics names families without _total, writes units and bounds in full, and says where it ends', () => {
    const text = writeExposition(example(), openMetricsFormat);
    expect(text).toContain(
      '# HELP calls Calls by \\"method\\" \\\\ code\\nall\n# TYPE calls counter\ncalls_total{',
    );
    expect(text).toContain('# UNIT duration_seconds seconds\n');
    expect(text).toContain(',le="1.0"} 2\n');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(writeExposition(new MetricRegistry(), openMetricsFormat)).toBe('# EOF\n');
  });

  test('names with special characters are quoted for those who understand it', () => {
    const text = writeExposition(example(), quoted);
    expect(text).toContain('# TYPE "process.memory" gauge\n{"process.memory"} -Inf\n');
    expect(text).toContain('duration_seconds_bucket{"peer.name"="x",le="0.5"} 1\n');
  });

  test('what it writes reads back as what was measured, whatever names and labels say', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 8 })
      .filter((text) => !text.startsWith('__'));
    const entry = fc.record({
      labels: fc.tuple(fc.string({ unit: 'binary' }), fc.string()),
      // A zero has no sign once it is written.
      value: fc
        .oneof(fc.double(), fc.nat(), fc.constantFrom(9, 10, 99, 100, 1e9, 2 ** 32 - 1, 2 ** 32))
        .map((value) => value + 0),
    });
    fc.assert(
      fc.property(name, name, name, fc.array(entry, { minLength: 1 }), (metric, first, second, entries) => {
        const registry = new MetricRegistry();
        fc.pre(plain(first) !== plain(second));
        const gauge = registry.gauge(metric, { help: metric, labels: [first, second] });
        const expected = new Map<string, number>();
        for (const { labels, value } of entries) {
          gauge.with({ [first]: labels[0], [second]: labels[1] }).set(value);
          const said = [
            [first, labels[0]],
            [second, labels[1]],
          ].filter(([, text]) => text !== '');
          expected.set(JSON.stringify([metric, ...said.flat()]), value);
        }
        const read = new Map(
          readQuoted(writeExposition(registry, quoted)).map(([words, value]) => [
            JSON.stringify(words),
            value,
          ]),
        );
        expect(read).toEqual(expected);
      }),
    );
  });
});

describe('streamExposition', () => {
  test('lets the event loop turn also where few series take long to read', async () => {
    const registry = new MetricRegistry();
    for (const name of ['a', 'b', 'c', 'd']) {
      registry.observe(name, { kind: 'gauge', help: 'Slow.' }, () => {
        for (const end = performance.now() + 4; performance.now() < end; );
        return 1;
      });
    }
    const pieces: string[] = [];
    for await (const piece of streamExposition(registry)) pieces.push(piece);
    expect(pieces).toHaveLength(4);
  });

  test('writes the same in pieces, and lets the event loop turn between them', async () => {
    const registry = example();
    const users = registry.gauge('users', { help: 'Many.', labels: ['user'], seriesMax: 10_000 });
    for (let user = 0; user < 10_000; user += 1) users.with({ user: `user-${user}` }).set(user);
    let turns = 0;
    const turn = () => {
      turns += 1;
      timer = setImmediate(turn);
    };
    let timer = setImmediate(turn);
    const pieces: string[] = [];
    for await (const piece of streamExposition(registry, openMetricsFormat)) pieces.push(piece);
    clearImmediate(timer);
    expect(pieces.join('')).toBe(writeExposition(registry, openMetricsFormat));
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
    expect(turns).toBeGreaterThanOrEqual(pieces.length - 1);
  });
});

function plain(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/gu, '_').replace(/^(?=[0-9])/, '_');
}

/** Reads samples with labels as the quoted text format defines them: all words of a line, and its value. */
function readQuoted(text: string): [string[], number][] {
  const word = /"((?:[^"\\]|\\.)*)"|([a-zA-Z_:][a-zA-Z0-9_:]*)/gsy;
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const end = line.lastIndexOf(' ');
      const words: string[] = [];
      for (let at = 0; at < end; ) {
        word.lastIndex = at;
        const match = word.exec(line);
        if (match === null) at += 1;
        else {
          words.push(match[2] ?? match[1]!.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)));
          at = word.lastIndex;
        }
      }
      const value = line.slice(end + 1).replace('Inf', 'Infinity');
      return [words, Number(value)];
    });
}
