export { encodeHeaders } from './hpack/encode-headers.ts';
export type { HeaderField } from './hpack/static-table.ts';
export { type Http2Code, http2Code } from './http2-error.ts';
export type { Http2Limits } from './http2-limits.ts';
export type { Http2Stream, StreamHandler } from './http2-stream.ts';
export { type Http2Handler, Http2ServerConnection } from './server-connection.ts';
