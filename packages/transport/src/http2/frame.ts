/** Frame types (RFC 9113, section 6). */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags of frames; what a bit means depends on the frame's type. */
export const frameFlag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** Parameters of a SETTINGS frame. */
export const setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

export const frameHeaderBytes = 9;
/** Of a payload, unless the receiver has said that it takes more. */
export const framePayloadBytesMax = 16_384;
export const windowMax = 2_147_483_647;
export const initialWindow = 65_535;
/** What a client sends first. */
export const clientPreface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
