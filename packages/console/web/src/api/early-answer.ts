import { packedType } from '../../../src/api/packed-answer.ts';

/** What was asked for early. */
interface EarlyAnswer {
  readonly address: string;
  /** Packed; undefined when it did not come that way, and has to be asked for again. */
  readonly body: Promise<ArrayBuffer | undefined>;
}

// Between a script that runs early and the page's own.
declare global {
  var earlyAnswer: EarlyAnswer | undefined;
}

/** Asks for a trace, which may be large, before the page's own code is there. */
export function askEarly(): void {
  const [, traceId] = /^\/traces\/([0-9a-f]{32})$/.exec(location.pathname) ?? [];
  if (traceId === undefined) return;
  const address = `/api/v1/traces/${traceId}`;
  globalThis.earlyAnswer = { address, body: bodyOf(address) };
}

/** What was asked for early at this address; it is given once. */
export function takeEarly(address: string): Promise<ArrayBuffer | undefined> | undefined {
  const { earlyAnswer } = globalThis;
  if (earlyAnswer?.address !== address) return undefined;
  globalThis.earlyAnswer = undefined;
  return earlyAnswer.body;
}

async function bodyOf(address: string): Promise<ArrayBuffer | undefined> {
  try {
    const response = await fetch(address, { headers: { accept: packedType } });
    return response.ok && response.headers.get('content-type') === packedType
      ? await response.arrayBuffer()
      : undefined;
  } catch {
    return undefined;
  }
}
