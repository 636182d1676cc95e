import { assert, type Connection } from '@holdfast/core';
import {
  bytesOf,
  CountedAbort,
  connected,
  equal,
  failsWith,
  later,
  type NetworkCase,
  pattern,
  readAtLeast,
  soon,
  text,
} from './network-case.ts';

/** What core's `Network` promises of waits that a signal ends. */
export const abortCases: readonly NetworkCase[] = [
  {
    name: 'a signal that has aborted stops a call before it begins',
    async run(pair) {
      const abort = new CountedAbort();
      abort.abort();
      const { signal } = abort;
      const held = pair.held();
      const nowhere = { host: pair.rightHost, port: 1 };
      await failsWith('ABORTED', pair.left.connect(nowhere, { signal }), 'connecting');
      equal(pair.held(), held, 'what is held after connecting');
      const { near, far } = await connected(pair);
      await failsWith('ABORTED', near.read({ signal }), 'reading');
      await failsWith('ABORTED', near.write(bytesOf('x'), { signal }), 'writing');
      equal(abort.listeners, 0, 'listeners of the signal');
      near.destroy();
      far.destroy();
    },
  },
  {
    name: 'an aborted connect leaves nothing behind',
    async run(pair) {
      const listener = await pair.right.listen(0, (connection) => connection.destroy());
      const held = pair.held();
      const abort = new CountedAbort();
      const to = { host: pair.rightHost, port: listener.address.port };
      const connecting = later(pair.left.connect(to, { signal: abort.signal }));
      abort.abort();
      await soon(pair, failsWith('ABORTED', connecting, 'connecting'), 'an aborted connect');
      equal(abort.listeners, 0, 'listeners of the signal');
      await pair.sleep('200ms');
      equal(pair.held(), held, 'what is held afterwards');
      await listener.close();
    },
  },
  {
    name: 'an aborted read loses no byte, and the connection goes on',
    async run(pair) {
      const { near, far } = await connected(pair);
      const abort = new CountedAbort();
      const reading = later(far.read({ signal: abort.signal }));
      await pair.sleep('50ms');
      abort.abort();
      await soon(pair, failsWith('ABORTED', reading, 'reading'), 'an aborted read');
      equal(abort.listeners, 0, 'listeners of the signal');
      await near.write(bytesOf('whole'));
      equal(text(await readAtLeast(far, 5)), 'whole', 'what the next reads bring');
      near.destroy();
      far.destroy();
    },
  },
  {
    name: 'an aborted write stops waiting',
    async run(pair) {
      const { near, far } = await connected(pair);
      const abort = new CountedAbort();
      const piece = pattern(65_536);
      const flood = async () => {
        for (let written = 0; written < 64 * 1_048_576; written += piece.length) {
          await near.write(piece, { signal: abort.signal });
        }
      };
      const flooding = later(failsWith('ABORTED', flood(), 'a write without a reader'));
      await pair.sleep('500ms');
      abort.abort();
      await soon(pair, flooding, 'an aborted write');
      equal(abort.listeners, 0, 'listeners of the signal');
      near.destroy();
      far.destroy();
    },
  },
  {
    name: 'calls that end by themselves leave no listener on their signal',
    async run(pair) {
      const abort = new CountedAbort();
      const { signal } = abort;
      const greet = async (connection: Connection) => {
        await pair.sleep('20ms');
        await connection.write(bytesOf('hello'));
        connection.end();
      };
      const listener = await pair.right.listen(0, (connection) => void later(greet(connection)));
      const to = { host: pair.rightHost, port: listener.address.port };
      const near = await pair.left.connect(to, { signal });
      equal(abort.listeners, 0, 'listeners after connecting');
      const bytes = await near.read({ signal });
      assert(bytes !== undefined, 'something arrives');
      await near.write(bytesOf('thanks'), { signal });
      equal(abort.listeners, 0, 'listeners after reading and writing');
      near.destroy();
      await listener.close();
      await failsWith('CONNECTION_REFUSED', pair.left.connect(to, { signal }), 'connecting again');
      equal(abort.listeners, 0, 'listeners after a refusal');
    },
  },
  {
    name: 'connections that have ended, or were destroyed, hold nothing',
    async run(pair) {
      const held = pair.held();
      const ended = await connected(pair);
      ended.near.end();
      ended.far.end();
      equal(await ended.near.read(), undefined, 'the read of one end');
      equal(await ended.far.read(), undefined, 'the read of the other');
      const destroyed = await connected(pair);
      await destroyed.near.write(pattern(10_000));
      destroyed.near.destroy();
      destroyed.far.destroy();
      await pair.sleep('500ms');
      equal(pair.held(), held, 'what is held');
    },
  },
];
