import { assert, type Connection } from '@holdfast/core';
import {
  bytesOf,
  connected,
  equal,
  failsWith,
  later,
  type NetworkCase,
  pattern,
  readAll,
  readAtLeast,
  sameBytes,
  text,
} from './network-case.ts';

/** What core's `Network` promises of listening, connecting, and the bytes in between. */
export const streamCases: readonly NetworkCase[] = [
  {
    name: 'what one end writes the other reads, and back',
    async run(pair) {
      const { near, far } = await connected(pair);
      await near.write(bytesOf('question'));
      equal(text(await readAtLeast(far, 8)), 'question', 'what arrived');
      await far.write(bytesOf('answer'));
      equal(text(await readAtLeast(near, 6)), 'answer', 'what came back');
      near.destroy();
      far.destroy();
    },
  },
  {
    name: 'bytes arrive in order, each once, whatever the pieces',
    async run(pair) {
      const { near, far } = await connected(pair);
      const sent = pattern(100_000);
      const receiving = later(readAll(far));
      for (let begin = 0, size = 1; begin < sent.length; begin += size, size = (size * 7) % 4_093) {
        await near.write(sent.slice(begin, begin + size));
      }
      near.end();
      far.end();
      sameBytes(await receiving, sent, 'what arrived');
    },
  },
  {
    name: 'large transfers run both ways at once',
    async run(pair) {
      const { near, far } = await connected(pair);
      const question = pattern(700_001, 1);
      const answer = pattern(500_003, 2);
      const send = async (connection: Connection, bytes: Uint8Array) => {
        await connection.write(bytes);
        connection.end();
      };
      const [atFar, atNear] = await Promise.all([
        readAll(far),
        readAll(near),
        send(near, question),
        send(far, answer),
      ]);
      sameBytes(atFar, question, 'what arrived');
      sameBytes(atNear, answer, 'what came back');
    },
  },
  {
    name: 'an end that has ended still reads, and an end that has read everything still writes',
    async run(pair) {
      const { near, far } = await connected(pair);
      await near.write(bytesOf('all I have to say'));
      near.end();
      near.end();
      equal(text(await readAll(far)), 'all I have to say', 'what arrived');
      equal(await far.read(), undefined, 'a read after the end');
      await pair.sleep('50ms');
      await far.write(bytesOf('heard'));
      far.end();
      equal(text(await readAll(near)), 'heard', 'what came back');
    },
  },
  {
    name: 'a connection that ends without a byte is read as ended',
    async run(pair) {
      const { near, far } = await connected(pair);
      near.end();
      equal(await far.read(), undefined, 'the read');
      far.end();
      equal(await near.read(), undefined, 'the read of the other end');
    },
  },
  {
    name: 'a writer waits for a reader that does not read, and loses nothing',
    async run(pair) {
      const { near, far } = await connected(pair);
      const piece = pattern(65_536);
      let written = 0;
      let blocked = false;
      while (!blocked) {
        assert(written < 64 * 1_048_576, 'a writer has to wait before 64 MiB are under way');
        const writing = later(near.write(piece).then(() => false));
        blocked = await Promise.race([writing, pair.sleep('300ms').then(() => true)]);
        written += piece.length;
        if (blocked) later(writing.then(() => near.end()));
      }
      let read = 0;
      for (let bytes = await far.read(); bytes !== undefined; bytes = await far.read()) {
        const wrong = bytes.findIndex((byte, index) => byte !== piece[(read + index) % piece.length]);
        equal(wrong, -1, 'the first wrong byte of a piece');
        read += bytes.length;
      }
      equal(read, written, 'bytes read');
      far.end();
      equal(await near.read(), undefined, 'what the reader had to say');
    },
  },
  {
    name: 'many connections to one listener keep apart',
    async run(pair) {
      const echo = async (connection: Connection) => {
        for (let bytes = await connection.read(); bytes !== undefined; bytes = await connection.read()) {
          await connection.write(bytes);
        }
        connection.end();
      };
      const listener = await pair.right.listen(0, (connection) => void later(echo(connection)));
      const to = { host: pair.rightHost, port: listener.address.port };
      const talk = async (number: number) => {
        const connection = await pair.left.connect(to);
        const sent = pattern(1_000 + number, number);
        await connection.write(sent);
        connection.end();
        sameBytes(await readAll(connection), sent, `what came back to connection ${number}`);
      };
      await Promise.all(Array.from({ length: 30 }, (_, number) => talk(number)));
      await listener.close();
    },
  },
  {
    name: 'both ends know their own address and that of the other',
    async run(pair) {
      let accepted: Connection | undefined;
      const listener = await pair.right.listen(0, (connection) => {
        accepted = connection;
        connection.end();
      });
      assert(listener.address.port > 0, 'port 0 is replaced by a free one');
      const near = await pair.left.connect({ host: pair.rightHost, port: listener.address.port });
      equal(await near.read(), undefined, 'the read');
      equal(near.remote.port, listener.address.port, 'the remote port of the one that connected');
      equal(accepted?.local.port, listener.address.port, 'the local port of the one that was accepted');
      equal(accepted?.remote.port, near.local.port, 'its remote port');
      equal(accepted?.remote.host, pair.leftHost, 'its remote host');
      near.end();
      await listener.close();
    },
  },
  {
    name: 'a host connects to itself',
    async run(pair) {
      const answer = async (connection: Connection) => {
        await connection.write(await readAll(connection));
        connection.end();
      };
      const listener = await pair.left.listen(0, (connection) => void later(answer(connection)));
      const connection = await pair.left.connect({ host: pair.leftHost, port: listener.address.port });
      await connection.write(bytesOf('me'));
      connection.end();
      equal(text(await readAll(connection)), 'me', 'what came back');
      await listener.close();
    },
  },
  {
    name: 'where nobody listens, or no more, a connection is refused; open ones stay',
    async run(pair) {
      let accepted: Connection | undefined;
      const listener = await pair.right.listen(0, (connection) => {
        accepted = connection;
      });
      const to = { host: pair.rightHost, port: listener.address.port };
      const near = await pair.left.connect(to);
      await near.write(bytesOf('a'));
      await pair.sleep('50ms');
      await listener.close();
      await listener.close();
      await failsWith('CONNECTION_REFUSED', pair.left.connect(to), 'connecting after the listener closed');
      await near.write(bytesOf('b'));
      near.end();
      assert(accepted !== undefined, 'the connection was accepted before');
      equal(text(await readAll(accepted)), 'ab', 'what the open connection brought');
      accepted.end();
      equal(await near.read(), undefined, 'the end of the open connection');
    },
  },
  {
    name: 'a port belongs to one listener, until that closes',
    async run(pair) {
      const listener = await pair.right.listen(0, () => {});
      const { port } = listener.address;
      const other = await pair.right.listen(0, () => {});
      assert(other.address.port !== port, 'two listeners at port 0 get ports of their own');
      await failsWith(
        'ADDRESS_IN_USE',
        pair.right.listen(port, () => {}),
        'listening where one listens',
      );
      await listener.close();
      const again = await pair.right.listen(port, () => {});
      equal(again.address.port, port, 'the port taken again');
      await again.close();
      await other.close();
    },
  },
  {
    name: 'a destroyed connection fails what waits at both ends, and what comes later',
    async run(pair) {
      const { near, far } = await connected(pair);
      const waitingHere = later(failsWith('CONNECTION_RESET', near.read(), 'the read that waited here'));
      const waitingThere = later(failsWith('CONNECTION_RESET', far.read(), 'the read that waited there'));
      await pair.sleep('50ms');
      near.destroy();
      near.destroy();
      await Promise.all([waitingHere, waitingThere]);
      await failsWith('CONNECTION_RESET', near.write(bytesOf('x')), 'a write here');
      await failsWith('CONNECTION_RESET', near.read(), 'a read here');
      await failsWith('CONNECTION_RESET', far.write(bytesOf('x')), 'a write there');
      await failsWith('CONNECTION_RESET', far.read(), 'a read there');
      far.end();
      far.destroy();
    },
  },
  {
    name: 'a second read or write beside one that waits is refused, and so is a write after the end',
    async run(pair) {
      const { near, far } = await connected(pair);
      const waiting = later(far.read());
      await failsWith('INVALID_ARGUMENT', far.read(), 'a second read');
      await near.write(bytesOf('a'));
      equal(text(await waiting), 'a', 'the first read');
      near.end();
      await failsWith('INVALID_ARGUMENT', near.write(bytesOf('b')), 'a write after the end');
      near.destroy();
      far.destroy();
    },
  },
];
