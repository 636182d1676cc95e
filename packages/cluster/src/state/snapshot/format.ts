/** The first bytes of the first frame's payload, after its kind. */
export const magic = 'holdfast state';
export const formatVersion = 1;

/** Length and checksum of its payload. */
export const frameHeaderBytes = 8;
/** A frame is ended by the record that makes it so long. */
export const frameBytes = 0x1_0000;
/** A frame may be longer by its last record, but there are no records of such a length. */
export const frameBytesMax = 0x800_0000;

/** What a frame holds: the first byte of its payload. */
export const FrameKind = {
  Header: 1,
  Leases: 2,
  Sessions: 3,
  Members: 4,
  Removed: 5,
  Alarms: 6,
  Auth: 7,
  Versions: 8,
  End: 9,
} as const;
