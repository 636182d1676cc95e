import type { ServiceName } from '../shop/services.ts';

/** Where trouble strikes: a service of the shop, or the store, and of that the member that leads it at the moment. */
export type Place = ServiceName | 'store';

/** One thing that goes wrong with one service. `kill` and `pause` hit the process, the others its weather. */
export type Trouble =
  | { readonly kind: 'kill' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'slow'; readonly millis: number }
  | { readonly kind: 'break'; readonly share: number };

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
