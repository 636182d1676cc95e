import { invalidArgument } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { EventMetadata, NewEvent, StoredEvent } from './event-store.ts';

/**
 * An append as a record of a journal: the byte 1 for this format, then JSON in UTF-8. Versions and positions follow from
 * the order of the records.
 */
interface AppendForm {
  readonly stream: string;
  readonly at: number;
  readonly events: readonly EventForm[];
}

type EventForm = readonly [
  id: string,
  type: string,
  schemaVersion: number,
  data: StoredEvent['data'],
  metadata: EventMetadata,
];

const format = 1;

/** The parts of a stored event that a record holds. */
export interface RecordedAppend {
  readonly stream: string;
  readonly recordedAt: number;
  readonly events: readonly EventForm[];
}

/** @throws HoldfastError INVALID_ARGUMENT when the events are no JSON. */
export function writeAppend(
  stream: string,
  recordedAt: number,
  events: readonly (NewEvent & { readonly id: string })[],
): Uint8Array {
  const form: AppendForm = {
    stream,
    at: recordedAt,
    events: events.map(({ id, type, schemaVersion = 1, data, metadata = {} }) => [
      id,
      type,
      schemaVersion,
      data,
      metadata,
    ]),
  };
  const json = new TextEncoder().encode(toJson(form));
  const record = new Uint8Array(1 + json.length);
  record[0] = format;
  record.set(json, 1);
  return record;
}

/** @throws HoldfastError EVENT_STORE_FAILED when it is not of this format. */
export function readAppend(record: Uint8Array, journalPosition: number): RecordedAppend {
  if (record[0] !== format) {
    throw transactionErrors.create('EVENT_STORE_FAILED', {
      message: `the journal's record ${journalPosition} is of format ${record[0]}, but events are of ${format}: it is no journal of events, or of a later release`,
      context: { journalPosition },
    });
  }
  const { stream, at, events } = JSON.parse(new TextDecoder().decode(record.subarray(1))) as AppendForm;
  return { stream, recordedAt: at, events };
}

function toJson(form: AppendForm): string {
  try {
    return JSON.stringify(form);
  } catch {
    throw invalidArgument('events', form.events, 'events of JSON values, with no cycles');
  }
}
