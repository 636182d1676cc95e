import type {
  DiskConditions,
  FaultMoment,
  FaultPlan,
  LatencyRange,
  NetworkConditions,
  Trouble,
  TroubleKind,
} from './fault-plan.ts';
import {
  choice,
  duration,
  type FieldsOf,
  host,
  list,
  positiveDuration,
  record,
  required,
  type Shape,
  share,
  text,
  whole,
} from './shape.ts';

const latencyFields: FieldsOf<LatencyRange> = {
  min: required(duration),
  max: required(duration),
  distribution: choice('uniform', 'heavy-tailed'),
};

const networkFields: FieldsOf<NetworkConditions> = {
  latency: record(latencyFields),
  loss: share,
  duplication: share,
  reordering: share,
  holdBack: duration,
  bandwidth: whole(1, 1_000_000_000_000),
};

const diskFields: FieldsOf<DiskConditions> = {
  latency: record(latencyFields),
  failedReads: share,
  failedWrites: share,
  failedFlushes: share,
  lyingFlushes: share,
  tornWrites: share,
  lostWrites: share,
  misdirectedWrites: share,
  bitRot: share,
};

const momentFields: FieldsOf<FaultMoment> = { at: required(duration), for: duration };

const hostsMax = 1_000;
const faultsMax = 10_000;
/** A thousand years, in milliseconds. */
const jumpMax = 31_557_600_000_000;
const oneHost = { host: required(host) } as const;
const link = { from: required(host), to: required(host) } as const;

type FieldsOfTrouble<Kind extends TroubleKind> = FieldsOf<Omit<Extract<Trouble, { kind: Kind }>, 'kind'>>;

/** The fields of each kind of fault, besides its moment. */
const troubleFields: { readonly [Kind in TroubleKind]: FieldsOfTrouble<Kind> } = {
  crash: oneHost,
  pause: oneHost,
  slow: { ...oneHost, lag: required(duration) },
  wipe: oneHost,
  partition: { groups: required(list(list(host, 1, hostsMax), 1, hostsMax)) },
  cut: link,
  clog: link,
  flap: { ...link, period: required(positiveDuration) },
  degrade: { ...link, ...networkFields },
  'clock-jump': { ...oneHost, milliseconds: required(whole(-jumpMax, jumpMax)) },
  'clock-drift': { ...oneHost, partsPerMillion: required(whole(-500_000, 500_000)) },
  'disk-full': oneHost,
  'disk-trouble': { ...oneHost, ...diskFields },
};

/** Every kind of fault that a plan may name, in the order of the documentation. */
export const troubleKinds: readonly TroubleKind[] = Object.keys(troubleFields) as TroubleKind[];

const planFields: FieldsOf<FaultPlan> = {
  version: required({ is: 'constant', value: 1 }),
  network: record(networkFields),
  disk: record(diskFields),
  damagedHostsMax: whole(0, hostsMax),
  switches: share,
  faults: list({ is: 'kinds', common: momentFields, of: troubleFields }, 0, faultsMax),
};

/** A whole plan. */
export const planShape: Shape = record({ $schema: text, ...planFields });
