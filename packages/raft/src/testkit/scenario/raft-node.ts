import type { HostContext } from '@holdfast/simulation';
import type { Message } from '../../exchange/messages.ts';
import type { SessionsOptions } from '../../sessions.ts';
import type { KeyValueClient } from '../client/key-value-client.ts';
import { isRequest, type Reply } from '../client/requests.ts';
import type { Answer } from '../key-value/command.ts';
import { KeyValueService } from '../key-value/key-value-service.ts';
import { KeyValueStore } from '../key-value/key-value-store.ts';
import { phaseOf, roleOf } from '../member/describe-member.ts';
import { Joining } from '../member/joining.ts';
import { RaftMember } from '../member/raft-member.ts';
import { RecordStorage } from '../storage/record-storage.ts';
import type { RaftRun } from './raft-run.ts';

/** Few and short enough that sessions of clients that live are displaced, and end. */
const sessions: SessionsOptions = { sessionsMax: 8, idleMax: 2_000_000, requestsMax: 3 };

/** What a host runs: a member, its store, the service for clients, and some clients. */
export class RaftNode {
  readonly host: string;
  readonly store: KeyValueStore = new KeyValueStore(sessions);
  readonly member: RaftMember<Answer>;

  constructor(context: HostContext, run: RaftRun, clients: readonly KeyValueClient[]) {
    this.host = context.host;
    const { lives, watch, settings } = run;
    this.member = new RaftMember({
      context,
      storage: new RecordStorage(context),
      machine: this.store,
      settings,
      begin: () => lives.begin(context.host),
      snapshotEvery: 20,
      snapshotTail: 5,
      watch,
      onStarted: () => {
        lives.started(context.host);
        if (!lives.joins(context.host)) return;
        const joining = new Joining(context, this.member, run.memberHosts, run.votesAtFirst(context.host));
        joining.fire();
      },
    });
    const service = new KeyValueService(context, this.member, this.store);
    context.messages.onMessage = (message, from) => {
      const { kind } = message as { readonly kind: string };
      if (kind === 'reply') deliver(message as Reply, from, clients);
      else if (isRequest(message as { readonly kind: string })) service.serve(message as never, from);
      else this.member.receive(message as Message<string>);
    };
    context.describe(() => ({ role: roleOf(this.member), phase: phaseOf(this.member) }));
  }
}

function deliver(reply: Reply, from: string, clients: readonly KeyValueClient[]): void {
  for (const client of clients) if (client.name === reply.client) client.receive(reply, from);
}
