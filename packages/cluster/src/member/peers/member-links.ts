import { type Address, type HostWorld, isHoldfastError, type World } from '@holdfast/core';
import type { Configuration } from '@holdfast/raft';
import type { Greeting, PeerFigures, Peers } from '@holdfast/transport';
import type { MemberDirectory } from '../../state/member-directory.ts';
import type { MemberEngines } from '../member-engines.ts';
import { peerMisbehaved } from '../member-events.ts';
import { encodeFarewell, type FarewellReason, farewellOf } from '../membership/farewell.ts';
import type { KnownMembers } from '../membership/known-members.ts';
import { numberOf } from '../membership/member-id.ts';
import type { PeerCertification } from '../membership/peer-certification.ts';
import {
  decodePeerIdentity,
  encodePeerIdentity,
  peerProtocol,
  peerProtocolVersion,
} from '../membership/peer-identity.ts';
import { addressOf } from '../membership/peer-url.ts';
import { sameTexts } from '../membership/same-texts.ts';
import { encodeJoin } from '../membership/welcome.ts';
import type { EntryBlocks } from '../wire/entry-block.ts';
import { PeerTraffic, type TrafficReceiver } from './peer-traffic.ts';

export interface MemberLinksOptions {
  readonly id: string;
  readonly clusterId: string;
  readonly peerUrls: readonly string[];
  /** Drawn anew whenever the member starts. */
  readonly life: number;
  readonly known: KnownMembers;
  readonly isCertified: PeerCertification;
  readonly state: { readonly members: MemberDirectory };
  readonly configuration: () => Configuration;
  /** Whether the member has no more of the log than every founder begins with. */
  readonly fresh: () => boolean;
  /** Whether another one has had a log once. */
  readonly hasStarted: (id: string) => boolean;
  readonly blocks: EntryBlocks;
  readonly receiver: TrafficReceiver;
  /** There is something to be done at the end of this turn. */
  readonly touch: () => void;
  /** The member cannot go on. */
  readonly failed: (error: unknown) => void;
}

/** Members at a time that are turned away. */
const farewellsMax = 8;
/** Microseconds between two questions to the others about members that are not known here. */
const askEvery = 500_000;

/**
 * The links of a member to the others, who they are, and whom it turns away: members that were removed and do not know,
 * and those that have lost their log, and would forget what they have promised.
 */
export class MemberLinks {
  readonly #options: MemberLinksOptions;
  readonly #world: World;
  readonly #peers: Peers;
  readonly traffic: PeerTraffic;
  #configuration: Configuration | undefined;
  #version = -1;
  /** Members that are turned away, why, and where they are told. */
  readonly #farewells = new Map<string, { readonly address: Address; readonly reason: FarewellReason }>();
  /** All of them: nothing that they say is listened to, but that they turn this member away themselves. */
  readonly #turnedAway = new Set<string>();
  #addressesChanged = false;
  #asksAgainAt = 0;
  /** The lives in which members had no log at first, and nobody has thought that they should. */
  readonly #freshLives = new Map<string, number>();
  /** Peers whose bytes made no sense: their links are dropped. */
  readonly #suspects = new Set<string>();

  private constructor(options: MemberLinksOptions, world: World, peers: Peers) {
    this.#options = options;
    this.#world = world;
    this.#peers = peers;
    this.traffic = new PeerTraffic(options.id, peers, options.blocks, options.receiver);
  }

  /** @throws HoldfastError ADDRESS_IN_USE. */
  static async open(
    engines: MemberEngines,
    world: HostWorld,
    port: number,
    options: MemberLinksOptions,
  ): Promise<MemberLinks> {
    let links: MemberLinks | undefined;
    const peers = await engines.openPeers(world, {
      greeting: {
        protocol: peerProtocol,
        version: peerProtocolVersion,
        // Read anew for each channel.
        get identity() {
          return greetingOf(options);
        },
      },
      port,
      identify: (peer, certificateNames) => links?.identify(peer, certificateNames),
      receive: (peer, message) => links?.receive(peer, message),
    });
    links = new MemberLinks(options, world, peers);
    return links;
  }

