import type { ServiceName } from '../shop/services.ts';
import { type Conditions, fair } from './conditions.ts';

/** Where trouble strikes: a service of the shop, or the store, and of that the member that leads it at the moment. */
export type Place = ServiceName | 'store';

/** One thing that goes wrong with one service. `kill` and `pause` hit the process, the others change its conditions. */
export type Trouble =
  | { readonly kind: 'kill' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'slow'; readonly millis: number }
  | { readonly kind: 'break'; readonly share: number }
  | { readonly kind: 'refuse'; readonly share: number }
  | { readonly kind: 'block'; readonly millis: number }
  | { readonly kind: 'drop'; readonly share: number }
  | { readonly kind: 'leak'; readonly share: number }
  | { readonly kind: 'lag'; readonly millis: number };

/** A trouble from one moment to another: data, so that every stack meets exactly the same storm. */
export interface Fault {
  readonly service: Place;
  readonly trouble: Trouble;
  /** Milliseconds after the start of the run. */
  readonly from: number;
  readonly until: number;
}

/** A stretch of the storm that people would call one incident, such as three bursts of errors. */
export interface Episode {
  readonly name: string;
  readonly faults: readonly Fault[];
}

/** A fault of a service, which every shop has. */
export type ServiceFault = Fault & { readonly service: ServiceName };

export function strikesService(fault: Fault): fault is ServiceFault {
  return fault.service !== 'store';
}

export function episodeEnd({ faults }: Episode): number {
  return Math.max(...faults.map(({ until }) => until));
}

/** When the episode after that of `index` begins, or the run ends. */
export function nextBegin(plan: readonly Episode[], index: number, runMillis: number): number {
  return plan[index + 1]?.faults[0]?.from ?? runMillis;
}

/** The conditions under which a service works that has this trouble; fair for what hits its process. */
export function conditionsOf(trouble: Trouble): Conditions {
  switch (trouble.kind) {
    case 'kill':
    case 'pause':
      return fair;
    case 'slow':
      return { ...fair, slowMillis: trouble.millis };
    case 'break':
      return { ...fair, brokenShare: trouble.share };
    case 'refuse':
      return { ...fair, refusedShare: trouble.share };
    case 'block':
      return { ...fair, blockedMillis: trouble.millis };
    case 'drop':
      return { ...fair, droppedShare: trouble.share };
    case 'leak':
      return { ...fair, leakedShare: trouble.share };
    case 'lag':
      return { ...fair, lagMillis: trouble.millis };
  }
}

/** What befalls a process, for people. */
export function describeTrouble(name: string, trouble: Trouble): string {
  switch (trouble.kind) {
    case 'kill':
      return `${name} is killed`;
    case 'pause':
      return `${name} is paused`;
    case 'slow':
      return `${name} gets slow: ${trouble.millis} ms more for each piece of work`;
    case 'break':
      return `${name} answers ${percent(trouble.share)} of requests with errors`;
    case 'refuse':
      return `${name} refuses ${percent(trouble.share)} of requests`;
    case 'block':
      return `${name} stands still for ${trouble.millis} ms again and again`;
    case 'drop':
      return `${name} loses the connection of ${percent(trouble.share)} of requests`;
    case 'leak':
      return `${name} loses a hand at ${percent(trouble.share)} of its work`;
    case 'lag':
      return `requests take ${trouble.millis} ms more on their way to ${name}`;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
