/** Error codes (RFC 9113, section 7). */
export const http2Code = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  enhanceYourCalm: 11,
} as const;

export type Http2Code = (typeof http2Code)[keyof typeof http2Code];

/** The other end has broken the protocol so that the connection cannot go on. Never leaves this folder. */
export class ConnectionError extends Error {
  readonly code: Http2Code;

  constructor(code: Http2Code, message: string) {
    super(message);
    this.code = code;
  }
}
