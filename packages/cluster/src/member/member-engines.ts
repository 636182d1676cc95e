import type { HostWorld } from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import type { Greeting, Peers } from '@holdfast/transport';

/** What a member is built on: the durable log, and the links to other members. */
export interface MemberEngines {
  openJournal(world: HostWorld, settings: JournalSettings): Promise<Journal>;
  openPeers(world: HostWorld, options: PeersOptions): Promise<Peers>;
}

export interface JournalSettings {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly ownsFolder: boolean;
}

export interface PeersOptions {
  readonly greeting: Greeting;
  readonly port: number;
  /** The name of the peer that greets so, with a certificate of these names; undefined for a stranger. */
  identify(peer: Greeting, certificateNames: readonly string[]): string | undefined;
  receive(peer: string, message: Uint8Array): void;
}
