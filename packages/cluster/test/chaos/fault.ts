import type { Random } from '@holdfast/core';

/** What is done to the cluster at one moment; it lasts until it is undone, or until `heal`. */
export type Fault =
  | { readonly kind: 'kill'; readonly host: number }
  | { readonly kind: 'start'; readonly host: number }
  | { readonly kind: 'pause'; readonly host: number }
  | { readonly kind: 'resume'; readonly host: number }
  | { readonly kind: 'cut'; readonly from: number; readonly to: number }
  | { readonly kind: 'isolate'; readonly host: number }
  | { readonly kind: 'slow'; readonly host: number; readonly kilobits: number }
  | { readonly kind: 'heal-network' }
  | { readonly kind: 'fill-disk'; readonly host: number; readonly freeBytes: number }
  | { readonly kind: 'free-disk'; readonly host: number }
  | { readonly kind: 'fail-flush'; readonly host: number }
  | { readonly kind: 'mend-flush'; readonly host: number }
  | { readonly kind: 'step-clock'; readonly host: number; readonly seconds: number };

/** Faults in the order of their moments, in milliseconds from the start. */
export type FaultPlan = readonly { readonly at: number; readonly fault: Fault }[];

type Kind = 'kill' | 'pause' | 'cut' | 'isolate' | 'slow' | 'fill-disk' | 'fail-flush' | 'step-clock';
const kinds: readonly Kind[] = [
  'kill',
  'pause',
  'cut',
  'isolate',
  'slow',
  'fill-disk',
  'fail-flush',
  'step-clock',
];

/**
 * Draws faults for `millis`: one after the other, each undone after a while, with a second one in between now and then.
 * All of it follows from `random`. A plan favours some kinds, so that many plans together try combinations in depth.
 */
export function drawFaultPlan(random: Random, hosts: number, millis: number): FaultPlan {
  const favoured = kinds.filter(() => random.below(2) === 0);
  const choice = favoured.length === 0 ? kinds : favoured;
  const plan: { at: number; fault: Fault }[] = [];
  for (let at = between(random, 300, 1_500); at < millis; at += between(random, 600, 2_500)) {
    const kind = choice[random.below(choice.length)]!;
    const lasts = between(random, 300, 3_000);
    const [fault, undo] = draw(kind, random, hosts);
    plan.push({ at, fault });
    if (undo !== undefined) plan.push({ at: at + lasts, fault: undo });
  }
  return plan.sort((one, other) => one.at - other.at);
}

function draw(kind: Kind, random: Random, hosts: number): [fault: Fault, undo: Fault | undefined] {
  const host = random.below(hosts);
  switch (kind) {
    case 'kill':
      return [
        { kind, host },
        { kind: 'start', host },
      ];
    case 'pause':
      return [
        { kind, host },
        { kind: 'resume', host },
      ];
    case 'cut':
      return [
        { kind, from: host, to: (host + between(random, 1, hosts - 1)) % hosts },
        { kind: 'heal-network' },
      ];
    case 'isolate':
      return [{ kind, host }, { kind: 'heal-network' }];
    case 'slow':
      return [{ kind, host, kilobits: between(random, 64, 2_048) }, { kind: 'heal-network' }];
    case 'fill-disk':
      return [
        { kind, host, freeBytes: random.below(65) * 4_096 },
        { kind: 'free-disk', host },
      ];
    case 'fail-flush':
      return [
        { kind, host },
        { kind: 'mend-flush', host },
      ];
    case 'step-clock':
      return [{ kind, host, seconds: between(random, -7_200, 7_200) }, undefined];
  }
}

function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
