import { metricKinds } from '../metric-batch.ts';

/** How a point of one kind of metric is written: the tags of what all have, but each under its own number. */
export interface PointForm {
  readonly name: 'number' | 'histogram' | 'exponential' | 'summary';
  readonly kind: number;
  readonly attributesTag: number;
  readonly flagsTag: number;
  /** -1 where there is none, as for the two that follow. */
  readonly exemplarsTag: number;
  readonly minTag: number;
  readonly maxTag: number;
}

const number = {
  name: 'number',
  attributesTag: 0x3a,
  flagsTag: 0x40,
  exemplarsTag: 0x2a,
  minTag: -1,
  maxTag: -1,
} as const;

/** By the tag under which a metric holds its points. */
export const pointForms: ReadonlyMap<number, PointForm> = new Map<number, PointForm>([
  [0x2a, { ...number, kind: metricKinds.gauge }],
  [0x3a, { ...number, kind: metricKinds.sum }],
  [
    0x4a,
    {
      name: 'histogram',
      kind: metricKinds.histogram,
      attributesTag: 0x4a,
      flagsTag: 0x50,
      exemplarsTag: 0x42,
      minTag: 0x59,
      maxTag: 0x61,
    },
  ],
  [
    0x52,
    {
      name: 'exponential',
      kind: metricKinds.histogram,
      attributesTag: 0x0a,
      flagsTag: 0x50,
      exemplarsTag: 0x5a,
      minTag: 0x61,
      maxTag: 0x69,
    },
  ],
  [0x5a, { ...number, name: 'summary', exemplarsTag: -1, kind: metricKinds.summary }],
]);
