import { SagaMachine } from './machine.ts';
import { type MigrationRecord, migrated } from './migration.ts';
import { type Plan, planOf } from './plan.ts';
import { decodeEvent, decodeShape, nowhere, type SagaEvent } from './record.ts';

/** A saga as its records say it is. */
export interface Replay {
  readonly machine: SagaMachine;
  /** Of the definition that it follows now, where its records say so: those of a saga that was migrated do. */
  readonly version: number | undefined;
}

/**
 * Folds the records of a run, without its definition.
 *
 * @param known - a plan to use when the shape is that of the first record, to save making one.
 * @param observe - called with each event after it has been applied, from `began` on.
 * @throws HoldfastError SAGA_RECORD_INVALID.
 */
export function replay(
  records: readonly Uint8Array[],
  createdAt: number,
  known?: Plan,
  observe?: (event: SagaEvent, machine: SagaMachine) => void,
): Replay {
  let machine = new SagaMachine(known ?? planOf(decodeShape(records[0])), createdAt);
  let version: number | undefined;
  observe?.({ kind: 'began', place: nowhere, at: createdAt, text: '' }, machine);
  for (let index = 1; index < records.length; index++) {
    const event = decodeEvent(records[index]!);
    if (event.kind === 'migrated') {
      const migration = JSON.parse(event.text) as MigrationRecord;
      version = migration.version;
      machine = migrated(machine, planOf(migration.shape), migration.names, event.at);
    } else machine.apply(event);
    observe?.(event, machine);
  }
  return { machine, version };
}
