import type { FlameView } from '../api/console-api.ts';
import { depthsOf, type FlameTree } from './flame-tree.ts';

/** The critical paths of many traces as a flame graph. Weights are mean milliseconds a trace. */
export function criticalFlame({ nodes, baseTraces }: FlameView): FlameTree {
  const parents = Int32Array.from(nodes, ({ parent }) => parent);
  const compared = baseTraces !== undefined;
  return {
    count: nodes.length,
    parents,
    depths: depthsOf(parents),
    totals: Float64Array.from(nodes, ({ total }) => total),
    selves: Float64Array.from(nodes, ({ self }) => self),
    baseTotals: compared ? Float64Array.from(nodes, ({ baseTotal }) => baseTotal ?? 0) : undefined,
    baseSelves: compared ? Float64Array.from(nodes, ({ baseSelf }) => baseSelf ?? 0) : undefined,
    labels: nodes.map(({ service, operation }) => `${service} · ${operation}`),
    groups: nodes.map(({ service }) => service),
  };
}