  /** Has links to all the others, wherever they are now. */
  update(): void {
    const configuration = this.#options.configuration();
    const { version } = this.#options.state.members;
    const same = configuration === this.#configuration && version === this.#version;
    if (same && !this.#addressesChanged) return;
    if (configuration !== this.#configuration) this.#options.known.configured();
    this.#configuration = configuration;
    this.#version = version;
    this.#addressesChanged = false;
    this.#peers.set(this.#addresses());
  }

  /** Makes the link to `peer` anew: the greeting was old when it arrived, and by now this member has a log. */
  greetAgain(peer: string): void {
    const addresses = this.#addresses();
    const without = new Map(addresses);
    without.delete(peer);
    this.#peers.set(without);
    this.#peers.set(addresses);
  }

  /** Another member says who takes part. */
  told(members: ReadonlyMap<string, readonly string[]>): void {
    this.#options.known.told(members);
    this.#addressesChanged = true;
    this.#options.touch();
  }

  figures(): readonly PeerFigures[] {
    return this.#peers.figures();
  }

  close(): Promise<void> {
    return this.#peers.close();
  }

  /**
   * Who greets so, with a certificate of these names; undefined for a stranger. With a certificate, so is one that is no
   * member as far as is known here: nothing says which host is that member's. It tries again, and is let in once the log
   * has come so far, or another member has told of it.
   */
  identify(peer: Greeting, certificateNames: readonly string[]): string | undefined {
    const identity = decodePeerIdentity(peer.identity);
    if (identity === undefined) return undefined;
    const { id: self, clusterId, hasStarted, isCertified, known, state } = this.#options;
    const { memberId, peerUrls, fresh, life } = identity;
    const joins = identity.clusterId === '';
    // Whoever joins keeps its id for good: it gets none that a change would take away with it if that is taken back.
    const id = joins
      ? known.committed().find((member) => sameTexts(member.peerUrls, peerUrls))?.id
      : memberId;
    if (id === undefined || id === self || this.#suspects.has(id)) return undefined;
    if (!joins && identity.clusterId !== clusterId) return undefined;
    const removed = known.isRemoved(id);
    const recorded = known.peerUrls(id);
    if (recorded === undefined && !removed) this.#askWho();
    // Who was removed is not listened to, and told so where it says it is.
    if (!isCertified(id, removed ? peerUrls : (recorded ?? []), certificateNames)) return undefined;
    const listed = state.members.get(numberOf(id)) !== undefined;
    if (removed) this.#turnAway(id, peerUrls, 'removed');
    else if (fresh && this.#freshLives.get(id) !== life && hasStarted(id)) {
      this.#turnAway(id, peerUrls, 'started-before');
    } else {
      if (fresh && listed) this.#freshLives.set(id, life);
      this.#turnedAway.delete(id);
      this.#farewells.delete(id);
    }
    return id;
  }

  receive(peer: string, message: Uint8Array): void {
    // Two may turn each other away, for greetings that were old when they arrived: a farewell is heard, and not answered by another.
    if (this.#turnedAway.has(peer) && (message.length === 0 || farewellOf(message[0]!) === undefined)) {
      const farewell = this.#farewells.get(peer);
      if (farewell !== undefined) this.traffic.post(peer, encodeFarewell(farewell.reason));
      return;
    }
    try {
      this.traffic.receive(peer, message);
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'PEER_MESSAGE_MALFORMED') this.#options.failed(error);
      else this.#distrust(peer, error);
    }
  }

  #addresses(): Map<string, Address> {
    const addresses = this.#options.known.addresses();
    for (const [id, { address }] of this.#farewells) if (!addresses.has(id)) addresses.set(id, address);
    return addresses;
  }

  /** Asks the others about members that are not known here; again, at the earliest, when there may be an answer. */
  #askWho(): void {
    const { clock } = this.#world;
    if (clock.now() < this.#asksAgainAt) return;
    this.#asksAgainAt = clock.now() + askEvery;
    for (const peer of this.#addresses().keys()) this.traffic.post(peer, encodeJoin());
  }

  /** Turns a member away, over a link that it may not have any more. */
  #turnAway(id: string, peerUrls: readonly string[], reason: FarewellReason): void {
    const address = peerUrls.map(addressOf).find((found) => found !== undefined);
    this.#turnedAway.add(id);
    if (address === undefined || this.#farewells.has(id)) return;
    for (const earliest of this.#farewells.keys()) {
      if (this.#farewells.size < farewellsMax) break;
      this.#farewells.delete(earliest);
    }
    this.#farewells.set(id, { address, reason });
    this.#addressesChanged = true;
    this.#options.touch();
  }

  /** Drops the link to a peer whose bytes make no sense; it may come back. */
  #distrust(peer: string, error: unknown): void {
    if (peerMisbehaved.active) peerMisbehaved.publish({ member: this.#options.id, peer, error });
    this.#suspects.add(peer);
    this.#peers.set(this.#addresses());
    this.#suspects.delete(peer);
  }
}

function greetingOf({ clusterId, id, peerUrls, fresh, life }: MemberLinksOptions): Uint8Array {
  return encodePeerIdentity({ clusterId, memberId: id, peerUrls, fresh: fresh(), life });
}
