import type { HoldfastError, HostWorld, World } from '@holdfast/core';
import { type Configuration, Raft, type StoredState, type WriteBatch } from '@holdfast/raft';
import { inspectOpenJournal, type Journal, type JournalReport } from '@holdfast/storage';
import type { PeerFigures } from '@holdfast/transport';
import type { Applied, StateMachine, StateSnapshot } from '../state/state-machine.ts';
import { Applier } from './applier.ts';
import { LeaderCalls } from './calls/leader-calls.ts';
import { LeaderRequests } from './calls/leader-requests.ts';
import { LeaderService, notLeader } from './calls/leader-service.ts';
import { PeerCalls } from './calls/peer-calls.ts';
import type {
  ClusterMember,
  MemberDescription,
  MemberStatus,
  RequestOptions,
  StopOptions,
} from './cluster-member.ts';
import { IdleWork } from './idle-work.ts';
import type { ClusterReport } from './inspection/cluster-report.ts';
import { MemberInspection } from './inspection/member-inspection.ts';
import { LeaderWatch } from './leader-watch.ts';
import { LeaseKeeper } from './leases/lease-keeper.ts';
import type { EntryPositions } from './log/entry-positions.ts';
import type { MemberIdentity } from './log/identity.ts';
import { RaftLog } from './log/raft-log.ts';
import { MemberEnd, memberStopped, neverBegun } from './member-end.ts';
import type { MemberEngines } from './member-engines.ts';
import { readOnlyChanged, requestRefused, snapshotInstalled, snapshotLost } from './member-events.ts';
import type { MemberSettings } from './member-settings.ts';
import { hasStarted } from './membership/has-started.ts';
import { startedBeforeError } from './membership/joining.ts';
import { KnownMembers } from './membership/known-members.ts';
import { MembershipChanges } from './membership/membership-changes.ts';
import { MembershipHistory } from './membership/membership-history.ts';
import { OwnAttributes } from './membership/own-attributes.ts';
import { OwnMembership } from './membership/own-membership.ts';
import { peerCertification } from './membership/peer-certification.ts';
import { encodeWelcome } from './membership/welcome.ts';
import type { PeerMethod } from './peers/call-messages.ts';
import { MemberLinks } from './peers/member-links.ts';
import { ClusterTime } from './proposals/cluster-time.ts';
import { Proposals } from './proposals/proposals.ts';
import { RaftDriver } from './raft-driver.ts';
import { ReadBarriers } from './reads/read-barriers.ts';
import { SnapshotIntake } from './snapshots/snapshot-intake.ts';
import { SnapshotKeeper } from './snapshots/snapshot-keeper.ts';
import { SnapshotSending } from './snapshots/snapshot-sending.ts';
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

