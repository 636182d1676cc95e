import { type Look, namedFirst } from '../report/looks.ts';
import type { Trial } from './trial.ts';

/** What the console made of a trial. */
export interface Verdict {
  /** Whether the service that was hit is named first in most of the looks that name anybody while the trouble lasts. */
  readonly right: boolean;
  /** Who is named first most often; undefined where nobody ever is. */
  readonly named: string | undefined;
  /** Looks while the trouble lasted that named anybody. */
  readonly looks: number;
  /** Those of them that named the right one first, and among the first two. */
  readonly first: number;
  readonly firstTwo: number;
  /** Milliseconds from the beginning of the trouble to the first look that named the right one first. */
  readonly noticedAfter: number | undefined;
  /** Looks at the calm before, and those of them that named anybody. */
  readonly calmLooks: number;
  readonly falseAlarms: number;
}

export function judge({ fault, until }: Trial, looks: readonly Look[]): Verdict {
  const hit = fault.service;
  const during = looks.filter(({ at, named }) => at >= fault.from && at <= until && named.length > 0);
  const calm = looks.filter(({ at }) => at < fault.from);
  const first = during.filter(({ named }) => named[0] === hit).length;
  const noticed = during.find((look) => look.named[0] === hit);
  return {
    right: first * 2 > during.length,
    named: namedFirst(during),
    looks: during.length,
    first,
    firstTwo: during.filter((look) => look.named.slice(0, 2).includes(hit)).length,
    noticedAfter: noticed === undefined ? undefined : noticed.at - fault.from,
    calmLooks: calm.length,
    falseAlarms: calm.filter(({ named }) => named.length > 0).length,
  };
}
