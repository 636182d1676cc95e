import { type HoldfastError, invalidArgument } from '@holdfast/core';
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';

/** What a stream is made with. */
export interface StreamSettings {
  readonly name: string;
  readonly subject: string;
  /** Nanoseconds; 0 for ever. */
  readonly maxAge: number;
  readonly maxBytes: number;
  /** Nanoseconds. */
  readonly duplicateWindow: number;
  readonly replicas: number;
}

/** `stream not found`. */
const streamNotFound = 10_059;

/**
 * Makes a stream where there is none: in files, with no message dropped for lack of room. One that is there stays as it
 * is, if it has the subject.
 *
 * @throws HoldfastError INVALID_ARGUMENT when the stream that is there is another one's.
 */
export async function ensureStream(manager: JetStreamManager, settings: StreamSettings): Promise<void> {
  const { name, subject, maxAge, maxBytes, duplicateWindow, replicas } = settings;
  const subjects = await subjectsOf(manager, name);
  if (subjects === undefined) {
    await manager.streams.add({
      name,
      subjects: [subject],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_age: maxAge,
      max_bytes: maxBytes,
      duplicate_window: duplicateWindow,
      num_replicas: replicas,
    });
  } else if (!subjects.includes(subject)) throw otherStream(name, subject, subjects);
}

async function subjectsOf(manager: JetStreamManager, name: string): Promise<readonly string[] | undefined> {
  try {
    return (await manager.streams.info(name)).config.subjects;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined;
    throw error;
  }
}

function otherStream(name: string, subject: string, subjects: readonly string[]): HoldfastError {
  return invalidArgument(
    'stream',
    name,
    `a stream of ${subject}, but there is one of ${subjects.join(', ')}`,
  );
}
