import type { AdminSagaDetail } from '../../api/console-api.ts';

/** What a step did from one moment to another. */
export interface SagaBar {
  readonly kind: 'forward' | 'undo';
  readonly from: number;
  /** Undefined while it goes on. */
  readonly to: number | undefined;
  readonly outcome: 'done' | 'failed' | 'open' | 'stuck';
}

/** Something that happened at one moment. */
export interface SagaMark {
  readonly at: number;
  readonly what: string;
}

export interface SagaLane {
  /** Undefined for what concerns the saga as a whole. */
  readonly step: string | undefined;
  readonly bars: readonly SagaBar[];
  readonly marks: readonly SagaMark[];
}

/** A saga over time: a lane for each step, in the order of their declaration. */
export interface SagaTimeline {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly SagaLane[];
}

const begins: ReadonlySet<string> = new Set(['step started', 'wait started']);
const ends: ReadonlySet<string> = new Set(['step done', 'signal', 'skipped', 'resolved']);

/**
 * Reads the moments of a saga as bars and marks. Moments without a time are left out.
 *
 * @param now - where what goes on ends in the picture, in milliseconds since the Unix epoch.
 */
export function sagaTimeline(
  { status, steps, timeline, startedAt, endedAt }: AdminSagaDetail,
  now: number,
): SagaTimeline {
  const lanes = new Map<string | undefined, Lane>([[undefined, new Lane()]]);
  for (const { name } of steps) lanes.set(name, new Lane());
  const times = timeline.flatMap(({ at }) => at ?? []);
  for (const { at, what, step } of timeline) {
    if (at === undefined) continue;
    const lane = lanes.get(step) ?? lanes.get(undefined)!;
    if (begins.has(what)) lane.open('forward', at);
    else if (what === 'undo started') lane.open('undo', at);
    else if (ends.has(what) || what === 'undo done') lane.close(at, 'done');
    else if (what === 'saga failed' && step !== undefined) lane.close(at, 'failed');
    else lane.mark(at, what);
  }
  const from = Math.min(startedAt ?? now, ...times);
  const last = Math.max(from, ...times);
  // How long it has been stuck would push everything that led there into a corner.
  const end = endedAt ?? (status === 'stuck' ? last + (last - from) * 0.15 : now);
  return {
    from,
    to: Math.max(end, last, from + 1),
    lanes: Array.from(lanes, ([step, { bars, marks }]) => ({ step, bars, marks })).filter(
      ({ step, bars, marks }) => step !== undefined || bars.length + marks.length > 0,
    ),
  };
}

class Lane {
  readonly bars: SagaBar[] = [];
  readonly marks: SagaMark[] = [];

  open(kind: SagaBar['kind'], at: number): void {
    this.close(at, kind === 'undo' ? 'failed' : 'done');
    this.bars.push({ kind, from: at, to: undefined, outcome: 'open' });
  }

  close(at: number, outcome: 'done' | 'failed'): void {
    const last = this.bars.at(-1);
    if (last !== undefined && last.to === undefined)
      this.bars[this.bars.length - 1] = { ...last, to: at, outcome };
  }

  mark(at: number, what: string): void {
    this.marks.push({ at, what });
    const last = this.bars.at(-1);
    if (last === undefined || last.to !== undefined) return;
    if (what === 'stuck') this.bars[this.bars.length - 1] = { ...last, outcome: 'stuck' };
    else if (what === 'retried') this.bars[this.bars.length - 1] = { ...last, outcome: 'open' };
  }
}
