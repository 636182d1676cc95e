import { otlpSchema } from '@holdfast/telemetry/testkit';
import protobuf from 'protobufjs';

const root = protobuf.Root.fromJSON(otlpSchema as unknown as protobuf.INamespace);

/** Encodes a message of OTLP with protobufjs. 64-bit integers may be given as texts. */
export function encodeWithOracle(type: string, value: object): Buffer {
  const messageType = root.lookupType(type);
  return Buffer.from(messageType.encode(messageType.fromObject(value)).finish());
}

/** Decodes one into plain objects: 64-bit integers are texts, and what is not there has its default. */
export function decodeWithOracle(type: string, bytes: Uint8Array): Record<string, unknown> {
  const messageType = root.lookupType(type);
  return messageType.toObject(messageType.decode(bytes), { longs: String, defaults: true });
}
