import type { MessageReader } from '@holdfast/transport/protobuf';
import { anyValueText } from './any-value.ts';
import { forEachWithin } from './fields.ts';
import { textOf } from './text-of.ts';

/** Whom a span calls. */
export interface Peer {
  /** Empty for nobody. */
  readonly name: string;
  /** 0 a service or not known, 1 a database, 2 a queue. */
  readonly kind: number;
}

/** What each attribute tells of the peer, by OpenTelemetry's semantic conventions, those of before 1.21 included. */
const meanings: ReadonlyMap<string, keyof PeerFacts> = new Map<string, keyof PeerFacts>([
  ['service.peer.name', 'service'],
  ['peer.service', 'service'],
  ['messaging.system', 'queueSystem'],
  ['messaging.destination.name', 'queue'],
  ['messaging.destination', 'queue'],
  ['db.system.name', 'databaseSystem'],
  ['db.system', 'databaseSystem'],
  ['db.namespace', 'database'],
  ['db.name', 'database'],
  ['server.address', 'host'],
  ['net.peer.name', 'host'],
  ['server.port', 'port'],
  ['net.peer.port', 'port'],
  ['rpc.service', 'remoteService'],
]);

interface PeerFacts {
  service?: string;
  queueSystem?: string;
  queue?: string;
  databaseSystem?: string;
  database?: string;
  host?: string;
  port?: string;
  remoteService?: string;
}

const keyLengths: ReadonlySet<number> = new Set(Array.from(meanings.keys(), ({ length }) => length));

/** Reads whom a Span that the reader stands within calls, by its attributes. */
export function peerOf(reader: MessageReader, body: Buffer): Peer {
  const facts: PeerFacts = {};
  forEachWithin(reader, 0x4a, () => addFact(reader, body, facts));
  return peer(facts);
}

function addFact(reader: MessageReader, body: Buffer, facts: PeerFacts): void {
  let meaning: keyof PeerFacts | undefined;
  let value = '';
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x0a) {
      const from = reader.pass();
      meaning = keyLengths.has(reader.position - from)
        ? meanings.get(textOf(body, from, reader.position))
        : undefined;
      // Most attributes mean nothing here. A key that stands behind its value is written by nobody.
      if (meaning === undefined) {
        reader.position = reader.end;
        return;
      }
    } else if (tag === 0x12) {
      const outer = reader.enter();
      value = anyValueText(reader, body);
      reader.leave(outer);
    } else reader.skip(tag);
  }
  if (meaning !== undefined) facts[meaning] = value;
}

function peer(facts: PeerFacts): Peer {
  const kind = facts.databaseSystem !== undefined ? 1 : facts.queueSystem !== undefined ? 2 : 0;
  return { name: facts.service || nameByKind(facts, kind), kind };
}

function nameByKind(facts: PeerFacts, kind: number): string {
  const { database, databaseSystem = '', host, port, queue, queueSystem = '', remoteService = '' } = facts;
  if (kind === 1) return database ? `${databaseSystem}/${database}` : databaseSystem;
  if (kind === 2) return queue ? `${queueSystem}/${queue}` : queueSystem;
  if (!host) return remoteService;
  return port ? `${host}:${port}` : host;
}
