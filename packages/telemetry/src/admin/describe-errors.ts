import { type ErrorMonitorSnapshot, errorMonitors } from '@holdfast/core';
import { mergeErrorSnapshots } from './merge-error-snapshots.ts';

export function hasErrorMonitors(): boolean {
  return errorMonitors.list().length > 0;
}

/** What all monitors of this process know. `samples`: whether single errors are told, with what they say of their users. */
export function describeErrors(samples: boolean): ErrorMonitorSnapshot {
  const snapshot = mergeErrorSnapshots(errorMonitors.list().map((monitor) => monitor.snapshot()));
  if (samples) return snapshot;
  return { ...snapshot, groups: snapshot.groups.map((group) => ({ ...group, samples: [] })) };
}
