import { invalidArgument } from '@holdfast/core';

/** How much a span may hold. What is beyond is counted: as `dropped...` in what is exported. */
export interface SpanLimits {
  /** Attributes of a span, an event or a link each; further ones are left out. Default 128. */
  readonly attributes: number;
  /** Characters of a text, which is cut there. Default 16,384. */
  readonly attributeLength: number;
  /** Events of a span; the oldest go. Default 128. */
  readonly events: number;
  /** Links of a span; further ones are left out. Default 128. */
  readonly links: number;
}

const defaultSpanLimits: SpanLimits = {
  attributes: 128,
  attributeLength: 16_384,
  events: 128,
  links: 128,
};

/** @throws HoldfastError INVALID_ARGUMENT */
export function spanLimits(limits: Partial<SpanLimits>): SpanLimits {
  const all: SpanLimits = { ...defaultSpanLimits, ...limits };
  for (const field of Object.keys(defaultSpanLimits) as (keyof SpanLimits)[]) {
    if (!(Number.isSafeInteger(all[field]) && all[field] >= 0)) {
      throw invalidArgument(`limits.${field}`, all[field], 'a whole number from 0');
    }
  }
  return all;
}
