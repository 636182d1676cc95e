import type { ErrorGroup, ErrorMonitorSnapshot } from '@holdfast/core';

/** What several monitors know, as if they were one. An error that several were told of counts as often. */
export function mergeErrorSnapshots(snapshots: readonly ErrorMonitorSnapshot[]): ErrorMonitorSnapshot {
  const sum = (read: (snapshot: ErrorMonitorSnapshot) => number): number =>
    snapshots.reduce((total, snapshot) => total + read(snapshot), 0);
  return {
    at: Math.max(0, ...snapshots.map(({ at }) => at)),
    window: Math.max(0, ...snapshots.map(({ window }) => window)),
    count: sum(({ count }) => count),
    recent: sum(({ recent }) => recent),
    rate: sum(({ rate }) => rate),
    countBySeverity: {
      low: sum(({ countBySeverity }) => countBySeverity.low),
      medium: sum(({ countBySeverity }) => countBySeverity.medium),
      high: sum(({ countBySeverity }) => countBySeverity.high),
      critical: sum(({ countBySeverity }) => countBySeverity.critical),
    },
    groups: mergeGroups(snapshots.flatMap(({ groups }) => groups)),
    overflow: {
      groups: sum(({ overflow }) => overflow.groups),
      errors: sum(({ overflow }) => overflow.errors),
    },
    episodes: snapshots.flatMap(({ episodes }) => episodes),
  };
}

/** The latest seen first. */
function mergeGroups(groups: readonly ErrorGroup[]): ErrorGroup[] {
  const byFingerprint = new Map<string, ErrorGroup>();
  for (const group of groups) {
    const known = byFingerprint.get(group.fingerprint);
    byFingerprint.set(group.fingerprint, known === undefined ? group : mergeGroup(known, group));
  }
  return [...byFingerprint.values()].sort((a, b) => b.lastSeen - a.lastSeen);
}

const severities = ['low', 'medium', 'high', 'critical'] as const;

function mergeGroup(a: ErrorGroup, b: ErrorGroup): ErrorGroup {
  return {
    ...a,
    severity: severities.indexOf(a.severity) < severities.indexOf(b.severity) ? b.severity : a.severity,
    count: a.count + b.count,
    recent: a.recent + b.recent,
    rate: a.rate + b.rate,
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    samples: [...a.samples, ...b.samples].sort((one, other) => one.at - other.at),
  };
}
