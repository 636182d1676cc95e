import type { Http2Stream } from '@holdfast/transport/http2';
import { type MessageType, MessageWriter } from '@holdfast/transport/protobuf';
import { frameHeaderBytes } from './message-assembly.ts';

// Streams copy what they are given, so one writer serves all of them.
const writer: MessageWriter = new MessageWriter();

/** Writes a message with the five bytes that gRPC puts before it. */
export function writeMessage<Value>(stream: Http2Stream, type: MessageType<Value>, value: Value): void {
  try {
    writer.skip(frameHeaderBytes);
    type.write(writer, value);
    sendFrame(stream);
  } finally {
    writer.discard();
  }
}

/** The same for a message that is already encoded. */
export function writeEncoded(stream: Http2Stream, message: Uint8Array): void {
  try {
    writer.skip(frameHeaderBytes);
    writer.raw(message);
    sendFrame(stream);
  } finally {
    writer.discard();
  }
}

function sendFrame(stream: Http2Stream): void {
  const frame = writer.written;
  const length = frame.length - frameHeaderBytes;
  frame[0] = 0;
  frame[1] = length >>> 24;
  frame[2] = length >>> 16;
  frame[3] = length >>> 8;
  frame[4] = length;
  stream.write(frame);
}
