import { otlpSchema } from '@holdfast/telemetry/testkit';
import protobuf from 'protobufjs';
import type { Subject } from '../../../harness/area.ts';
import { decoding } from './decoding.ts';

interface Attribute {
  readonly key: string;
  readonly value?: { readonly stringValue?: string /** A `Long`. */; readonly intValue?: object };
}

interface Request {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly attributes: readonly Attribute[] }[];
    }[];
  }[];
}

export const protobufjsOtlp: Readonly<Record<string, Subject>> = {
  'otlp-decode': () => {
    const decode = decoder();
    return decoding((request) => decode(request).resourceSpans[0]!.scopeSpans[0]!.spans.length);
  },
  'otlp-decode-all': () => {
    const decode = decoder();
    return decoding((request) => {
      const { spans } = decode(request).resourceSpans[0]!.scopeSpans[0]!;
      let characters = 0;
      for (const { attributes } of spans) characters += attributesJson(attributes).length;
      return characters > 0 ? spans.length : 0;
    });
  },
};

/** Code is made for the messages when the first is decoded. */
function decoder(): (request: Buffer) => Request {
  const root = protobuf.Root.fromJSON(otlpSchema as unknown as protobuf.INamespace);
  const type = root.lookupType('ExportTraceServiceRequest');
  return (request) => type.decode(request) as unknown as Request;
}

function attributesJson(attributes: readonly Attribute[]): string {
  const plain: Record<string, string | number | undefined> = {};
  for (const { key, value } of attributes) plain[key] = value?.stringValue || Number(`${value?.intValue}`);
  return JSON.stringify(plain);
}
