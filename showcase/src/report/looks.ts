import type { Overview } from '@holdfast/console';
import type { ConsoleProcess } from '../processes/console-process.ts';

/** One look at the console's first page. */
export interface Look {
  /** Milliseconds after the looking began. */
  readonly at: number;
  /** The services that it names, as it ranks them, each once. */
  readonly named: readonly string[];
}

const everyMillis = 1_000;
/** How long an answer may take. */
const patienceMillis = 20_000;

/** Looks at the first page of the console once a second, as it opens. A page that does not come shows nothing. */
export class Looks {
  readonly all: Look[] = [];
  private readonly url: string;
  private readonly elapsed: () => number;
  private readonly clock: NodeJS.Timeout;
  private looking: Promise<void> | undefined;

  /** @param elapsed - milliseconds since the looking began */
  constructor(console: ConsoleProcess, elapsed: () => number) {
    this.url = `${console.url}/api/v1/overview`;
    this.elapsed = elapsed;
    this.clock = setInterval(() => {
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
      });
    }, everyMillis);
  }

  async end(): Promise<void> {
    clearInterval(this.clock);
    await this.looking;
  }

  private async look(): Promise<void> {
    const at = this.elapsed();
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(patienceMillis) });
      const { findings } = (await response.json()) as Overview;
      const grave = findings.filter(({ severity }) => severity !== 'note');
      this.all.push({ at, named: [...new Set(grave.flatMap(({ service }) => service ?? []))] });
    } catch {
      this.all.push({ at, named: [] });
    }
  }
}

/** Who is named first in most of these looks that name anybody; undefined when nobody ever is. */
export function namedFirst(looks: readonly Look[]): string | undefined {
  const votes = new Map<string, number>();
  for (const { named } of looks) {
    const [first] = named;
    if (first !== undefined) votes.set(first, (votes.get(first) ?? 0) + 1);
  }
  const [most] = [...votes].sort(([, one], [, other]) => other - one);
  return most?.[0];
}
