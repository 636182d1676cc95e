import type { Conditions, FaultProfile, LoadProfile } from './profile.ts';

// These profiles were fixed before the policies that are judged by them were written. Tune the policies, never these.

/** 16 servers and 20 ms of exponential service: 800 calls per second. Half of that is offered. */
const ordinary: Conditions = {
  offered: 400,
  servers: 16,
  service: { kind: 'exponential', mean: '20ms' },
  delay: { kind: 'constant', value: '1ms' },
  failures: 0,
  hung: 0,
};

const common = { duration: '30s', timeout: '1s', retries: 0, changes: [] } as const;

/** For concurrency limits. */
export const limitProfiles: readonly LoadProfile[] = [
  {
    ...common,
    name: 'half load',
    about: 'Half of what the service can do. A limit that refuses anything here does harm.',
    seed: 101,
    start: ordinary,
  },
  {
    ...common,
    name: 'near capacity',
    about: 'Nine tenths of capacity for ever. A fixed limit with some room for bursts is ideal.',
    seed: 102,
    start: { ...ordinary, offered: 720 },
  },
  {
    ...common,
    name: 'threefold',
    about: 'Three times what the service can do.',
    seed: 103,
    start: { ...ordinary, offered: 2_400 },
  },
  {
    ...common,
    name: 'tenfold',
    about: 'Ten times what the service can do.',
    seed: 104,
    start: { ...ordinary, offered: 8_000 },
  },
  {
    ...common,
    name: 'capacity steps',
    about:
      'A quarter of the servers after 10 s, four times as many after 20 s; always more offered than served.',
    seed: 105,
    start: { ...ordinary, offered: 3_000, servers: 40 },
    changes: [
      { at: '10s', servers: 10 },
      { at: '20s', servers: 40 },
    ],
  },
  {
    ...common,
    name: 'slow service',
    about:
      'Each call takes four times as long between 10 s and 20 s: latency rises, the best limit does not move.',
    seed: 106,
    start: { ...ordinary, offered: 1_600 },
    changes: [
      { at: '10s', service: { kind: 'exponential', mean: '80ms' } },
      { at: '20s', service: ordinary.service },
    ],
  },
  {
    ...common,
    name: 'slow dependency',
    about:
      'A delay of 1 ms becomes 61 ms between 10 s and 20 s, with no queue: the best limit is four times higher.',
    seed: 107,
    start: { ...ordinary, offered: 1_600 },
    changes: [
      { at: '10s', delay: { kind: 'constant', value: '61ms' } },
      { at: '20s', delay: ordinary.delay },
    ],
  },
  {
    ...common,
    name: 'error burst',
    about: 'Between 10 s and 15 s 60 % fail at once for reasons of their own. Refusing more does not help.',
    seed: 108,
    start: { ...ordinary, offered: 1_600 },
    changes: [
      { at: '10s', failures: 0.6 },
      { at: '15s', failures: 0 },
    ],
  },
  {
    ...common,
    name: 'bimodal',
    about: 'One call in ten takes 20 times as long as the others; twice what the service can do.',
    seed: 109,
    start: {
      ...ordinary,
      offered: 1_600,
      service: { kind: 'bimodal', fast: '7ms', slow: '140ms', slowShare: 0.1 },
    },
  },
  {
    ...common,
    name: 'heavy tail',
    about: 'Service times of infinite variance, but for a cut at 2 s; twice what the service can do.',
    seed: 110,
    start: { ...ordinary, offered: 1_600, service: { kind: 'heavy-tail', min: '10ms', max: '2s' } },
  },
  {
    ...common,
    name: 'pure queue',
    about: 'Constant times, a long pipe and a narrow bottleneck: what TCP Vegas was made for.',
    seed: 111,
    start: {
      ...ordinary,
      offered: 1_200,
      servers: 4,
      service: { kind: 'constant', value: '5ms' },
      delay: { kind: 'constant', value: '20ms' },
    },
  },
  {
    ...common,
    name: 'wave',
    about: 'Load rises in steps from a third to twice of what the service can do, and falls again.',
    seed: 112,
    start: { ...ordinary, offered: 270 },
    changes: [
      { at: '6s', offered: 540 },
      { at: '12s', offered: 1_600 },
      { at: '18s', offered: 540 },
      { at: '24s', offered: 270 },
    ],
  },
  {
    ...common,
    name: 'retrying clients',
    about: 'One and a half times what the service can do, from clients that try four times.',
    seed: 113,
    retries: 3,
    start: { ...ordinary, offered: 1_200 },
  },
];

