import {
  type Address,
  asHoldfastError,
  type HoldfastError,
  type HostWorld,
  isHoldfastError,
  sleep,
  toMillis,
  type World,
} from '@holdfast/core';
import {
  type Configuration,
  Raft,
  type RaftStatus,
  type SnapshotMetadata,
  type StoredState,
  type WriteBatch,
} from '@holdfast/raft';
import { inspectOpenJournal, type Journal, type JournalReport } from '@holdfast/storage';
import type { Greeting, PeerFigures, Peers } from '@holdfast/transport';
import { clusterErrors } from '../errors.ts';
import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import { Member } from '../etcd/membership.ts';
import { encodeCommand } from '../state/command.ts';
import type { Applied, StateMachine, StateSnapshot } from '../state/state-machine.ts';
import { Applier } from './applier.ts';
import { LeaderCalls } from './calls/leader-calls.ts';
import { PeerCalls } from './calls/peer-calls.ts';
import type {
  ClusterMember,
  MemberDescription,
  MemberStatus,
  RequestOptions,
  StopOptions,
} from './cluster-member.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import { LeaseKeeper } from './leases/lease-keeper.ts';
import type { EntryPositions } from './log/entry-positions.ts';
import type { MemberIdentity } from './log/identity.ts';
import { RaftLog } from './log/raft-log.ts';
import type { MemberEngines } from './member-engines.ts';
import { leaderChanged, peerMisbehaved, readOnlyChanged, snapshotInstalled } from './member-events.ts';
import type { MemberSettings } from './member-settings.ts';
import { encodeFarewell, type FarewellReason } from './membership/farewell.ts';
import { startedBeforeError } from './membership/joining.ts';
import { KnownMembers } from './membership/known-members.ts';
import { numberOf } from './membership/member-id.ts';
import { MembershipChanges } from './membership/membership-changes.ts';
import {
  decodePeerIdentity,
  encodePeerIdentity,
  peerProtocol,
  peerProtocolVersion,
} from './membership/peer-identity.ts';
import { addressOf } from './membership/peer-url.ts';
import { encodeWelcome } from './membership/welcome.ts';
import type { PeerMethod } from './peers/call-messages.ts';
import { PeerTraffic } from './peers/peer-traffic.ts';
import { ClusterTime } from './proposals/cluster-time.ts';
import { Proposals } from './proposals/proposals.ts';
import { RaftDriver } from './raft-driver.ts';
import { ReadBarriers } from './reads/read-barriers.ts';
import { SnapshotIntake } from './snapshots/snapshot-intake.ts';
import { SnapshotKeeper } from './snapshots/snapshot-keeper.ts';
import { SnapshotSending } from './snapshots/snapshot-sending.ts';
import { ByteReader } from './wire/byte-reader.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { EntryBlocks } from './wire/entry-block.ts';

/** What the journal and the snapshots of a member hold, as it starts. */
export interface RecoveredMember {
  readonly identity: MemberIdentity;
  readonly stored: StoredState<Uint8Array>;
  readonly positions: EntryPositions;
  /** The cluster's time as of the snapshot. */
  readonly time: number;
}

export interface RunningMemberParts {
  readonly world: World;
  readonly settings: MemberSettings;
  readonly state: StateMachine;
  readonly journal: Journal;
  readonly recovered: RecoveredMember;
}

