import type { JsonValue } from '@holdfast/core';
import type { TraceDocument } from '../src/trace/trace-document.ts';
import type { TraceEvent } from '../src/trace/trace-event.ts';

const hosts: readonly string[] = ['node1', 'node2', 'node3', 'node4', 'node5'];

/**
 * A made-up run, for tests of what shows runs: five hosts elect a leader, a partition cuts it off together with one
 * follower, the others elect another, and a client reads what is out of date. `heartbeats` makes it as long as needed.
 */
export function electionTrace(heartbeats = 4): TraceDocument {
  const events: TraceEvent[] = [];
  let last = 0;
  let at = 0;
  const later: { readonly at: number; readonly event: TraceEvent }[] = [];
  const tell = (event: TraceEvent) => later.push({ at: event.at, event });
  const cut = new Set<string>();
  const send = (from: string, to: string, message: JsonValue, way: 'normal' | 'twice' = 'normal') => {
    const id = ++last;
    tell({ what: 'send', at, id, from, to, message });
    const latency = 600 + ((id * 7919) % 1_300);
    if (cut.has(from) !== cut.has(to)) tell({ what: 'drop', at: at + 1, id, why: 'partition' });
    else if (id % 17 === 0) tell({ what: 'drop', at: at + 300, id, why: 'loss' });
    else if (to === 'node5' && at > 700_000 && at < 900_000)
      tell({ what: 'drop', at: at + latency, id, why: 'host-down' });
    else tell({ what: 'deliver', at: at + latency, id });
    if (way === 'twice') tell({ what: 'deliver', at: at + latency + 4_000, id });
  };
  const note = (host: string, text: string, data?: JsonValue) =>
    tell({ what: 'note', at, host, text, ...(data === undefined ? {} : { data }) });
  const elect = (leader: string, term: number, voters: readonly string[]) => {
    note(leader, `candidate in term ${term}`);
    for (const to of hosts) if (to !== leader) send(leader, to, { kind: 'request-vote', term, lastIndex: 4 });
    at += 3_000;
    for (const from of voters) send(from, leader, { kind: 'vote', term, granted: true });
    at += 3_000;
    note(leader, `leader of term ${term}`, { term, votes: [leader, ...voters] });
  };
  const beat = (leader: string, term: number) => {
    for (const to of hosts) {
      if (to !== leader)
        send(leader, to, { kind: 'append', term, entries: [] }, last % 23 === 5 ? 'twice' : 'normal');
    }
    at += 50_000;
  };

  for (const host of hosts) tell({ what: 'host', at, host, state: 'started' });
  at = 151_000;
  elect('node2', 1, ['node1', 'node3', 'node4']);
  tell({ what: 'invoke', at, id: 1, client: 'client1', operation: { put: 'x', value: 1 } });
  for (let count = 0; count < heartbeats; count++) beat('node2', 1);
  tell({ what: 'complete', at: at - 40_000, id: 1, outcome: 'ok' });
  tell({ what: 'fault', at, kind: 'partition', subject: 'node1,node2|node3,node4,node5', index: 0 });
  cut.add('node1').add('node2');
  tell({ what: 'invoke', at: at + 900, id: 2, client: 'client2', operation: { get: 'x' } });
  beat('node2', 1);
  tell({ what: 'disk', at, host: 'node4', operation: 'write log', outcome: 'ok' });
  tell({ what: 'disk', at: at + 200, host: 'node4', operation: 'sync log', outcome: 'DISK_FAILED' });
  elect('node3', 2, ['node4', 'node5']);
  tell({ what: 'invoke', at, id: 3, client: 'client1', operation: { put: 'x', value: 2 } });
  tell({ what: 'host', at: at + 1_000, host: 'node5', state: 'crashed' });
  tell({ what: 'fault', at: at + 1_000, kind: 'crash', subject: 'node5', index: 1 });
  at += 2_000;
  for (let count = 0; count < heartbeats; count++) beat('node3', 2);
  tell({ what: 'complete', at: at - 20_000, id: 3, outcome: 'unknown' });
  tell({ what: 'host', at, host: 'node5', state: 'started' });
  tell({ what: 'fault-end', at, kind: 'crash', index: 1 });
  tell({ what: 'host', at: at + 100, host: 'node1', state: 'paused' });
  beat('node3', 2);
  tell({ what: 'host', at, host: 'node1', state: 'resumed' });
  tell({ what: 'complete', at, id: 2, outcome: 'ok', value: { x: 1, from: '</script><b>node2</b>' } });
  tell({
    what: 'failure',
    at: at + 10,
    text: 'client2 read x = 1 after x = 2 was written: not linearizable',
  });
  later.sort((one, other) => one.at - other.at);
  for (const { event } of later) events.push(event);
  return {
    version: 1,
    scenario: 'five nodes elect a leader',
    seed: 42,
    commit: '0123456789abcdef',
    replay: 'npx holdfast simulate raft --seed 42 --plan failure.json',
    verdict: 'violated',
    text: 'client2 read x = 1 after x = 2 was written: not linearizable',
    plan: {
      version: 1,
      faults: [
        {
          kind: 'partition',
          at: '400ms',
          for: '600ms',
          groups: [
            ['node1', 'node2'],
            ['node3', 'node4', 'node5'],
          ],
        },
        { kind: 'crash', at: '460ms', for: '200ms', host: 'node5' },
      ],
    },
    operations: [
      { at: 0, client: 'client1', operation: { put: 'x', value: 1 } },
      { at: 200_000, client: 'client2', operation: { get: 'x' } },
      { at: 260_000, client: 'client1', operation: { put: 'x', value: 2 } },
    ],
    choices: [{ kind: 'loss', subject: 'node2>node3', ordinal: 3 }],
    hosts,
    droppedEvents: 0,
    events,
  };
}
