import { asHoldfastError } from '@holdfast/core';
import type { RunContext } from '../../ledger/run-definition.ts';
import type { Definition } from '../definition.ts';
import type { SagaMachine } from '../records/machine.ts';
import { type MigrationRecord, migrated } from '../records/migration.ts';
import { firstDifference, type Shape } from '../records/plan.ts';
import { beginsWith } from '../records/record.ts';
import { replay } from '../records/replay.ts';

/** A run as its driver finds it. */
export interface TakenUp {
  readonly machine: SagaMachine;
  /** To be recorded: the saga goes on under this version from now on. */
  readonly migration?: MigrationRecord;
  /** Why it cannot be driven by this definition. */
  readonly mismatch?: string;
}

/** @param at - wall-clock milliseconds, now. */
export function takeUp(definition: Definition, run: RunContext, at: number): TakenUp {
  const { name, version, plan } = definition;
  const { records } = run;
  const known = records.length > 0 && beginsWith(records[0]!, definition.head) ? plan : undefined;
  const { machine, version: migratedTo } = replay(records, run.createdAt, known);
  const followed = migratedTo ?? run.version;
  if (followed === version) {
    if (machine.plan === plan) return { machine };
    const difference = firstDifference(machine.plan.shape, plan.shape);
    if (difference === undefined) return { machine };
    return {
      machine,
      mismatch:
        `Version ${version} of saga '${name}' is not what it was when this run began: ${difference}. ` +
        'Give the changed saga a new version, and bring the old one back beside it or migrate',
    };
  }
  const migration = definition.migrations.find(({ from }) => from === followed);
  if (migration === undefined) {
    return { machine, mismatch: otherVersion(definition, followed, machine.plan.shape) };
  }
  const record: MigrationRecord = { version, shape: plan.shape, names: migration.map ?? {} };
  try {
    return { machine: migrated(machine, plan, record.names, at), migration: record };
  } catch (error) {
    const { message } = asHoldfastError(error);
    return {
      machine,
      mismatch: `Version ${followed} of saga '${name}' cannot go on as version ${version}: ${message}`,
    };
  }
}

/** What the ledger would need to drive it. */
export function lackOf({ places }: Definition, { attachable }: RunContext): string | undefined {
  const attached = attachable ? undefined : places.find((place) => place.attached);
  return (
    attached && `Step '${attached.name}' is attached, which needs a ledger on a database that it writes to`
  );
}

function otherVersion({ name, version, plan }: Definition, followed: number, shape: Shape): string {
  const difference = firstDifference(shape, plan.shape) ?? 'its steps are the same';
  const remedy =
    followed < version
      ? `Open the ledger with version ${followed} beside it, or give it a migration from ${followed}`
      : `Open the ledger with version ${followed} of it`;
  return `This run of saga '${name}' follows version ${followed}, not ${version}: ${difference}. ${remedy}`;
}
