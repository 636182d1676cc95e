/**
 * What one end of a stream tells the other in one packet; TCP's segment (RFC 9293), except that the ends have numbers
 * of their own, never used twice, where TCP has ports and initial sequence numbers. Positions count from 0: the
 * opening of the stream takes position 0, then each byte takes one, and the end takes the last.
 */
export interface Segment {
  /** `refused`: nobody listens there. `reset`: there is no such stream, or no more. */
  readonly kind: 'stream' | 'reset' | 'refused';
  /** The end that it comes from. */
  readonly from: number;
  /** The end that it is for; {@link nobody} when that is not known yet. */
  readonly to: number;
  /** The position of its first part. */
  readonly sequence: number;
  readonly opens: boolean;
  readonly bytes: Uint8Array;
  readonly ends: boolean;
  /** Asks for an answer although there is nothing in it. */
  readonly probe: boolean;
  /** The position that its sender expects next: everything before has arrived. */
  readonly acknowledged: number;
  /** The position up to which its sender has room. */
  readonly windowEnd: number;
}

/** The part of a segment that its sender decides. */
export type Part = Pick<Segment, 'sequence' | 'opens' | 'bytes' | 'ends' | 'probe'>;

export const nobody = 0;

export const noBytes: Uint8Array = new Uint8Array(0);

/** What a segment carries that only acknowledges. */
export const nothing: Part = { sequence: 0, opens: false, bytes: noBytes, ends: false, probe: false };

/** How many positions a segment takes. */
export function lengthOf({ opens, bytes, ends }: Part): number {
  return (opens ? 1 : 0) + bytes.length + (ends ? 1 : 0);
}

export function resetSegment(kind: 'reset' | 'refused', from: number, to: number): Segment {
  const { sequence, opens, bytes, ends, probe } = nothing;
  return { kind, from, to, sequence, opens, bytes, ends, probe, acknowledged: 0, windowEnd: 0 };
}
