import type { SpanTree } from './span-tree.ts';

/**
 * Which spans a query means: 1 for each that meets all of its words, or undefined where there are none.
 *
 * | word | meets |
 * |---|---|
 * | `text` | an operation or a service that holds it, or a span id that begins with it |
 * | `service:text`, `op:text` | only that |
 * | `kind:client` | spans of that kind |
 * | `error` | failed spans |
 * | `critical` | spans on the critical path |
 * | `>5ms`, `<1s` | by duration: `us`, `ms`, `s` |
 * | `self>5ms` | by self time |
 *
 * @param critical - milliseconds of each span on the critical path.
 */
export function matchingSpans(tree: SpanTree, critical: Float64Array, query: string): Uint8Array | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const matches = new Uint8Array(tree.count).fill(1);
  for (const word of words) {
    const meets = meaningOf(tree, critical, word);
    for (let span = 0; span < tree.count; span++) if (matches[span] === 1 && !meets(span)) matches[span] = 0;
  }
  return matches;
}

/** The next span after `from` that is marked, in the order of rows, around the end; -1 where none is. */
export function nextMatch(matches: Uint8Array, from: number, step: 1 | -1): number {
  const count = matches.length;
  for (let turn = 1; turn <= count; turn++) {
    const span = (((from + step * turn) % count) + count) % count;
    if (matches[span] === 1) return span;
  }
  return -1;
}

type Meets = (span: number) => boolean;

const kinds = ['internal', 'server', 'client', 'producer', 'consumer'];

function meaningOf({ view, durations }: SpanTree, critical: Float64Array, word: string): Meets {
  if (word === 'error') return (span) => view.statuses[span] === 2;
  if (word === 'critical') return (span) => critical[span]! > 0;
  const limit = durationLimit(word);
  if (limit !== undefined) {
    const values = limit.self ? view.selfTimes : durations;
    return limit.above
      ? (span) => values[span]! > limit.milliseconds
      : (span) => values[span]! < limit.milliseconds;
  }
  const [, field, text] = /^(service|op|kind):(.+)$/.exec(word) ?? [];
  if (field === 'kind') return (span) => kinds[view.kinds[span]!] === text;
  const services = holding(view.services, text ?? word);
  const operations = holding(view.operations, text ?? word);
  if (field === 'service') return (span) => services[view.service[span]!] === 1;
  if (field === 'op') return (span) => operations[view.operation[span]!] === 1;
  return (span) =>
    operations[view.operation[span]!] === 1 ||
    services[view.service[span]!] === 1 ||
    view.spanIds[span]!.startsWith(word);
}

/** Names are few and spans are many: each name is read once. */
function holding(names: readonly string[], text: string): Uint8Array {
  return Uint8Array.from(names, (name) => (name.toLowerCase().includes(text) ? 1 : 0));
}

const milliseconds: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000 };

function durationLimit(word: string): { self: boolean; above: boolean; milliseconds: number } | undefined {
  const [, self, sign, number, unit] = /^(self)?([<>])(\d+(?:\.\d+)?)(us|µs|ms|s)$/.exec(word) ?? [];
  if (number === undefined) return undefined;
  return {
    self: self !== undefined,
    above: sign === '>',
    milliseconds: Number(number) * milliseconds[unit!]!,
  };
}
