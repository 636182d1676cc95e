import type { ConsoleStatus, ServiceMap } from '@holdfast/console';
import type { ConsoleProcess } from '../processes/console-process.ts';
import type { Episode, Place } from '../storm/fault.ts';
import { episodeEnd } from '../storm/fault.ts';
import { type Look, Looks, namedFirst } from './looks.ts';

/** What the console made of a run. */
export interface ConsoleSight {
  readonly services: number;
  readonly spans: number;
  /** When the storm began. Milliseconds since the Unix epoch. */
  readonly begun: number;
  /** Null for those that the shop did not meet. */
  readonly episodes: readonly (EpisodeSight | null)[];
  /** All that it was looked at. */
  readonly looks: readonly Look[];
}

/** Which service the console blamed during an episode. */
export interface EpisodeSight {
  readonly episode: string;
  readonly injected: Place;
  /** Milliseconds from its beginning to its end. */
  readonly lasted: number;
  /** Named first, in most of the looks in which any was named; null when none ever was. */
  readonly named: string | null;
  /** Milliseconds from the beginning of the trouble to the first look that named the right one; null for never. */
  readonly noticedAfter: number | null;
}

/** Spans of the end of an episode arrive a little later. */
const afterwardsMillis = 2_000;
/** So long no look can know of what has begun: spans take as long to come. */
const unknownMillis = 1_000;
/** How long an answer may take. */
const askMillis = 20_000;
/** Looks at the console again and again, as a person would, and says in the end what it made of the storm. */
export class ConsoleWatch {
  private readonly console: ConsoleProcess;
  private readonly looks: Looks;
  private readonly begun: number = Date.now();
  private readonly spansBefore: Promise<number | undefined>;

  /** Watches from now on, which is when the storm begins. */
  constructor(console: ConsoleProcess) {
    this.console = console;
    this.spansBefore = this.spans().catch(() => undefined);
    const begun = performance.now();
    this.looks = new Looks(console, () => performance.now() - begun);
  }

  /** Stops watching. What it saw of those episodes of `plan` that were `met`; null when it no longer answers, which is no fault of the shop's. */
  async end(plan: readonly Episode[], met: readonly boolean[]): Promise<ConsoleSight | null> {
    await this.looks.end();
    return this.sight(plan, met).catch(() => null);
  }

  private async sight(plan: readonly Episode[], met: readonly boolean[]): Promise<ConsoleSight> {
    const { nodes } = await this.ask<ServiceMap>('map?from=-10m');
    const spans = (await this.spans()) - ((await this.spansBefore) ?? 0);
    return {
      services: nodes.filter(({ kind }) => kind === 'service').length,
      spans,
      begun: this.begun,
      looks: this.looks.all,
      episodes: plan.map((episode, index) =>
        met[index] ? this.sightOf(episode, plan[index + 1]?.faults[0]?.from) : null,
      ),
    };
  }

  /** @param next - when the next one begins: whoever looks a second later may know of that, and is right to tell it */
  private sightOf(episode: Episode, next = Number.POSITIVE_INFINITY): EpisodeSight {
    const { service: injected, from } = episode.faults[0]!;
    const end = episodeEnd(episode);
    const until = Math.min(end + afterwardsMillis, next + unknownMillis);
    const during = this.looks.all.filter(({ at }) => at >= from + unknownMillis && at < until);
    const noticed = during.find(({ named }) => named[0] === injected);
    return {
      episode: episode.name,
      injected,
      lasted: end - from,
      named: namedFirst(during) ?? null,
      noticedAfter: noticed === undefined ? null : noticed.at - from,
    };
  }

  private async spans(): Promise<number> {
    return (await this.ask<ConsoleStatus>('status')).spans.received;
  }

  private async ask<T>(path: string): Promise<T> {
    const response = await fetch(`${this.console.url}/api/v1/${path}`, {
      signal: AbortSignal.timeout(askMillis),
    });
    if (!response.ok) throw new Error(`the console answered ${path} with ${response.status}`);
    return (await response.json()) as T;
  }
}
