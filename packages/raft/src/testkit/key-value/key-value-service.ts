import type { HostContext } from '@holdfast/simulation';
import type { CommandRequest, JoinRequest, KeyRequest, ReplyOutcome, Request } from '../client/requests.ts';
import { hostOf } from '../member/member-name.ts';
import type { RaftMember } from '../member/raft-member.ts';
import { type Answer, encodeCommand } from './command.ts';
import type { KeyValueStore } from './key-value-store.ts';

/** How far a learner may be behind when it is made a voter, in entries. */
const promotableLag = 20;

/** Serves clients at one member: commands at the leader, linearizable reads at every member. */
export class KeyValueService {
  readonly #context: HostContext;
  readonly #member: RaftMember<Answer>;
  readonly #store: KeyValueStore;

  constructor(context: HostContext, member: RaftMember<Answer>, store: KeyValueStore) {
    this.#context = context;
    this.#member = member;
    this.#store = store;
  }

  serve(request: Request, from: string): void {
    if (this.#member.raft === undefined) return;
    if (request.kind === 'command-request') this.#command(request, from);
    else if (request.kind === 'key-request') this.#read(request, from);
    else this.#join(request);
  }

  #command(request: CommandRequest, from: string): void {
    const command = encodeCommand(request.command, 1_000 * this.#context.clock.wall());
    const proposal = this.#member.propose(command, (outcome, answer) => {
      // What was lost or is unknown the client tries again: its session sees to it that it happens once.
      if (outcome === 'committed') this.#reply(request, from, { kind: 'answer', answer: answer! });
      else this.#refuse(request, from);
    });
    if (proposal.outcome === 'refused') this.#refuse(request, from);
  }

  #read(request: KeyRequest, from: string): void {
    this.#member.read(({ outcome }) => {
      if (outcome === 'refused') this.#refuse(request, from);
      else this.#reply(request, from, { kind: 'value', value: this.#store.get(request.key) });
    });
  }

  /** First the newcomer takes its host's place as a learner; once it has caught up, it votes if it is to. */
  #join({ member, votes, applied }: JoinRequest): void {
    const { raft } = this.#member;
    if (raft?.role !== 'leader') return;
    const { voters, outgoing, learners } = raft.configuration;
    if (!learners.includes(member) && !voters.includes(member)) {
      const removed = [...voters, ...outgoing, ...learners].filter((each) => hostOf(each) === hostOf(member));
      this.#member.proposeMembers({
        kind: 'change',
        members: [
          ...[...new Set(removed)].map((each) => ({ member: each, role: 'removed' as const })),
          { member, role: 'learner' },
        ],
      });
    } else if (votes && !voters.includes(member) && raft.commitIndex - applied <= promotableLag) {
      this.#member.proposeMembers({ kind: 'change', members: [{ member, role: 'voter' }] });
    }
  }

  #refuse(request: CommandRequest | KeyRequest, from: string): void {
    const leader = this.#member.raft?.leader;
    this.#reply(request, from, { kind: 'refused', leader: leader && hostOf(leader) });
  }

  #reply({ client, id }: CommandRequest | KeyRequest, to: string, outcome: ReplyOutcome): void {
    this.#context.messages.send(to, { kind: 'reply', client, id, outcome });
  }
}
