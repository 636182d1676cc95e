import type { FlameView } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';

/** Where many traces spend their time, or what changed, in one sentence. */
export function flameSentence({ traces, baseTraces, nodes, changes }: FlameView): string {
  const mean = totalOf(nodes.map(({ parent, total }) => ({ parent, total })));
  const [most] = [...nodes].sort((one, other) => other.self - one.self);
  if (traces === 0 || most === undefined) return 'No trace is like that in this window.';
  const many = `${formatCount(traces)} ${traces === 1 ? 'trace' : 'traces'}`;
  if (baseTraces === undefined) {
    return `${many}, ${formatDuration(mean)} each; most of it in ${most.operation} of ${most.service}, ${formatDuration(most.self)}.`;
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

function totalOf(nodes: readonly { readonly parent: number; readonly total: number }[]): number {
  return nodes.reduce((sum, { parent, total }) => (parent < 0 ? sum + total : sum), 0);
}
