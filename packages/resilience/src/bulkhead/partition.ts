import { invalidArgument, type World } from '@holdfast/core';
import { wholeNumber } from '../options.ts';
import { Bulkhead, type BulkheadOptions } from './bulkhead.ts';
import { CapacityPool, CapacityShare } from './capacity.ts';

export interface PartitionOptions extends Omit<BulkheadOptions, 'maxConcurrent' | 'share' | 'world'> {
  /** How many places it can always have, whatever the others do. */
  readonly guaranteed: number;
  /** How many it may have while nobody is guaranteed them. Default: `guaranteed`, a fixed partition. */
  readonly max?: number;
}

/**
 * Divides one capacity among bulkheads. Each can always have its guaranteed places; what nobody is guaranteed,
 * those with a larger `max` may borrow. So no partition can starve another.
 *
 *     const { checkout, search } = partition(20, { checkout: { guaranteed: 10 }, search: { guaranteed: 4, max: 8 } });
 *
 * @throws HoldfastError INVALID_ARGUMENT when the guarantees exceed `total`, or a number is none.
 */
export function partition<Name extends string>(
  total: number,
  partitions: { readonly [N in Name]: PartitionOptions },
  world?: World,
): { readonly [N in Name]: Bulkhead } {
  wholeNumber(total, 'total', 1);
  const names = Object.keys(partitions) as Name[];
  let guarantees = 0;
  for (const name of names) {
    guarantees += wholeNumber(partitions[name].guaranteed, `partitions.${name}.guaranteed`, 0);
  }
  if (guarantees > total) {
    throw invalidArgument('total', total, `at least the sum of the guarantees, ${guarantees}`);
  }
  const spare = total - guarantees;
  const pool = new CapacityPool(spare);
  const bulkheads = {} as { [N in Name]: Bulkhead };
  for (const name of names) {
    const { guaranteed, max = guaranteed, ...options }: PartitionOptions = partitions[name];
    bulkheads[name] = new Bulkhead({
      name,
      ...options,
      ...(world === undefined ? undefined : { world }),
      // What it may never have would be waited for in vain.
      maxConcurrent: wholeNumber(max, `partitions.${name}.max`, Math.max(1, guaranteed), guaranteed + spare),
      share: new CapacityShare(pool, guaranteed),
    });
  }
  return bulkheads;
}
