import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { isColumn, packed, packedType } from '../api/packed-answer.ts';

/** So many numbers or texts are written as JSON in one turn. */
const pieceRows = 8_192;

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** An answer of long columns. Goes out packed to whoever takes that, and to others as JSON, between which the others have their turn. */
export class ColumnAnswer {
  readonly value: object;

  constructor(value: object) {
    this.value = value;
  }

  async send(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if ((request.headers.accept ?? '').includes(packedType)) {
      const pieces = packed(this.value);
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      response.writeHead(200, { 'content-type': packedType, 'content-length': length, ...headers });
      await pipeline(Readable.from(pieces), response);
    } else {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      await pipeline(Readable.from(jsonOf(this.value)), response);
    }
  }
}

/** JSON piece by piece. */
async function* jsonOf(value: object): AsyncGenerator<string> {
  if (isColumn(value) || Array.isArray(value)) {
    for (let at = 0; at < value.length; at += pieceRows) {
      const json = JSON.stringify(Array.from(value.slice(at, at + pieceRows)));
      yield `${at === 0 ? '[' : ','}${json.slice(1, -1)}`;
      await turn();
    }
    yield value.length === 0 ? '[]' : ']';
    return;
  }
  let separator = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    if (typeof member === 'object' && member !== null) yield* jsonOf(member);
    else yield JSON.stringify(member);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}
