import { type Address, type HoldfastError, sleep, toMillis, type World } from '@holdfast/core';
import type { Greeting, Peers } from '@holdfast/transport';
import { clusterErrors } from '../../errors.ts';
import type { MemberIdentity } from '../log/identity.ts';
import { farewellOf } from './farewell.ts';
import type { PeerCertification } from './peer-certification.ts';
import { decodePeerIdentity, encodePeerIdentity } from './peer-identity.ts';
import { addressOf } from './peer-url.ts';
import { decodeWelcome, encodeJoin, welcomeKind } from './welcome.ts';

/** Opens links to others, who see this identity. */
export type OpenPeers = (options: {
  readonly identity: Uint8Array;
  identify(peer: Greeting, certificateNames: readonly string[]): string | undefined;
  receive(peer: string, message: Uint8Array): void;
}) => Promise<Peers>;

export interface JoiningOptions {
  readonly world: World;
  readonly openPeers: OpenPeers;
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** The peer URLs of the other members. */
  readonly others: readonly string[];
  readonly token: string;
  readonly isCertified: PeerCertification;
  /** Microseconds after which it gives up. */
  readonly timeout: number;
}

/** Microseconds between two questions. */
const askEvery = 100_000;

/**
 * Learns from a cluster that a member joins who it is: whoever has added it knows its id by its peer URLs.
 *
 * @throws HoldfastError JOIN_FAILED, FOLDER_MISMATCH.
 */
export async function join(options: JoiningOptions): Promise<MemberIdentity> {
  const { world, openPeers, name, peerUrls, others, token, isCertified, timeout } = options;
  const addresses = new Map<string, Address>();
  for (const url of others) {
    const address = addressOf(url);
    if (address !== undefined) addresses.set(url, address);
  }
  let welcome: MemberIdentity | undefined;
  let startedBefore = false;
  const peers = await openPeers({
    identity: encodePeerIdentity({ clusterId: '', memberId: '', peerUrls, fresh: true, life: 0 }),
    // Nobody's id is known yet: others go by their URLs.
    identify: (peer, certificateNames) => {
      const url = decodePeerIdentity(peer.identity)?.peerUrls.find((each) => addresses.has(each));
      return url !== undefined && isCertified(url, [url], certificateNames) ? url : undefined;
    },
    receive(_peer, message) {
      try {
        if (message[0] === welcomeKind) welcome ??= { ...decodeWelcome(message), token, founder: false };
        startedBefore ||= farewellOf(message[0]!) === 'started-before';
      } catch {
        // Others speak to the member that this one is not yet.
      }
    },
  });
  try {
    peers.set(addresses);
    const until = world.clock.now() + timeout;
    while (welcome === undefined && !startedBefore && world.clock.now() < until) {
      for (const url of addresses.keys()) peers.send(url, encodeJoin());
      await sleep(toMillis(askEvery), { world });
    }
  } finally {
    await peers.close();
  }
  if (welcome !== undefined) return welcome;
  if (startedBefore) throw startedBeforeError(name);
  throw clusterErrors.create('JOIN_FAILED', {
    message:
      `none of ${others.join(', ')} knows the member ${name} by ${peerUrls.join(', ')}: ` +
      'add it to the cluster first, and see that its members can reach each other',
  });
}

/** The cluster knows the member, but the member has no log any more. */
export function startedBeforeError(name: string, cause?: unknown): HoldfastError<'FOLDER_MISMATCH'> {
  return clusterErrors.create('FOLDER_MISMATCH', {
    message:
      `the member ${name} has started before, and its folder is empty now: remove it from the cluster, add it anew, ` +
      'and start it with an empty folder as a member of an existing cluster',
    cause,
  });
}
