import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import { AlarmAction, AlarmRequest, AlarmType } from '../etcd/maintenance.ts';
import type { RequestOptions } from '../member/cluster-member.ts';
import { type CommandAuth, type CommandKind, encodeCommand } from '../state/command.ts';
import type { EtcdRefusal } from '../state/state-machine.ts';
import type { Call } from './call.ts';
import type { Headed } from './headers.ts';
import type { ServiceParts } from './service-parts.ts';

/** Has requests decided, and sees to the alarm when there is no room for them. */
export class Proposals {
  readonly #parts: ServiceParts;
  #alarming = false;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /**
   * The response to a request that the state has carried out, under this member's header. `cost` is what it may add to
   * the state.
   *
   * @throws EtcdError what the state refuses.
   */
  propose<Response extends Headed>(
    kind: CommandKind,
    payload: Uint8Array,
    call: Call,
    auth: CommandAuth | undefined,
    cost: number,
    options?: RequestOptions,
  ): Promise<Response> {
    const { headers, member, store, limits } = this.#parts;
    if (payload.length > limits.requestBytesMax) throw new EtcdError(etcdRefusals.requestTooLarge);
    const full = store.checkRoom(cost);
    if (full !== undefined) throw this.#refused(full);
    const command = encodeCommand({ kind, session: call.session, auth, payload });
    return member.propose(command, options).then(({ result }) => {
      if ('refusal' in result) throw this.#refused(result.refusal);
      return headers.over(result.response as Response);
    });
  }

  #refused(refusal: EtcdRefusal): EtcdError {
    if (refusal.message === etcdRefusals.noSpace.message) void this.#raiseNoSpace();
    return new EtcdError(refusal);
  }

  async #raiseNoSpace(): Promise<void> {
    const { member, store, headers } = this.#parts;
    if (this.#alarming || store.alarms(AlarmType.NOSPACE).length > 0) return;
    this.#alarming = true;
    const payload = AlarmRequest.encode({
      action: AlarmAction.ACTIVATE,
      memberId: headers.memberId,
      alarm: AlarmType.NOSPACE,
    });
    try {
      await member.propose(encodeCommand({ kind: 'alarm', payload }));
    } catch {
      // The next write that finds no room raises it.
    } finally {
      this.#alarming = false;
    }
  }
}
