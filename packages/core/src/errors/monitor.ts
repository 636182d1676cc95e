import { type ComponentRegistry, componentRegistry } from '../observation/component-registry.ts';
import { type EventListener, EventType, type Unsubscribe } from '../observation/events.ts';
import { type Duration, toMillis, toPositiveMicros } from '../time/duration.ts';
import type { Clock } from '../world/clock.ts';
import { platformWorld } from '../world/platform-world.ts';
import { isAtLeast, type Severity, severities } from './classification.ts';
import { severityOf } from './core-errors.ts';
import { type Fingerprint, fingerprint } from './fingerprint.ts';
import type { ErrorEpisode, ErrorGroup, ErrorMonitorSnapshot } from './monitor-snapshot.ts';
import { type ErrorSample, takeSample } from './sample.ts';
import { SlidingCount } from './sliding-count.ts';
import { type ErrorThreshold, parseThresholds, type Threshold, toCount } from './threshold.ts';

export interface ErrorMonitorOptions {
  /** Default the platform's. */
  readonly clock?: Clock;
  /** The sliding window of all rates and thresholds; it moves in tenths. Default `'1m'`. */
  readonly window?: Duration;
  /** Groups kept; beyond, the one seen longest ago is dropped into `overflow`. Default 500. */
  readonly groupsMax?: number;
  /** Samples kept of each group, the latest ones; at most one is taken per tenth of the window. Default 3. */
  readonly samplesMax?: number;
  /** Default: none. */
  readonly thresholds?: readonly ErrorThreshold[];
}

export type ErrorMonitorEvent =
  | { readonly type: 'group-new'; readonly group: ErrorGroup }
  | ({ readonly type: 'threshold-crossed' | 'threshold-cleared' } & ErrorEpisode);

interface Group {
  readonly fingerprint: Fingerprint;
  severity: Severity;
  count: number;
  readonly firstSeen: number;
  lastSeen: number;
  readonly recent: SlidingCount;
  readonly samples: ErrorSample[];
  sampledIn: number;
}

interface Episode {
  readonly threshold: Threshold;
  readonly group: Group | undefined;
  readonly since: number;
}

/** The error monitors of this process. */
export const errorMonitors: ComponentRegistry<ErrorMonitor> = componentRegistry('holdfast.error-monitors');

/**
 * Collects errors, groups those that are the same trouble, and says when there are too many. Memory is bounded
 * by `groupsMax`, however many different errors come.
 *
 * It has no timer: time passes for it at each {@link record}, {@link check} and {@link snapshot}.
 */
export class ErrorMonitor {
  readonly #clock: Clock;
  readonly #windowMicros: number;
  readonly #tenthMicros: number;
  readonly #groupsMax: number;
  readonly #samplesMax: number;
  readonly #thresholds: readonly Threshold[];
  readonly #events: EventType<ErrorMonitorEvent> = new EventType('holdfast.error-monitor');

  /** In the order they were last seen, so that the first is the one to drop. */
  readonly #groups = new Map<string, Group>();
  readonly #episodes = new Map<string, Episode>();
  readonly #recent = new SlidingCount();
  readonly #countBySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  #overflowGroups = 0;
  #overflowErrors = 0;
  #checkedIn = 0;

  /** @throws HoldfastError INVALID_ARGUMENT */
  constructor(options: ErrorMonitorOptions = {}) {
    this.#clock = options.clock ?? platformWorld().clock;
    this.#windowMicros = toPositiveMicros(options.window ?? '1m', 'window');
    this.#tenthMicros = SlidingCount.tenth(this.#windowMicros);
    this.#groupsMax = toCount(options.groupsMax ?? 500, 'groupsMax');
    this.#samplesMax = toCount(options.samplesMax ?? 3, 'samplesMax');
    this.#thresholds = parseThresholds(options.thresholds ?? []);
    errorMonitors.add(this);
  }

  /** Takes in anything thrown. Never throws, whatever it is and whatever the subscribers do. */
  record(thrown: unknown): void {
    const now = this.#now();
    const severity = severityOf(thrown);
    this.check();
    this.#recent.add(now);
    this.#countBySeverity[severity] += 1;
    const group = this.#count(thrown, severity, now);
    for (const threshold of this.#thresholds) {
      if (threshold.scope === 'group') {
        if (isAtLeast(group.severity, threshold.severity)) this.#crossIfReached(threshold, group, now);
      } else if (isAtLeast(severity, threshold.severity)) {
        threshold.recent.add(now);
        this.#crossIfReached(threshold, undefined, now);
      }
    }
  }

