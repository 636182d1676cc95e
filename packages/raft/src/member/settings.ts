import { invalidArgument } from '@holdfast/core';
import type { RaftOptions } from './options.ts';

/** The options with their defaults. */
export type Settings = Required<RaftOptions>;

/** @throws HoldfastError INVALID_ARGUMENT naming the option. */
export function toSettings(options: RaftOptions): Settings {
  const electionTimeout = whole('electionTimeout', options.electionTimeout, 1_000_000, 2);
  const heartbeatInterval = whole(
    'heartbeatInterval',
    options.heartbeatInterval,
    Math.max(1, Math.floor(electionTimeout / 10)),
    1,
    electionTimeout - 1,
  );
  const reads = options.reads ?? 'confirm';
  if (reads !== 'confirm' && reads !== 'lease') throw invalidArgument('reads', reads, "'confirm' or 'lease'");
  const checkQuorum = options.checkQuorum ?? true;
  if (reads === 'lease' && !checkQuorum) {
    throw invalidArgument('checkQuorum', checkQuorum, 'true when reads use leases');
  }
  if (typeof options.id !== 'string' || options.id === '') {
    throw invalidArgument('id', options.id, 'a name that is not empty');
  }
  return {
    id: options.id,
    random: options.random,
    electionTimeout,
    heartbeatInterval,
    preVote: options.preVote ?? true,
    checkQuorum,
    priority: whole('priority', options.priority, 10, 0, 10),
    reads,
    clockDriftMax: whole('clockDriftMax', options.clockDriftMax, 10_000, 0, 999_999),
    appendBytesMax: whole('appendBytesMax', options.appendBytesMax, 1 << 20, 1),
    inflightMessagesMax: whole('inflightMessagesMax', options.inflightMessagesMax, 64, 1, 65_536),
    inflightBytesMax: whole('inflightBytesMax', options.inflightBytesMax, 8 << 20, 1),
    uncommittedBytesMax: whole('uncommittedBytesMax', options.uncommittedBytesMax, 64 << 20, 1),
    applyBytesMax: whole('applyBytesMax', options.applyBytesMax, 16 << 20, 1),
    readsMax: whole('readsMax', options.readsMax, 10_000, 1),
    chunkBytesMax: whole('chunkBytesMax', options.chunkBytesMax, 1 << 20, 1),
  };
}

function whole(
  field: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw invalidArgument(field, value, `a whole number ${range}`);
}
