import type { Subject } from '../../../harness/area.ts';
import { looped } from '../../../harness/workload.ts';
import { counting, recorder } from './recorder.ts';
import { bounds } from './settings.ts';

/** An array that is added to. */
export const bareMetrics: Readonly<Record<string, Subject>> = {
  counter: () => {
    const counts = new Float64Array(64);
    return looped(
      counting((series) => () => {
        counts[series]! += 1;
      }),
    );
  },
  histogram: bareHistogram,
  'histogram-otel': bareHistogram,
};

function bareHistogram() {
  const limits = Float64Array.of(...bounds, Number.POSITIVE_INFINITY);
  const counts = new Float64Array(limits.length);
  return looped(
    recorder((value) => {
      let bucket = 0;
      while (value > limits[bucket]!) bucket++;
      counts[bucket]! += 1;
    }),
  );
}
