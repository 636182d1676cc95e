import { invalidArgument, type JsonValue } from '@holdfast/core';

/** The state of an aggregate at a version of its stream: saves reading what led to it, and may be lost at any time. */
export interface Snapshot {
  readonly version: number;
  /** Of the form of `state`: others are not used. */
  readonly form: number;
  readonly state: JsonValue;
}

/** Where snapshots are kept. */
export interface Snapshots {
  load(stream: string, signal?: AbortSignal): Promise<Snapshot | undefined>;
  /** Replaces the one before. */
  save(stream: string, snapshot: Snapshot, signal?: AbortSignal): Promise<void>;
}

export interface MemorySnapshotsOptions {
  /** Those not used for longest are dropped beyond it. Default 10,000. */
  readonly max?: number | undefined;
}

/** Snapshots in memory, as texts: nobody holds a state that they share. */
export function memorySnapshots({ max = 10_000 }: MemorySnapshotsOptions = {}): Snapshots {
  if (!(Number.isSafeInteger(max) && max > 0)) throw invalidArgument('max', max, 'a whole number from 1');
  const kept = new Map<string, string>();
  return {
    async load(stream) {
      const text = kept.get(stream);
      if (text === undefined) return undefined;
      kept.delete(stream);
      kept.set(stream, text);
      return JSON.parse(text) as Snapshot;
    },
    async save(stream, snapshot) {
      kept.delete(stream);
      kept.set(stream, JSON.stringify(snapshot));
      for (const oldest of kept.keys()) {
        if (kept.size <= max) break;
        kept.delete(oldest);
      }
    },
  };
}