/** A member at work: it joins Raft, the journal, the links to the others and the state. */
export class RunningMember implements ClusterMember {
  readonly id: string;
  readonly clusterId: string;
  readonly name: string;
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
  readonly #history: MembershipHistory;
  readonly #calls: PeerCalls;
  readonly #service: LeaderService;
  readonly #inspection: MemberInspection;
  readonly #requests: LeaderRequests;
  readonly #attributes: OwnAttributes;
  readonly #leaders: LeaderWatch;
  readonly #membership: OwnMembership;
  readonly #idle: IdleWork;
  readonly #end: MemberEnd;
  #links: MemberLinks | undefined;
  /** When it tries again to hand over leadership that it had better not have. */
  #givesUpAt = 0;

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
    this.#leaders = new LeaderWatch(this.id);
    this.#idle = new IdleWork(state, world);
    this.#membership = new OwnMembership(stored.snapshot?.configuration, {
      world,
      id: this.id,
      name: settings.name,
      isFresh: () => this.#isFresh,
      note: () => this.#log.writeRemoved(),
      greetAgain: (peer) => this.#links!.greetAgain(peer),
      failed: (error) => this.#end.fail(error),
    });
    this.#driver = new RaftDriver(this.#raft, world, {
      installing: (write) => this.#install(write),
      snapshotLost: (id, error) => this.#snapshotLost(id, error),
      settled: () => this.#settled(),
      // Without a log, invariants do not break unless there was one.
      failed: (error) => this.#end.fail(this.#isFresh ? startedBeforeError(this.name, error) : error),
    });
    // Of a record that does not fit into a file of the log, the journal takes nothing.
    const recordBytesMax = Math.min(8 << 20, settings.segmentBytes / 2);
    this.#log = new RaftLog(world, journal, this.#blocks, positions, recordBytesMax, {
      written: (sequence) => this.#written(sequence),
      readOnlyChanged: () => this.#readOnlyChanged(),
      failed: (error) => this.#end.fail(error),
    });
    const limits = {
      ...settings.limits,
      requestTimeout,
      retryAfter: Math.max(heartbeatInterval, 10_000) * 2,
    };
    this.#proposals = new Proposals(this.#driver, world, this.#time, limits, (error) =>
      this.#refused('proposal', error),
    );
    this.#reads = new ReadBarriers(this.#driver, world, limits, (error) => this.#refused('read', error));
    const term = this.#raft.termAt(state.appliedIndex) ?? 0;
    this.#applier = new Applier(state, world.clock, this.#time, this.#proposals.origin, term, {
      ownApplied: (sequence, applied) => this.#proposals.applied(sequence, applied),
      termBegan: (begun) => this.#termBegan(begun),
      configurationApplied: (configuration, index, at) => this.#configured(configuration, index, at),
    });
    this.#intake = new SnapshotIntake(world, journal.snapshots, state, {
      stored: (id, offset) => this.#driver.stored(id, offset),
      failed: (error) => this.#end.fail(error),
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
      failed: (error) => this.#end.fail(error),
    });
    this.#leases = new LeaseKeeper({
      world,
      state,
      proposeHere: (command) => this.#proposals.proposeHere(command),
      confirmLeading: () => this.#confirmLeading(),
      checkpointInterval: settings.leaseCheckpointInterval,
    });
    this.#known = new KnownMembers(identity, state, () => this.#raft);
    this.#history = new MembershipHistory(this.id, this.#raft.configuration, this.#raft.lastIndex);
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
    this.#service = new LeaderService({
      world,
      driver: this.#driver,
      leases: this.#leases,
      changes: this.#changes,
      electionTimeout,
    });
    const serve = (method: PeerMethod, body: Uint8Array): Promise<Uint8Array> =>
      method === 'inspect' ? Promise.resolve(this.#inspection.answer()) : this.#service.serve(method, body);
    this.#calls = new PeerCalls(
      world,
      (to, message) => this.#links?.traffic.post(to, message) === true,
      serve,
    );
    this.#requests = new LeaderRequests(
      new LeaderCalls({
        world,
        id: this.id,
        leader: () => this.#raft.leader,
        calls: this.#calls,
        serve,
        attemptTimeout: electionTimeout,
        requestTimeout,
      }),
    );
    this.#inspection = new MemberInspection({
      world,
      id: this.id,
      clusterId: this.clusterId,
      nativeUrls: settings.nativeUrls,
      status: () => this.status(),
      members: () => this.members(),
      raft: this.#raft,
      state,
      leases: this.#leases,
      calls: this.#calls,
      timeout: Math.min(electionTimeout, 1_000_000),
    });
    this.#attributes = new OwnAttributes({
      world,
      id: this.id,
      name: settings.name,
      clientUrls: settings.clientUrls,
      state,
      propose: (command) => this.#proposals.propose(command, undefined),
      touch: () => this.#driver.touch(),
    });
    this.#end = new MemberEnd(
      {
        name: this.name,
        pending: () => this.#proposals.pending,
        handOver: (timeout) => this.#handOver(timeout),
        halt: () => this.#driver.stop(),
        letGo: (error) => this.#letGo(error),
      },
      world,
    );
  }

  /** Links to the others, and begins. */
  async begin(engines: MemberEngines, world: HostWorld): Promise<void> {
    const { listenPeers, peerCertificateName, peerUrls } = this.#settings;
    this.#links = await MemberLinks.open(engines, world, listenPeers.port, {
      id: this.id,
      clusterId: this.clusterId,
      peerUrls,
      life: this.#proposals.origin,
      known: this.#known,
      isCertified: peerCertification(this.id, peerCertificateName),
      state: this.#state,
      configuration: () => this.#raft.configuration,
      fresh: () => this.#isFresh,
      hasStarted: (id) => hasStarted(id, this.#raft, this.#state),
      blocks: this.#blocks,
      touch: () => this.#driver.touch(),
      failed: (error) => this.#end.fail(error),
      receiver: {
        raft: (message) => this.#driver.receive(message),
        forward: (from, forward) => this.#proposals.receive(from, forward),
        forwardAnswer: (from, answer) => this.#proposals.receiveAnswer(from, answer),
        call: (from, call) => this.#calls.receive(from, call),
        callAnswer: (_from, answer) => this.#calls.receiveAnswer(answer),
        farewell: (from, reason) => {
          if (this.#known.get(from) !== undefined) this.#membership.turnedAway(from, reason);
        },
        join: (from) => {
          const welcome = encodeWelcome(this.clusterId, from, this.#known.list());
          this.#links!.traffic.post(from, welcome);
        },
        welcome: ({ peers }) => this.#links!.told(peers),
      },
    });
    this.#driver.start({
      log: this.#log,
      applier: this.#applier,
      traffic: this.#links.traffic,
      proposals: this.#proposals,
      reads: this.#reads,
      intake: this.#intake,
      sending: this.#sending,
    });
    this.#links.update();
    const { voters } = this.#raft.configuration;
    // Nobody else could lead, and nobody else is asked.
    if (voters.length === 1 && voters[0] === this.id) this.#raft.campaign(this.#world.clock.now());
  }

  propose(command: Uint8Array, options?: RequestOptions): Promise<Applied> {
    return this.#end.begun
      ? Promise.reject(neverBegun(memberStopped(this.name)))
      : this.#proposals.propose(command, options);
  }

  readBarrier(options?: RequestOptions): Promise<void> {
    return this.#reads.barrier(options);
  }

  renewLease(id: bigint, options?: RequestOptions): Promise<number> {
    return this.#requests.renewLease(id, options);
  }

  leaseTimeLeft(id: bigint, options?: RequestOptions): Promise<number> {
    return this.#requests.leaseTimeLeft(id, options);
  }

  addMember(
    peerUrls: readonly string[],
    learner: boolean,
    options?: RequestOptions,
  ): Promise<MemberDescription> {
    return this.#requests.addMember(peerUrls, learner, options);
  }

  removeMember(id: string, options?: RequestOptions): Promise<void> {
    return this.#requests.removeMember(id, options);
  }

  updateMember(id: string, peerUrls: readonly string[], options?: RequestOptions): Promise<void> {
    return this.#requests.updateMember(id, peerUrls, options);
  }

  promoteMember(id: string, options?: RequestOptions): Promise<void> {
    return this.#requests.promoteMember(id, options);
  }

  members(): readonly MemberDescription[] {
    return this.#known.committed();
  }

  moveLeader(to: string | undefined, options?: RequestOptions): Promise<void> {
    return this.#requests.moveLeader(to, options);
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

  report(): Promise<Omit<ClusterReport, 'alarms'>> {
    return this.#inspection.report();
  }

  links(): readonly PeerFigures[] {
    return this.#links?.figures() ?? [];
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
      leaderChanges: this.#leaders.changes,
      proposalsPending: this.#proposals.pending,
      proposalsFailed: this.#proposals.failed,
      proposalsApplied: this.#proposals.applications,
      slowApplies: this.#applier.slow,
      slowReads: this.#reads.slow,
      readsFailed: this.#reads.failed,
    };
  }

  onLeaderChange(listener: (leader: string | undefined) => void): () => void {
    return this.#leaders.listen(listener);
  }

  get stopped(): Promise<void> {
    return this.#end.stopped;
  }

  stop(options?: StopOptions): Promise<void> {
    return this.#end.stop(options?.grace ?? 5_000_000);
  }

  async #handOver(timeout: number): Promise<void> {
    if (this.#raft.role !== 'leader' || this.#raft.configuration.voters.length < 2) return;
    await this.#service.handOver(undefined, Math.min(timeout, this.#settings.electionTimeout * 2));
  }

  async #letGo(error: HoldfastError): Promise<void> {
    this.#driver.stop();
    const written = this.#keeper.stop();
    this.#leases.stop();
    this.#log.close();
    this.#idle.stop();
    this.#requests.stop(error);
    this.#proposals.stop(error);
    this.#reads.stop(error);
    this.#changes.stop(error);
    this.#calls.stop(error);
    this.#service.stop();
    this.#attributes.stop();
    this.#leaders.stop();
    // Whatever fails: what holds files open is let go of.
    const closed = await Promise.allSettled([
      this.#links?.close(),
      this.#sending.close(),
      this.#intake.close(),
      written,
    ]);
    await this.#journal.close();
    for (const each of closed) if (each.status === 'rejected') throw each.reason;
  }

  #written(sequence: number): void {
    this.#driver.written(sequence);
    this.#keeper.written(sequence);
  }

  /** An arrived snapshot takes the place of the state, and, with this batch, of the log. */
  #install({ snapshot, sequence }: WriteBatch<Uint8Array>): void {
    const { header, restore } = this.#intake.install(snapshot!.id);
    restore.finish();
    this.#time.see(header.time, this.#world.clock.now());
    this.#applier.restored(snapshot!.index, snapshot!.term);
    this.#proposals.covered();
    this.#changes.covered();
    this.#history.applied(snapshot!.configuration, snapshot!.index);
    this.#membership.restored(snapshot!.configuration);
    this.#keeper.installing(snapshot!, sequence);
    if (snapshotInstalled.active) {
      snapshotInstalled.publish({ member: this.id, index: snapshot!.index, bytes: snapshot!.bytes });
    }
  }

  /** One that was replaced meanwhile is no loss. */
  #snapshotLost(id: string, error: unknown): void {
    if (id !== this.#raft.snapshot?.id) return;
    if (snapshotLost.active) snapshotLost.publish({ member: this.id, snapshot: id, error });
    this.#keeper.replace();
  }

  #settled(): void {
    const { leader } = this.#raft;
    if (leader !== this.#leaders.leader) this.#leaderIs(leader);
    if (this.#raft.role !== 'leader') this.#leases.follow();
    this.#links!.update();
    this.#keeper.look();
    if (leader !== undefined) this.#attributes.look();
    if (this.#log.readOnly && this.#raft.role === 'leader') this.#giveUpLeading();
  }

  #leaderIs(leader: string | undefined): void {
    this.#proposals.leaderChanged();
    this.#leaders.changed(leader, this.#raft.term);
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
    await this.#reads.confirm();
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
    this.#changes.applied(index, term);
    this.#history.applied(configuration, index);
    this.#membership.applied(configuration);
  }

  /** Whether it has no more of the log than every founder begins with. */
  get #isFresh(): boolean {
    return this.#raft.lastIndex <= 1;
  }

  #refused(what: 'proposal' | 'read', error: HoldfastError): void {
    if (requestRefused.active) requestRefused.publish({ member: this.id, what, error });
  }

  #readOnlyChanged(): void {
    if (readOnlyChanged.active) {
      readOnlyChanged.publish({ member: this.id, readOnly: this.#log.readOnly });
    }
    this.#driver.touch();
  }

  /** A follower whose disk is full is missed less than a leader. */
  #giveUpLeading(): void {
    const now = this.#world.clock.now();
    if (now < this.#givesUpAt) return;
    this.#givesUpAt = now + this.#settings.electionTimeout;
    this.#service.beginHandOver();
  }
}