interface Settlement {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Microseconds until something that did not work is tried again. */
const tryAgainAfter = 200_000;
/** Microseconds of work that can wait, at a time. */
const idleSlice = 2_000;
/** Removed members at a time that are told so. */
const farewellsMax = 8;

/** A member at work: it joins Raft, the journal, the links to the others and the state. */
export class RunningMember implements ClusterMember {
  readonly id: string;
  readonly clusterId: string;
  readonly name: string;
  readonly stopped: Promise<void>;
  readonly #world: World;
  readonly #settings: MemberSettings;
  readonly #state: StateMachine;
  readonly #journal: Journal;
  readonly #raft: Raft<Uint8Array>;
  readonly #driver: RaftDriver;
  readonly #log: RaftLog;
  readonly #applier: Applier;
  readonly #time: ClusterTime;
  readonly #blocks: EntryBlocks = new EntryBlocks();
  readonly #proposals: Proposals;
  readonly #reads: ReadBarriers;
  readonly #intake: SnapshotIntake;
  readonly #sending: SnapshotSending;
  readonly #keeper: SnapshotKeeper;
  readonly #leases: LeaseKeeper;
  readonly #known: KnownMembers;
  readonly #changes: MembershipChanges;
  readonly #calls: PeerCalls;
  readonly #leaderCalls: LeaderCalls;
  readonly #leaderListeners = new Set<(leader: string | undefined) => void>();
  readonly #settle: Settlement;
  #peers: Peers | undefined;
  #traffic: PeerTraffic | undefined;
  /** Arrived snapshots that are being written, and the batches that they are in. */
  readonly #installing: { readonly snapshot: SnapshotMetadata; readonly sequence: number }[] = [];
  #leader: string | undefined;
  #leaderChanges = 0;
  #linkedConfiguration: Configuration | undefined;
  #linkedVersion = -1;
  /** Members that are turned away, why, and where they are told. */
  readonly #farewells = new Map<string, { readonly address: Address; readonly reason: FarewellReason }>();
  #farewellsChanged = false;
  /** The lives in which members had no log at first, and nobody has thought that they should. */
  readonly #freshLives = new Map<string, number>();
  /** Peers whose bytes made no sense: their links are dropped. */
  readonly #suspects = new Set<string>();
  /** Whether a configuration with this member in it has been applied. */
  #tookPart: boolean;
  #publishing = false;
  #idling = false;
  #removing = false;
  /** It cannot go on. */
  #broken = false;
  #ending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ world, settings, state, journal, recovered }: RunningMemberParts) {
    const { identity, stored, positions, time } = recovered;
    const { electionTimeout, heartbeatInterval, requestTimeout } = settings;
    this.id = identity.memberId;
    this.clusterId = identity.clusterId;
    this.name = settings.name;
    this.#world = world;
    this.#settings = settings;
    this.#state = state;
    this.#journal = journal;
    this.#time = new ClusterTime(time, world.clock.now());
    this.#raft = new Raft<Uint8Array>(
      {
        id: this.id,
        random: world.random.fork(`raft ${this.id}`),
        electionTimeout,
        heartbeatInterval,
        reads: settings.reads,
      },
      stored,
      world.clock.now(),
    );
    this.#tookPart = isIn(stored.snapshot?.configuration, this.id);
    this.#driver = new RaftDriver(this.#raft, world, {
      installing: (write) => this.#install(write),
      settled: () => this.#settled(),
      // Without a log, invariants do not break unless there was one.
      failed: (error) => this.#fail(this.#isFresh ? startedBeforeError(this.name, error) : error),
    });
    this.#log = new RaftLog(world, journal, this.#blocks, positions, {
      written: (sequence) => this.#written(sequence),
      readOnlyChanged: () => this.#readOnlyChanged(),
      failed: (error) => this.#fail(error),
    });
    this.#proposals = new Proposals(this.#driver, world, this.#time, {
      ...settings.limits,
      requestTimeout,
      retryAfter: Math.max(heartbeatInterval, 10_000) * 2,
    });
    this.#reads = new ReadBarriers(this.#driver, world, requestTimeout);
    const term = this.#raft.termAt(state.appliedIndex) ?? 0;
    this.#applier = new Applier(state, world.clock, this.#time, this.#proposals.origin, term, {
      ownApplied: (sequence, applied) => this.#proposals.applied(sequence, applied),
      termBegan: (begun) => this.#termBegan(begun),
      configurationApplied: (configuration, index, at) => this.#configured(configuration, index, at),
    });
    this.#intake = new SnapshotIntake(world, journal.snapshots, state, {
      stored: (id, offset) => this.#driver.stored(id, offset),
      failed: (error) => this.#fail(error),
    });
    this.#sending = new SnapshotSending(journal.snapshots, world, this.#driver);
    this.#keeper = new SnapshotKeeper({
      world,
      raft: this.#raft,
      log: this.#log,
      state,
      store: journal.snapshots,
      intake: this.#intake,
      time: this.#time,
      identity,
      ...settings.snapshots,
      failed: (error) => this.#fail(error),
    });
    this.#leases = new LeaseKeeper({
      world,
      state,
      proposeHere: (command) => this.#proposals.proposeHere(command),
      confirmLeading: () => this.#confirmLeading(),
    });
    this.#known = new KnownMembers(identity, state, () => this.#raft.configuration);
    this.#changes = new MembershipChanges({
      world,
      driver: this.#driver,
      known: this.#known,
      token: identity.token,
      strict: settings.strictReconfigCheck,
      downAfter: 2 * electionTimeout,
      timeout: requestTimeout,
      proposeHere: (command) => this.#proposals.proposeHere(command),
      seconds: () => Math.floor(this.#time.at(world.clock.now()) / 1_000_000),
    });
    const serve = (method: PeerMethod, body: Uint8Array): Promise<Uint8Array> => this.#serve(method, body);
    this.#calls = new PeerCalls(world, (to, message) => this.#traffic?.post(to, message) === true, serve);
    this.#leaderCalls = new LeaderCalls({
      world,
      id: this.id,
      leader: () => this.#raft.leader,
      calls: this.#calls,
      serve,
      attemptTimeout: electionTimeout,
      requestTimeout,
    });
    let settle: Settlement | undefined;
    this.stopped = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#settle = settle!;
    // Whoever wants to know of it listens; nobody has to.
    this.stopped.catch(() => undefined);
    state.onWork = () => this.#idle();
  }

  /** Links to the others, and begins. */
  async begin(engines: MemberEngines, world: HostWorld): Promise<void> {
    const { listenPeers } = this.#settings;
    const identity = (): Uint8Array => this.#greeting();
    this.#peers = await engines.openPeers(world, {
      greeting: {
        protocol: peerProtocol,
        version: peerProtocolVersion,
        // Read anew for each channel.
        get identity() {
          return identity();
        },
      },
      port: listenPeers.port,
      identify: (peer) => this.#identify(peer),
      receive: (peer, message) => this.#receive(peer, message),
    });
    this.#traffic = new PeerTraffic(this.id, this.#peers, this.#blocks, {
      raft: (message) => this.#driver.receive(message),
      forward: (from, forward) => this.#proposals.receive(from, forward),
      forwardAnswer: (from, answer) => this.#proposals.receiveAnswer(from, answer),
      call: (from, call) => this.#calls.receive(from, call),
      callAnswer: (_from, answer) => this.#calls.receiveAnswer(answer),
      farewell: (from, reason) => this.#turnedAway(from, reason),
      join: (from) => {
        this.#traffic!.post(from, encodeWelcome(this.clusterId, from, this.#known.list()));
      },
    });
    this.#driver.start({
      log: this.#log,
      applier: this.#applier,
      traffic: this.#traffic,
      proposals: this.#proposals,
      reads: this.#reads,
      intake: this.#intake,
      sending: this.#sending,
    });
    this.#link();
  }

  propose(command: Uint8Array, options?: RequestOptions): Promise<Applied> {
    return this.#ending === undefined
      ? this.#proposals.propose(command, options)
      : Promise.reject(memberStopped(this.name));
  }

  readBarrier(options?: RequestOptions): Promise<void> {
    return this.#reads.barrier(options);
  }

  async renewLease(id: bigint, options?: RequestOptions): Promise<number> {
    const writer = new ByteWriter();
    writer.u64(id);
    const answer = await this.#leaderCalls.ask('renew-lease', writer.take(), true, options);
    return new ByteReader(answer).u48();
  }

  async leaseTimeLeft(id: bigint, options?: RequestOptions): Promise<number> {
    const writer = new ByteWriter();
    writer.u64(id);
    const answer = await this.#leaderCalls.ask('lease-time-left', writer.take(), true, options);
    return Number(BigInt.asIntN(64, new ByteReader(answer).u64()));
  }

  async addMember(
    peerUrls: readonly string[],
    learner: boolean,
    options?: RequestOptions,
  ): Promise<MemberDescription> {
    const writer = new ByteWriter();
    writer.u8(learner ? 1 : 0);
    writer.texts(peerUrls);
    const answer = await this.#leaderCalls.ask('add-member', writer.take(), false, options);
    return { id: new ByteReader(answer).text(), name: '', peerUrls, clientUrls: [], learner };
  }

  async removeMember(id: string, options?: RequestOptions): Promise<void> {
    const writer = new ByteWriter();
    writer.text(id);
    await this.#leaderCalls.ask('remove-member', writer.take(), false, options);
  }

  async updateMember(id: string, peerUrls: readonly string[], options?: RequestOptions): Promise<void> {
    const writer = new ByteWriter();
    writer.text(id);
    writer.texts(peerUrls);
    await this.#leaderCalls.ask('update-member', writer.take(), false, options);
  }

  async promoteMember(id: string, options?: RequestOptions): Promise<void> {
    const writer = new ByteWriter();
    writer.text(id);
    await this.#leaderCalls.ask('promote-member', writer.take(), false, options);
  }

  members(): readonly MemberDescription[] {
    return this.#known.list();
  }

  async moveLeader(to: string | undefined, options?: RequestOptions): Promise<void> {
    const writer = new ByteWriter();
    writer.text(to ?? '');
    await this.#leaderCalls.ask('move-leader', writer.take(), false, options);
  }

  snapshot(): StateSnapshot {
    return this.#state.snapshot();
  }

  clusterTime(): number {
    return this.#time.at(this.#world.clock.now());
  }

  inspectJournal(options?: { readonly snapshotData?: boolean }): Promise<JournalReport | undefined> {
    return inspectOpenJournal(this.#journal, options);
  }

  links(): readonly PeerFigures[] {
    return this.#peers?.figures() ?? [];
  }

  status(): MemberStatus {
    const raft = this.#raft;
    const learner = raft.configuration.learners.includes(this.id);
    return {
      role: raft.role === 'follower' && learner ? 'learner' : raft.role,
      term: raft.term,
      leader: raft.leader,
      commitIndex: raft.commitIndex,
      appliedIndex: this.#applier.index,
      lastIndex: raft.lastIndex,
      firstIndex: raft.firstIndex,
      revision: this.#state.revision,
      stateBytes: this.#state.bytesReserved,
      stateBytesInUse: this.#state.bytesInUse,
      readOnly: this.#log.readOnly,
      leaderChanges: this.#leaderChanges,
      proposalsPending: this.#proposals.pending,
      proposalsFailed: this.#proposals.failed,
      proposalsApplied: this.#proposals.applications,
      slowApplies: this.#applier.slow,
      slowReads: this.#reads.slow,
    };
  }

  onLeaderChange(listener: (leader: string | undefined) => void): () => void {
    this.#leaderListeners.add(listener);
    return () => this.#leaderListeners.delete(listener);
  }

  async stop(options?: StopOptions): Promise<void> {
    this.#ending ??= this.#leave(options?.grace ?? 5_000_000);
    await this.#ending;
  }

  async #leave(grace: number): Promise<void> {
    const { clock } = this.#world;
    const until = clock.now() + grace;
    try {
      if (this.#raft.role === 'leader' && this.#raft.configuration.voters.length > 1) {
        await this.#handOver(undefined, Math.min(grace / 2, this.#settings.electionTimeout * 2));
      }
    } catch {
      // Nobody can take it: the others elect one of them when they miss this member.
    }
    while (this.#proposals.pending > 0 && clock.now() < until && !this.#broken) {
      await sleep(5, { world: this.#world });
    }
    await this.#close(memberStopped(this.name));
    this.#settle.resolve();
  }

  /** The member cannot go on: it stops at once, and `stopped` says why. */
  #fail(thrown: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#driver.stop();
    const error = asHoldfastError(thrown);
    // What is under way may be decided all the same, whatever has stopped this member.
    const closing = this.#close(memberStopped(this.name, error)).catch(() => undefined);
    this.#ending ??= closing;
    void closing.then(() => this.#settle.reject(error));
  }

  #close(error: HoldfastError): Promise<void> {
    this.#closing ??= this.#letGo(error);
    return this.#closing;
  }

  async #letGo(error: HoldfastError): Promise<void> {
    this.#driver.stop();
    this.#keeper.stop();
    this.#leases.stop();
    this.#log.close();
    this.#state.onWork = undefined;
    this.#proposals.stop(error);
    this.#reads.stop(error);
    this.#changes.stop(error);
    this.#calls.stop(error);
    this.#leaderListeners.clear();
    await this.#peers?.close();
    await this.#sending.close();
    await this.#intake.close();
    await this.#journal.close();
  }

  #written(sequence: number): void {
    this.#driver.written(sequence);
    while (this.#installing.length > 0 && this.#installing[0]!.sequence <= sequence) {
      this.#keeper.installed(this.#installing.shift()!.snapshot);
    }
  }

  /** An arrived snapshot takes the place of the state, and, with this batch, of the log. */
  #install({ snapshot, sequence }: WriteBatch<Uint8Array>): void {
    const { header, restore } = this.#intake.install(snapshot!.id);
    restore.finish();
    this.#time.see(header.time, this.#world.clock.now());
    this.#applier.restored(snapshot!.index, snapshot!.term);
    this.#proposals.covered();
    this.#changes.termBegan(snapshot!.term);
    this.#tookPart ||= isIn(snapshot!.configuration, this.id);
    this.#keeper.installing(snapshot!);
    this.#installing.push({ snapshot: snapshot!, sequence });
    if (snapshotInstalled.active) {
      snapshotInstalled.publish({ member: this.id, index: snapshot!.index, bytes: snapshot!.bytes });
    }
  }

  #settled(): void {
    const { leader } = this.#raft;
    if (leader !== this.#leader) this.#leaderIs(leader);
    if (this.#raft.role !== 'leader') this.#leases.follow();
    this.#link();
    this.#keeper.look();
    if (!this.#publishing) void this.#publish();
  }

  #leaderIs(leader: string | undefined): void {
    this.#leader = leader;
    if (leader !== undefined) this.#leaderChanges++;
    this.#proposals.leaderChanged();
    for (const listener of this.#leaderListeners) listener(leader);
    if (leaderChanged.active) leaderChanged.publish({ member: this.id, leader, term: this.#raft.term });
  }

  #termBegan(term: number): void {
    this.#proposals.termBegan(term);
    this.#changes.termBegan(term);
    if (this.#raft.role !== 'leader' || this.#raft.term !== term) return;
    this.#leases.lead();
    void this.#reconcile();
  }

  /** Until a majority has confirmed it, this member may have been deposed without knowing. */
  async #confirmLeading(): Promise<void> {
    const { term } = this.#raft;
    await this.#reads.barrier(undefined);
    if (this.#raft.role !== 'leader' || this.#raft.term !== term) throw notLeader(this.id);
  }

  async #reconcile(): Promise<void> {
    try {
      await this.#changes.reconcile();
    } catch {
      // Whoever leads next does it.
    }
  }

  #configured(configuration: Configuration, index: number, term: number): void {
    this.#changes.configurationApplied(configuration, index, term);
    if (isIn(configuration, this.id)) this.#tookPart = true;
    else if (this.#tookPart) void this.#beRemoved();
  }

  /** Says who it is and where its clients find it, once the cluster knows of it. */
  async #publish(): Promise<void> {
    const { name, clientUrls } = this.#settings;
    const listed = this.#state.members.get(numberOf(this.id));
    if (listed === undefined || this.#raft.leader === undefined) return;
    if (listed.name === name && sameTexts(listed.clientUrls, clientUrls)) return;
    this.#publishing = true;
    try {
      const payload = Member.encode(Member.create({ id: numberOf(this.id), name, clientUrls }));
      await this.#proposals.propose(encodeCommand({ kind: 'member-attributes', payload }), undefined);
    } catch {
      if (!this.#broken) await sleep(toMillis(tryAgainAfter), { world: this.#world });
    }
    this.#publishing = false;
    this.#driver.touch();
  }

  /** Has links to all the others, wherever they are now. */
  #link(): void {
    const { configuration } = this.#raft;
    const { version } = this.#state.members;
    const same = configuration === this.#linkedConfiguration && version === this.#linkedVersion;
    if (same && !this.#farewellsChanged) return;
    this.#linkedConfiguration = configuration;
    this.#linkedVersion = version;
    this.#farewellsChanged = false;
    this.#peers!.set(this.#addresses());
  }

  #addresses(): Map<string, Address> {
    const addresses = this.#known.addresses();
    for (const [id, { address }] of this.#farewells) if (!addresses.has(id)) addresses.set(id, address);
    return addresses;
  }

  #greeting(): Uint8Array {
    return encodePeerIdentity({
      clusterId: this.clusterId,
      memberId: this.id,
      peerUrls: this.#settings.peerUrls,
      fresh: this.#isFresh,
      life: this.#proposals.origin,
    });
  }

  /** Whether it has no more of the log than every founder begins with. */
  get #isFresh(): boolean {
    return this.#raft.lastIndex <= 1;
  }

  #identify(peer: Greeting): string | undefined {
    const identity = decodePeerIdentity(peer.identity);
    if (identity === undefined) return undefined;
    const { clusterId, memberId, peerUrls, fresh, life } = identity;
    const joins = clusterId === '';
    const id = joins
      ? this.#known.list().find((member) => sameTexts(member.peerUrls, peerUrls))?.id
      : memberId;
    if (id === undefined || id === this.id || this.#suspects.has(id)) return undefined;
    if (!joins && clusterId !== this.clusterId) return undefined;
    const named = (this.#state.members.get(numberOf(id))?.name ?? '') !== '';
    const startedBefore = fresh && named && this.#freshLives.get(id) !== life;
    if (fresh && !named) this.#freshLives.set(id, life);
    if (this.#known.isRemoved(id)) this.#bidFarewell(id, peerUrls, 'removed');
    else if (startedBefore) this.#bidFarewell(id, peerUrls, 'started-before');
    else this.#farewells.delete(id);
    return id;
  }

  /** Turns a member away, over a link that it may not have any more. */
  #bidFarewell(id: string, peerUrls: readonly string[], reason: FarewellReason): void {
    const address = peerUrls.map(addressOf).find((found) => found !== undefined);
    if (address === undefined || this.#farewells.has(id)) return;
    for (const earliest of this.#farewells.keys()) {
      if (this.#farewells.size < farewellsMax) break;
      this.#farewells.delete(earliest);
    }
    this.#farewells.set(id, { address, reason });
    this.#farewellsChanged = true;
    this.#driver.touch();
  }

  #receive(peer: string, message: Uint8Array): void {
    if (this.#broken || this.#traffic === undefined) return;
    const farewell = this.#farewells.get(peer);
    if (farewell !== undefined) {
      this.#traffic.post(peer, encodeFarewell(farewell.reason));
      return;
    }
    try {
      this.#traffic.receive(peer, message);
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'PEER_MESSAGE_MALFORMED') this.#fail(error);
      else this.#distrust(peer, error);
    }
  }

  /** Drops the link to a peer whose bytes make no sense; it may come back. */
  #distrust(peer: string, error: unknown): void {
    if (peerMisbehaved.active) peerMisbehaved.publish({ member: this.id, peer, error });
    this.#suspects.add(peer);
    this.#peers!.set(this.#addresses());
    this.#suspects.delete(peer);
  }

  #turnedAway(from: string, reason: FarewellReason): void {
    if (this.#known.get(from) === undefined) return;
    if (reason === 'removed') {
      if (this.#tookPart) void this.#beRemoved();
    } else if (this.#isFresh) this.#fail(startedBeforeError(this.name));
    else this.#greetAgain(from);
  }

  /** Its greeting was old when it arrived: by now it has a log. */
  #greetAgain(peer: string): void {
    const addresses = this.#addresses();
    const without = new Map(addresses);
    without.delete(peer);
    this.#peers!.set(without);
    this.#peers!.set(addresses);
  }

  async #beRemoved(): Promise<void> {
    if (this.#removing) return;
    this.#removing = true;
    // A folder with nothing in it may be used for the member that is added in its place.
    if (!this.#isFresh) await this.#log.writeRemoved();
    this.#fail(memberRemoved(this.name, this.id));
  }

  #readOnlyChanged(): void {
    const { readOnly } = this.#log;
    if (readOnlyChanged.active) readOnlyChanged.publish({ member: this.id, readOnly });
    // A follower whose disk is full is missed less than a leader.
    if (readOnly && this.#raft.role === 'leader') {
      const to = this.#fittest();
      if (to !== undefined) this.#driver.transferLeadership(to);
    }
  }

  #idle(): void {
    if (this.#idling || this.#broken) return;
    this.#idling = true;
    atEndOfTurn(() => {
      this.#idling = false;
      if (this.#closing !== undefined) return;
      if (this.#state.idle(idleSlice, () => this.#world.clock.now())) this.#idle();
    });
  }

  /** Does what the leader is asked for, by this member or another one. */
  async #serve(method: PeerMethod, body: Uint8Array): Promise<Uint8Array> {
    if (this.#raft.role !== 'leader') throw notLeader(this.id);
    const reader = new ByteReader(body);
    const writer = new ByteWriter();
    switch (method) {
      case 'add-member': {
        const learner = reader.u8() === 1;
        writer.text((await this.#changes.add(reader.texts(), learner)).id);
        break;
      }
      case 'remove-member':
        await this.#changes.remove(reader.text());
        break;
      case 'update-member':
        await this.#changes.update(reader.text(), reader.texts());
        break;
      case 'promote-member':
        await this.#changes.promote(reader.text());
        break;
      case 'move-leader': {
        const to = reader.text();
        await this.#handOver(to === '' ? undefined : to, this.#settings.electionTimeout);
        break;
      }
      case 'renew-lease':
        writer.u48(await this.#leases.renew(reader.u64()));
        break;
      case 'lease-time-left':
        writer.u64(BigInt(this.#leases.timeLeft(reader.u64())));
        break;
    }
    return writer.take();
  }

  async #handOver(to: string | undefined, timeout: number): Promise<void> {
    const target = to ?? this.#fittest();
    if (target === this.id) return;
    const refused = target === undefined ? 'nobody' : this.#driver.transferLeadership(target);
    if (refused !== undefined) throw new EtcdError(etcdRefusals.badLeaderTransferee);
    const until = this.#world.clock.now() + timeout;
    while (this.#raft.leader === this.id || this.#raft.leader === undefined) {
      if (this.#broken || this.#world.clock.now() >= until) throw new EtcdError(etcdRefusals.timeout);
      await sleep(toMillis(5_000), { world: this.#world });
    }
  }

  /** The voter that has most of the log, of those that were heard of lately. */
  #fittest(): string | undefined {
    const { peers, configuration }: RaftStatus = this.#raft.status();
    const since = this.#world.clock.now() - this.#settings.electionTimeout;
    let best: RaftStatus['peers'][number] | undefined;
    for (const peer of peers) {
      if (!configuration.voters.includes(peer.id) || peer.heardAt < since) continue;
      if (best === undefined || peer.match > best.match) best = peer;
    }
    return best?.id;
  }
}

function isIn(configuration: Configuration | undefined, id: string): boolean {
  if (configuration === undefined) return false;
  const { voters, outgoing, learners } = configuration;
  return voters.includes(id) || outgoing.includes(id) || learners.includes(id);
}

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  const sorted = [...others].sort();
  return some.length === others.length && [...some].sort().every((text, place) => text === sorted[place]);
}

function memberStopped(name: string, cause?: unknown): HoldfastError<'MEMBER_STOPPED'> {
  return clusterErrors.create('MEMBER_STOPPED', { message: `the member ${name} has stopped`, cause });
}

export function memberRemoved(name: string, id: string): HoldfastError<'MEMBER_REMOVED'> {
  return clusterErrors.create('MEMBER_REMOVED', {
    message: `the member ${name} (${id}) was removed from its cluster; to come back, it is added anew, with an empty folder`,
  });
}

function notLeader(id: string): HoldfastError<'LEADER_CHANGED'> {
  return clusterErrors.create('LEADER_CHANGED', {
    message: `member ${id} does not lead`,
    executed: 'no',
    retryable: 'safe',
  });
}
