import type { DiskFile } from '@holdfast/core';
import { FileWindow } from './file-window.ts';
import { decodeFrameHeader, frameBytes, frameHeaderBytes, isWhole } from './frame.ts';
import { Segment } from './segment.ts';
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-header.ts';
import { judgeTail, type Tail } from './tail.ts';

/** What a segment holds. */
export interface SegmentSurvey {
  readonly segment: Segment;
  readonly frames: number;
  /** The position after its last record; undefined when it has none. */
  readonly nextPosition: number | undefined;
  /** Where its last frame begins. */
  readonly lastFrame: number | undefined;
  readonly firstEpoch: number | undefined;
  readonly lastEpoch: number | undefined;
  readonly tail: Tail;
}

const pieceBytes = 262_144;

/**
 * Reads a segment and checks every frame, up to the byte `upTo` where something is being written behind it. A text says why
 * it is none that belongs here.
 */
export async function surveySegment(
  file: DiskFile,
  expected: { readonly identity: number; readonly ordinal: number },
  upTo?: number,
): Promise<SegmentSurvey | string> {
  const header = decodeSegmentHeader(await file.read(0, segmentHeaderBytes));
  if (header === undefined) return 'its head is damaged, or of another version';
  if (header.identity !== expected.identity) return 'it belongs to another journal';
  if (header.ordinal !== expected.ordinal) return `it is segment ${header.ordinal} under another name`;
  if ((await file.size()) !== header.size) return `it is not ${header.size} bytes long, as it was`;
  const segment = new Segment(header, undefined);
  const window = new FileWindow(file, pieceBytes);
  const limit = upTo ?? header.size;
  let frames = 0;
  let nextPosition: number | undefined;
  let lastFrame: number | undefined;
  let firstEpoch: number | undefined;
  let lastEpoch: number | undefined;
  while (segment.end < limit) {
    const at = segment.end;
    const frame = decodeFrameHeader(await window.read(at, frameHeaderBytes, limit), 0, header.salt);
    if (frame === undefined || frame.offset !== at) break;
    const length = frameBytes(frame.bodyBytes);
    if (at + length > limit) break;
    const follows = nextPosition === undefined || frame.position === nextPosition;
    if (!follows || frame.epoch < (lastEpoch ?? 0)) break;
    if (!isWhole(frame, await window.read(at, length, limit), 0)) break;
    segment.add(frame.position, length);
    frames++;
    nextPosition = frame.position + frame.records;
    lastFrame = at;
    firstEpoch ??= frame.epoch;
    lastEpoch = frame.epoch;
  }
  const whole = upTo !== undefined && segment.end === upTo;
  const tail: Tail = whole ? { kind: 'zeros' } : await judgeTail(file, header, segment.end);
  return { segment, frames, nextPosition, lastFrame, firstEpoch, lastEpoch, tail };
}
