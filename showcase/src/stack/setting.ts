import type { World } from '@holdfast/core';
import type { ServiceName } from '../shop/services.ts';
import type { Tally } from './tally.ts';

/** What a stack is built for. */
export interface StackSetting {
  readonly service: ServiceName;
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly tally: Tally;
  readonly world: World;
}
