import { invalidArgument } from '@holdfast/core';
import {
  check,
  forEach,
  isCount,
  isOptionalCount,
  isPresent,
  isSeed,
  isText,
  type Kind,
  oneOf,
  record,
} from '../document/json-fields.ts';
import { checkChoices, checkHosts, checkOperations } from '../document/run-fields.ts';
import { parseFaultPlan } from '../plan/parse-fault-plan.ts';
import type { TraceDocument } from './trace-document.ts';
import type { TraceEvent } from './trace-event.ts';

/**
 * Checks that `json`, as it comes out of a file, is a trace document.
 *
 * @throws HoldfastError INVALID_ARGUMENT, which names the field and its value: `events[7].at is -1, but must be ...`.
 */
export function readTraceDocument(json: unknown): TraceDocument {
  const document = record(json, 'trace');
  if (document['version'] !== 1) throw invalidArgument('version', document['version'], '1');
  for (const field of ['scenario', 'replay', 'verdict', 'text']) check(isText, document, field, '');
  check(isSeed, document, 'seed', '');
  if (document['commit'] !== undefined) check(isText, document, 'commit', '');
  parseFaultPlan(document['plan']);
  checkOperations(document);
  checkChoices(document, 'choices');
  checkHosts(document);
  check(isCount, document, 'droppedEvents', '');
  let last = 0;
  forEach(document, 'events', (event, path) => {
    const what = event['what'];
    if (typeof what !== 'string' || !Object.hasOwn(eventFields, what)) {
      throw invalidArgument(`${path}.what`, what, `one of ${Object.keys(eventFields).join(', ')}`);
    }
    check(isCount, event, 'at', path);
    for (const [field, kind] of Object.entries(eventFields[what as TraceEvent['what']])) {
      check(kind, event, field, path);
    }
    const at = event['at'] as number;
    if (at < last) throw invalidArgument(`${path}.at`, at, `at least ${last}, when the event before it was`);
    last = at;
  });
  return json as TraceDocument;
}

const isHostChange = oneOf('started', 'crashed', 'paused', 'resumed');
const isOutcome = oneOf('ok', 'failed', 'unknown');

/** The fields of each kind of event that must be there, or, where optional, must be right. */
const eventFields: { readonly [What in TraceEvent['what']]: Readonly<Record<string, Kind>> } = {
  send: { id: isCount, from: isText, to: isText, message: isPresent },
  deliver: { id: isCount },
  drop: { id: isCount, why: isText },
  host: { host: isText, state: isHostChange },
  disk: { host: isText, operation: isText, outcome: isText },
  fault: { kind: isText, subject: isText, index: isOptionalCount },
  'fault-end': { kind: isText, index: isCount },
  note: { host: isText, text: isText },
  invoke: { id: isCount, client: isText, operation: isPresent },
  complete: { id: isCount, outcome: isOutcome },
  healed: {},
  failure: { text: isText },
};
