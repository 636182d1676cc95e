import type { Address } from '@holdfast/core';

/**
 * Links to peers known by name: one channel to each, made anew with a growing, jittered delay when it breaks. Messages
 * go one way, in order while a channel lasts, and may be lost; the protocol above lives with that.
 */
export interface Peers {
  /** Where it takes the others' channels. */
  readonly address: Address;
  /** Names whom to be linked with, in place of those named before; links to others are dropped. */
  set(peers: ReadonlyMap<string, Address>): void;
  /** Takes a message for `peer`. False, and it counts as dropped, when nobody is called so or its queue is full. */
  send(peer: string, ...parts: readonly Uint8Array[]): boolean;
  figures(): readonly PeerFigures[];
  close(): Promise<void>;
}

export interface PeerFigures {
  readonly peer: string;
  readonly connected: boolean;
  readonly connects: number;
  readonly sentMessages: number;
  readonly sentBytes: number;
  readonly receivedMessages: number;
  readonly receivedBytes: number;
  readonly droppedMessages: number;
  readonly queuedBytes: number;
  /** Microseconds to the peer and back, as last probed; undefined before. */
  readonly roundTrip: number | undefined;
}
