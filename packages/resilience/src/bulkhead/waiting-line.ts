import { Timer } from '@holdfast/core';

/** The least important priority; 0 is the most important. */
export const priorityMax = 15;

/** Somebody in a {@link WaitingLine}. As a timer, it is the longest that it waits. */
export abstract class Waiter extends Timer {
  readonly priority: number;
  /** Neighbours in the line. Only the line writes them. */
  ahead: Waiter | undefined = undefined;
  behind: Waiter | undefined = undefined;
  waiting = false;

  constructor(priority: number) {
    super();
    this.priority = priority;
  }
}

/** Waiters in order of priority, and of arrival within one priority. Every operation takes constant time. */
export class WaitingLine<W extends Waiter> {
  /** First and last of each priority. */
  private readonly first: (W | undefined)[] = new Array(priorityMax + 1).fill(undefined);
  private readonly last: (W | undefined)[] = new Array(priorityMax + 1).fill(undefined);
  /** One bit for each priority that somebody waits with. */
  private present = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  join(waiter: W): void {
    const { priority } = waiter;
    const last = this.last[priority];
    waiter.ahead = last;
    if (last === undefined) this.first[priority] = waiter;
    else last.behind = waiter;
    this.last[priority] = waiter;
    this.present |= 1 << priority;
    waiter.waiting = true;
    this.count++;
  }

  leave(waiter: W): void {
    if (!waiter.waiting) return;
    const { priority } = waiter;
    const ahead = waiter.ahead as W | undefined;
    const behind = waiter.behind as W | undefined;
    if (ahead === undefined) this.first[priority] = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.last[priority] = ahead;
    else behind.ahead = ahead;
    if (this.first[priority] === undefined) this.present &= ~(1 << priority);
    waiter.ahead = undefined;
    waiter.behind = undefined;
    waiter.waiting = false;
    this.count--;
  }

  /** Takes the most important waiter, the one that came first among equals. */
  takeFirst(): W | undefined {
    if (this.present === 0) return undefined;
    const waiter = this.first[31 - Math.clz32(this.present & -this.present)]!;
    this.leave(waiter);
    return waiter;
  }

  /** The newest of the least important waiters: the one to give way. */
  peekLast(): W | undefined {
    return this.present === 0 ? undefined : this.last[31 - Math.clz32(this.present)];
  }
}
