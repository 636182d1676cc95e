import type { FlameView } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount, formatShare } from '../../format/number.ts';

/** Where many traces spend their time, or what changed, in one sentence. */
export function flameSentence({ traces, baseTraces, nodes, changes }: FlameView): string {
  const mean = totalOf(nodes.map(({ parent, total }) => ({ parent, total })));
  const most = heaviestOf(nodes);
  if (traces === 0 || most === undefined) return 'No trace matches in this window.';
  const many = `${formatCount(traces)} ${traces === 1 ? 'trace' : 'traces'}`;
  if (baseTraces === undefined) {
    const share = formatShare(mean === 0 ? 0 : most.self / mean);
    return `${many}, ${formatDuration(mean)} each; most in ${most.operation} of ${most.service}, ${formatDuration(most.self)} (${share}).`;
  }
  if (baseTraces === 0) return `${many}, ${formatDuration(mean)} each; none in the window to compare with.`;
  const base = totalOf(nodes.map(({ parent, baseTotal }) => ({ parent, total: baseTotal ?? 0 })));
  const change = mean - base;
  const head = `${many}, ${formatDuration(mean)} each, ${formatDuration(base)} before`;
  const [first] = changes;
  if (first === undefined || Math.abs(change) < base * 0.02) return `${head}: no difference to speak of.`;
  const by = formatDuration(Math.abs(first.self - first.baseSelf));
  const word = first.self > first.baseSelf ? 'slower' : 'faster';
  return `${head}; ${first.operation} of ${first.service} got ${by} ${word}.`;
}

/** The operation that has most time of its own, wherever it stands. */
function heaviestOf(
  nodes: FlameView['nodes'],
): Pick<FlameView['nodes'][number], 'service' | 'operation' | 'self'> | undefined {
  const sums = new Map<string, { service: string; operation: string; self: number }>();
  for (const { service, operation, self } of nodes) {
    const key = `${service}\n${operation}`;
    const sum = sums.get(key) ?? { service, operation, self: 0 };
    sum.self += self;
    sums.set(key, sum);
  }
  return [...sums.values()].sort((one, other) => other.self - one.self)[0];
}

function totalOf(nodes: readonly { readonly parent: number; readonly total: number }[]): number {
  return nodes.reduce((sum, { parent, total }) => (parent < 0 ? sum + total : sum), 0);
}
