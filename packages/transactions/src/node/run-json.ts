import type { JsonValue } from '@holdfast/core';
import type { RunMessage, RunSummary, StoredRun } from '../ledger/run.ts';

interface RunJson extends RunSummary {
  /** In Base64, as all bytes. */
  readonly records: readonly string[];
  readonly messages: readonly { readonly sequence: number; readonly bytes: string }[];
}

/** A run as it goes over the socket in a ledger's folder. */
export function runToJson(run: StoredRun | undefined): JsonValue {
  if (run === undefined) return null;
  const { owned: _, records, messages, ...summary } = run;
  const json: RunJson = {
    ...summary,
    records: records.map(bytesToText),
    messages: messages.map(({ sequence, bytes }) => ({ sequence, bytes: bytesToText(bytes) })),
  };
  return json as unknown as JsonValue;
}

export function runFromJson(json: JsonValue): StoredRun | undefined {
  if (json === null) return undefined;
  const { records, messages, note, ...summary } = json as unknown as RunJson;
  return {
    ...summary,
    note,
    owned: false,
    records: records.map(textToBytes),
    messages: messages.map(({ sequence, bytes }): RunMessage => ({ sequence, bytes: textToBytes(bytes) })),
  };
}

export function bytesToText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

export function textToBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
