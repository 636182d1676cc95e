import type { Area } from '../harness/area.ts';
import { fakeTimers } from './simulation/fake-timers.ts';
import { floor } from './simulation/floor.ts';
import { holdfastSubjects } from './simulation/holdfast.ts';
import { mockTimers } from './simulation/mock-timers.ts';

export const area: Area = {
  what: 'Events of a simulated world: a timer fires on one of 50 hosts, and the next one is armed',
  cases: [
    { name: 'events-sync-1k', what: 'callbacks, 1,000 timers pending', method: 'rate' },
    { name: 'events-sync-20k', what: 'callbacks, 20,000 timers pending', method: 'rate' },
    {
      name: 'events-async',
      what: 'promises that go on as far as they can between events, 1,000 pending',
      method: 'rate',
    },
    {
      name: 'events-async-portable',
      what: 'the same by public interfaces alone',
      method: 'rate',
    },
    {
      name: 'raft-speedup',
      what: 'virtual seconds of five members of Raft under load and faults, all checked, in a second of one core',
      method: 'figure',
      unit: 'x real time',
    },
    {
      name: 'mutants',
      what: 'bugs planted in Raft that the campaign finds within 600 runs each',
      method: 'figure',
      unit: '% found',
    },
  ],
  floor,
  holdfast: holdfastSubjects,
  peers: [fakeTimers, mockTimers],
};
