import type { Raft } from '@holdfast/raft';
import { Member } from '../../etcd/membership.ts';
import { decodeCommand } from '../../state/command.ts';
import type { StateMachine } from '../../state/state-machine.ts';
import { commandIn } from '../proposals/envelope.ts';
import { numberOf } from './member-id.ts';

/**
 * Whether member `id` has had a log once. It tells its name as soon as its own log has brought it into the state, and nobody
 * else does: an entry that tells it proves as much, committed or not. Right after a start much of the log is not known to be
 * committed, and not applied.
 */
export function hasStarted(
  id: string,
  raft: Pick<Raft<Uint8Array>, 'lastIndex' | 'entryAt'>,
  { appliedIndex, members }: Pick<StateMachine, 'appliedIndex' | 'members'>,
): boolean {
  const number = numberOf(id);
  if ((members.get(number)?.name ?? '') !== '') return true;
  for (let index = raft.lastIndex; index > appliedIndex; index--) {
    const entry = raft.entryAt(index);
    if (entry?.kind !== 'command') continue;
    const { kind, payload } = decodeCommand(commandIn(entry.command));
    if (kind === 'member-attributes' && Member.decode(payload).id === number) return true;
  }
  return false;
}