  /**
   * Clears the thresholds that have fallen since. Call it now and then (a second is often enough) where their
   * clearing must be heard although no further error comes.
   */
  check(): void {
    const now = this.#now();
    if (now === this.#checkedIn) return;
    this.#checkedIn = now;
    for (const episode of this.#episodes.values()) {
      if (recentOf(episode, now) <= episode.threshold.clearAt) this.#clear(episode, now);
    }
  }

  /** Hears of new groups, and of thresholds crossed and cleared, once per episode. */
  subscribe(listener: EventListener<ErrorMonitorEvent>): Unsubscribe {
    return this.#events.subscribe(listener);
  }

  snapshot(): ErrorMonitorSnapshot {
    this.check();
    const now = this.#now();
    const recent = this.#recent.total(now);
    return {
      at: this.#clock.wall(),
      window: toMillis(this.#windowMicros),
      count: severities.reduce((sum, severity) => sum + this.#countBySeverity[severity], 0),
      recent,
      rate: this.#rate(recent),
      countBySeverity: { ...this.#countBySeverity },
      groups: [...this.#groups.values()].reverse().map((group) => this.#describeGroup(group, now)),
      overflow: { groups: this.#overflowGroups, errors: this.#overflowErrors },
      episodes: [...this.#episodes.values()].map((episode) => describeEpisode(episode, now)),
    };
  }

  /** The number of the present tenth of a window. */
  #now(): number {
    return Math.floor(this.#clock.coarseNow() / this.#tenthMicros);
  }

  #count(thrown: unknown, severity: Severity, now: number): Group {
    const print = fingerprint(thrown);
    const wall = this.#clock.wall();
    const known = this.#groups.get(print.key);
    const group = known ?? newGroup(print, severity, wall);
    group.count += 1;
    group.recent.add(now);
    group.lastSeen = wall;
    if (!isAtLeast(group.severity, severity)) group.severity = severity;
    if (group.sampledIn !== now) {
      group.sampledIn = now;
      group.samples.push(takeSample(thrown, wall));
      if (group.samples.length > this.#samplesMax) group.samples.shift();
    }
    this.#groups.delete(print.key);
    this.#groups.set(print.key, group);
    if (known === undefined) {
      if (this.#groups.size > this.#groupsMax) this.#dropOldest(now);
      this.#events.publish({ type: 'group-new', group: this.#describeGroup(group, now) });
    }
    return group;
  }

  #dropOldest(now: number): void {
    const [key, group] = this.#groups.entries().next().value!;
    this.#groups.delete(key);
    this.#overflowGroups += 1;
    this.#overflowErrors += group.count;
    for (const threshold of this.#thresholds) {
      const episode = this.#episodes.get(episodeKey(threshold, group));
      if (episode !== undefined) this.#clear(episode, now);
    }
  }

  #crossIfReached(threshold: Threshold, group: Group | undefined, now: number): void {
    if ((group ?? threshold).recent.total(now) < threshold.count) return;
    const key = episodeKey(threshold, group);
    if (this.#episodes.has(key)) return;
    const episode: Episode = { threshold, group, since: this.#clock.wall() };
    this.#episodes.set(key, episode);
    this.#events.publish({ type: 'threshold-crossed', ...describeEpisode(episode, now) });
  }

  #clear(episode: Episode, now: number): void {
    this.#episodes.delete(episodeKey(episode.threshold, episode.group));
    this.#events.publish({ type: 'threshold-cleared', ...describeEpisode(episode, now) });
  }

  #describeGroup(group: Group, now: number): ErrorGroup {
    const { key, name, message, component } = group.fingerprint;
    const recent = group.recent.total(now);
    return {
      fingerprint: key,
      name,
      message,
      ...(component !== undefined && { component }),
      severity: group.severity,
      count: group.count,
      recent,
      rate: this.#rate(recent),
      firstSeen: group.firstSeen,
      lastSeen: group.lastSeen,
      samples: [...group.samples],
    };
  }

  #rate(recent: number): number {
    return (recent * 1_000_000) / this.#windowMicros;
  }
}

function newGroup(print: Fingerprint, severity: Severity, wall: number): Group {
  return {
    fingerprint: print,
    severity,
    count: 0,
    firstSeen: wall,
    lastSeen: wall,
    recent: new SlidingCount(),
    samples: [],
    sampledIn: -1,
  };
}

function episodeKey(threshold: Threshold, group: Group | undefined): string {
  return group === undefined ? threshold.name : `${threshold.name} ${group.fingerprint.key}`;
}

function recentOf({ threshold, group }: Episode, now: number): number {
  return (group ?? threshold).recent.total(now);
}

function describeEpisode(episode: Episode, now: number): ErrorEpisode {
  const { threshold, group, since } = episode;
  return {
    threshold: threshold.name,
    ...(group !== undefined && { group: group.fingerprint.key }),
    since,
    recent: recentOf(episode, now),
  };
}