/** For time-outs. Capacity is never the matter here. */
export const timeoutProfiles: readonly LoadProfile[] = [
  {
    ...common,
    name: 'some calls hang',
    about: 'One call in 50 is never answered; the others take some 20 ms.',
    seed: 201,
    start: { ...ordinary, offered: 200, servers: 1_000, hung: 0.02 },
  },
  {
    ...common,
    name: 'all slower for a while',
    about: 'Every call takes 300 ms longer between 10 s and 20 s, and every answer is still wanted.',
    seed: 202,
    start: { ...ordinary, offered: 200, servers: 1_000, hung: 0.01 },
    changes: [
      { at: '10s', delay: { kind: 'constant', value: '301ms' } },
      { at: '20s', delay: ordinary.delay },
    ],
  },
  {
    ...common,
    name: 'long answers',
    about: 'Half of the calls take 700 ms and deserve it; one in 100 hangs.',
    seed: 203,
    start: {
      ...ordinary,
      offered: 200,
      servers: 1_000,
      service: { kind: 'bimodal', fast: '20ms', slow: '700ms', slowShare: 0.5 },
      hung: 0.01,
    },
  },
  {
    ...common,
    name: 'heavy tail',
    about: 'Nothing hangs, but times have a heavy tail: whoever waits long enough gets every answer.',
    seed: 204,
    start: {
      ...ordinary,
      offered: 200,
      servers: 1_000,
      service: { kind: 'heavy-tail', min: '10ms', max: '900ms' },
    },
  },
];

const faults = { duration: '60s', offered: 200 } as const;

/** For breakers. In a fault nothing should get through, outside of it everything. */
export const faultProfiles: readonly FaultProfile[] = [
  {
    ...faults,
    name: 'outage',
    about: 'Healthy, then everything fails for 20 s.',
    seed: 301,
    spans: [
      { at: 0, failures: 0.01, fault: false },
      { at: '20s', failures: 1, fault: true },
      { at: '40s', failures: 0.01, fault: false },
    ],
  },
  {
    ...faults,
    name: 'partial fault',
    about: 'One instance of three breaks: a third of the calls fail instead of one in 200.',
    seed: 302,
    spans: [
      { at: 0, failures: 0.005, fault: false },
      { at: '20s', failures: 0.34, fault: true },
      { at: '40s', failures: 0.005, fault: false },
    ],
  },
  {
    ...faults,
    name: 'noisy normal',
    about: 'Half of all calls fail on a good day (card declined); in the fault nine of ten do.',
    seed: 303,
    spans: [
      { at: 0, failures: 0.5, fault: false },
      { at: '20s', failures: 0.9, fault: true },
      { at: '40s', failures: 0.5, fault: false },
    ],
  },
  {
    ...faults,
    name: 'always healthy',
    about: 'One call in 50 fails, for ever: opening is a false alarm.',
    seed: 304,
    spans: [{ at: 0, failures: 0.02, fault: false }],
  },
  {
    ...faults,
    name: 'harmless rise',
    about: 'Failures rise from one in 200 to one in ten, which the callers can live with.',
    seed: 305,
    spans: [
      { at: 0, failures: 0.005, fault: false },
      { at: '20s', failures: 0.1, fault: false },
    ],
  },
  {
    ...faults,
    name: 'slow creep',
    about: 'Failures creep from 1 % to 80 % within 30 s, so that each moment looks much like the one before.',
    seed: 306,
    spans: [
      { at: 0, failures: 0.01, fault: false },
      { at: '20s', failures: 0.01, failuresAtEnd: 0.4, fault: false },
      { at: '35s', failures: 0.4, failuresAtEnd: 0.8, fault: true },
      { at: '50s', failures: 0.8, fault: true },
    ],
  },
  {
    ...faults,
    name: 'broken from the start',
    about: 'There is no healthy time to learn from: everything fails until 20 s.',
    seed: 307,
    spans: [
      { at: 0, failures: 0.95, fault: true },
      { at: '20s', failures: 0.01, fault: false },
    ],
  },
  {
    ...faults,
    name: 'short burst',
    about: 'Everything fails for half a second, three times: not worth refusing calls for long.',
    seed: 308,
    spans: [
      { at: 0, failures: 0.01, fault: false },
      { at: '15s', failures: 1, fault: true },
      { at: '15500ms', failures: 0.01, fault: false },
      { at: '30s', failures: 1, fault: true },
      { at: '30500ms', failures: 0.01, fault: false },
      { at: '45s', failures: 1, fault: true },
      { at: '45500ms', failures: 0.01, fault: false },
    ],
  },
];

/**
 * For load shedding: three times what the service can do, evenly in four priorities, of which the most important
 * alone fits well.
 */
export const sheddingProfile: LoadProfile = {
  ...common,
  name: 'threefold in four priorities',
  about: 'Three times what the service can do; priorities 0 to 3 have the same share each.',
  seed: 401,
  start: { ...ordinary, offered: 2_400 },
};

/**
 * For the metastable outage (Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021): four fifths
 * of capacity, which is fine, until a short loss of most servers fills the queue. Then clients that time out and
 * retry keep it full, and the servers busy with answers that nobody waits for.
 */
export const metastableProfile: LoadProfile = {
  ...common,
  name: 'metastable outage',
  about:
    'Four fifths of capacity, a tenth of the servers between 10 s and 13 s, clients that try four times.',
  seed: 501,
  retries: 3,
  timeout: '200ms',
  start: { ...ordinary, offered: 640 },
  changes: [
    { at: '10s', servers: 2 },
    { at: '13s', servers: 16 },
  ],
};
