import type { Entry } from '@holdfast/raft';
import { expect, test } from 'vitest';
import { Member } from '../../etcd/membership.ts';
import { type CommandKind, encodeCommand } from '../../state/command.ts';
import { Store } from '../../state/store.ts';
import { sealCommand } from '../proposals/envelope.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { hasStarted } from './has-started.ts';
import { idOf } from './member-id.ts';

const member = (kind: CommandKind, id: bigint, name: string): Uint8Array =>
  encodeCommand({ kind, payload: Member.encode(Member.create({ id, name, peerUrls: ['http://a:1'] })) });

function logOf(commands: readonly Uint8Array[]): Parameters<typeof hasStarted>[1] {
  const entries = commands.map((command, place): Entry<Uint8Array> => {
    const sealed = sealCommand(new ByteWriter(), 1, place, 0, command);
    return { kind: 'command', index: place + 1, term: 1, bytes: sealed.length, command: sealed };
  });
  return { lastIndex: entries.length, entryAt: (index) => entries[index - 1] };
}

test('who has said how it is called has started, whether that is applied or only in the log', () => {
  const added = member('member-put', 7n, '');
  const introduced = member('member-attributes', 7n, 'seven');
  const store = new Store();
  const id = idOf(7n);
  expect(hasStarted(id, logOf([added]), store)).toBe(false);
  expect(hasStarted(id, logOf([added, introduced]), store)).toBe(true);
  expect(hasStarted(idOf(8n), logOf([added, introduced]), store)).toBe(false);
  store.apply(added, 1, 1, 0);
  expect(hasStarted(id, logOf([added]), store)).toBe(false);
  store.apply(introduced, 2, 1, 0);
  expect(hasStarted(id, logOf([added, introduced]), store)).toBe(true);
});
