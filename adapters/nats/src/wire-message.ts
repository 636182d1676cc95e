import type { Message } from '@holdfast/transactions';
import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** What the server tells copies by. */
const messageIdHeader = 'Nats-Msg-Id';

const idHeader = 'Holdfast-Id';
const keyHeader = 'Holdfast-Key';
const ownPrefix = 'Holdfast-Header-';

/**
 * A message's id, key and headers as headers of NATS, percent-encoded: NATS trims values, and not every server and client
 * takes all characters. `copyId` is what the server tells copies by; the id of the message if nothing else is given.
 */
export function toHeaders({ id, key, headers: own = {} }: Message, copyId: string = id): MsgHdrs {
  const written = headers();
  written.set(messageIdHeader, encodeURIComponent(copyId));
  if (copyId !== id) written.set(idHeader, encodeURIComponent(id));
  if (key !== undefined) written.set(keyHeader, encodeURIComponent(key));
  for (const [name, value] of Object.entries(own)) written.set(ownPrefix + name, encodeURIComponent(value));
  return written;
}

/** Undefined when it is no message that {@link toHeaders} wrote, or another program with an id for the server. */
export function fromWire(topic: string, written: MsgHdrs | undefined, body: Uint8Array): Message | undefined {
  const id = written?.get(idHeader) || written?.get(messageIdHeader);
  if (written === undefined || id === undefined || id === '') return undefined;
  const own: Record<string, string> = {};
  for (const name of written.keys()) {
    if (name.startsWith(ownPrefix)) own[name.slice(ownPrefix.length)] = decoded(written.get(name));
  }
  const key = written.get(keyHeader);
  return { id: decoded(id), topic, key: key === '' ? undefined : decoded(key), headers: own, body };
}

/** As it is where another program wrote it and it is no percent-encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
