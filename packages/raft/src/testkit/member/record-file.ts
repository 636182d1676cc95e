import { checksumOf } from './checksum.ts';

/** Before each frame: its length, its checksum, and where it stands in the file, 32 bits each. */
const headerBytes = 12;

/** What a file of records holds. */
export interface ParsedRecords {
  readonly records: readonly string[];
  /** Where the whole frames end; what follows was torn by a crash. */
  readonly end: number;
  /** A whole frame follows a broken one: what was durable is lost. */
  readonly damaged: boolean;
}

const encoder: TextEncoder = new TextEncoder();

/**
 * Records, each a text on one line, that become durable together, as one frame: a crash leaves all or none of them.
 */
export function frameRecords(records: readonly string[], position: number): Uint8Array {
  const content = records.join('\n');
  // A UTF-16 code unit takes three bytes at most.
  const bytes = new Uint8Array(headerBytes + content.length * 3);
  const { written } = encoder.encodeInto(content, bytes.subarray(headerBytes));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, written);
  view.setUint32(4, checksumOf(bytes.subarray(headerBytes, headerBytes + written)));
  view.setUint32(8, position);
  return bytes.subarray(0, headerBytes + written);
}

export function parseRecords(bytes: Uint8Array): ParsedRecords {
  const decoder = new TextDecoder();
  const records: string[] = [];
  let at = 0;
  for (let content = contentAt(bytes, at); content !== undefined; content = contentAt(bytes, at)) {
    records.push(...decoder.decode(content).split('\n'));
    at += headerBytes + content.length;
  }
  return { records, end: at, damaged: wholeFrameAfter(bytes, at) };
}

function contentAt(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (at + headerBytes > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const length = view.getUint32(0);
  if (length === 0 || at + headerBytes + length > bytes.length || view.getUint32(8) !== at) return undefined;
  const content = bytes.subarray(at + headerBytes, at + headerBytes + length);
  return view.getUint32(4) === checksumOf(content) ? content : undefined;
}

function wholeFrameAfter(bytes: Uint8Array, end: number): boolean {
  for (let at = end + 1; at < bytes.length; at++) if (contentAt(bytes, at) !== undefined) return true;
  return false;
}
