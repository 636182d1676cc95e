import { encodeHeaders } from '@holdfast/transport/http2';

const utf8 = new TextEncoder();
const contentType = ['content-type', 'application/grpc'] as const;
const acceptEncoding = ['grpc-accept-encoding', 'identity,gzip'] as const;

/** The header blocks of an answer in order, made once. */
export const answerHead: Uint8Array = encodeHeaders([[':status', '200'], contentType]);
export const answerEnd: Uint8Array = encodeHeaders([
  ['grpc-status', '0'],
  ['grpc-message', ''],
]);

/** The end of an answer that has begun. */
export function failureEnd(code: number, message: string): Uint8Array {
  return encodeHeaders(statusFields(code, message));
}

/** An answer that is nothing but its failure. */
export function failureOnly(code: number, message: string): Uint8Array {
  return encodeHeaders([[':status', '200'], contentType, acceptEncoding, ...statusFields(code, message)]);
}

/** For who does not speak gRPC at all. */
export function httpFailure(status: number): Uint8Array {
  return encodeHeaders([[':status', `${status}`]]);
}

function statusFields(code: number, message: string): [string, string][] {
  return [
    ['grpc-status', `${code}`],
    ['grpc-message', percentEncoded(message)],
  ];
}

/** As gRPC demands: printable ASCII but for `%` as it is, each other byte of its UTF-8 as `%XX`. */
function percentEncoded(message: string): string {
  return message.replace(/[^ -$&-~]+/gu, (text) =>
    Array.from(utf8.encode(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
