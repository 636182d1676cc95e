import type { ConsoleStatus, Overview, ServiceMap } from '@holdfast/console';
import type { ConsoleProcess } from '../processes/console-process.ts';
import type { Episode, Place } from '../storm/fault.ts';
import { episodeEnd } from '../storm/fault.ts';

/** What the console made of a run. */
export interface ConsoleSight {
  readonly services: number;
  readonly spans: number;
  /** Null for those that the shop did not meet. */
  readonly episodes: readonly (EpisodeSight | null)[];
}

/** Which service the console blamed during an episode. */
export interface EpisodeSight {
  readonly episode: string;
  readonly injected: Place;
  /** Named first, in most of the looks in which any was named; null when none ever was. */
  readonly named: string | null;
  /** Milliseconds from the beginning of the trouble to the first look that named the right one; null for never. */
  readonly noticedAfter: number | null;
}

const lookEveryMillis = 1_000;
/** Spans of the end of an episode arrive a little later. */
const afterwardsMillis = 2_000;
/** How long an answer may take. */
const askMillis = 20_000;
/** How far back a look goes. */
const lookBack = '-10s';

interface Look {
  /** Milliseconds after the start of the storm. */
  readonly at: number;
  readonly named: string | undefined;
}

/** Asks the console, again and again, what is wrong, as a person would who looks at its first page. */
export class ConsoleWatch {
  private readonly console: ConsoleProcess;
  private readonly begun = performance.now();
  private readonly looks: Look[] = [];
  private readonly spansBefore: Promise<number | undefined>;
  private readonly clock: NodeJS.Timeout;
  private looking = false;

  /** Watches from now on, which is when the storm begins. */
  constructor(console: ConsoleProcess) {
    this.console = console;
    this.spansBefore = this.spans().catch(() => undefined);
    this.clock = setInterval(() => void this.look(), lookEveryMillis);
  }

  /** Stops watching. What it saw of those episodes of `plan` that were `met`; null when it no longer answers, which is no fault of the shop's. */
  async end(plan: readonly Episode[], met: readonly boolean[]): Promise<ConsoleSight | null> {
    clearInterval(this.clock);
    return this.sight(plan, met).catch(() => null);
  }

  private async sight(plan: readonly Episode[], met: readonly boolean[]): Promise<ConsoleSight> {
    const { nodes } = await this.ask<ServiceMap>('map?from=-10m');
    const spans = (await this.spans()) - ((await this.spansBefore) ?? 0);
    return {
      services: nodes.filter(({ kind }) => kind === 'service').length,
      spans,
      episodes: plan.map((episode, index) => (met[index] ? this.sightOf(episode) : null)),
    };
  }

  private sightOf(episode: Episode): EpisodeSight {
    const { service: injected, from } = episode.faults[0]!;
    const until = episodeEnd(episode) + afterwardsMillis;
    const during = this.looks.filter(({ at }) => at >= from && at <= until);
    const votes = new Map<string, number>();
    for (const { named } of during) if (named !== undefined) votes.set(named, (votes.get(named) ?? 0) + 1);
    const [named] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? [null];
    const first = during.find((look) => look.named === injected);
    return {
      episode: episode.name,
      injected,
      named,
      noticedAfter: first === undefined ? null : first.at - from,
    };
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const { findings } = await this.ask<Overview>(`overview?from=${lookBack}`);
      const named = findings.find(({ severity, service }) => severity !== 'note' && service !== undefined);
      this.looks.push({ at: performance.now() - this.begun, named: named?.service });
    } catch {
      // A look that the console has no time for is one that shows nothing.
    } finally {
      this.looking = false;
    }
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
