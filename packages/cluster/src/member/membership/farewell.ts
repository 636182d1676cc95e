/**
 * Why a member is turned away for good, and the first byte of the message that tells it. `removed`: from the cluster.
 * `started-before`: it has no log, but had one; it would forget what it has promised, and has to be added anew.
 */
export type FarewellReason = 'removed' | 'started-before';

const kinds: Readonly<Record<FarewellReason, number>> = { removed: 36, 'started-before': 39 };

export function encodeFarewell(reason: FarewellReason): Uint8Array {
  return Uint8Array.of(kinds[reason]);
}

/** Undefined for a message of another kind. */
export function farewellOf(kind: number): FarewellReason | undefined {
  if (kind === kinds.removed) return 'removed';
  return kind === kinds['started-before'] ? 'started-before' : undefined;
}
