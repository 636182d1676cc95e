import { type ChildProcess, fork } from 'node:child_process';
import { type Area, type Case, type Library, type LoadRound, type Method, roundsOf } from './area.ts';
import { typescriptLoader } from './node-version.ts';

/** What one library reached in one case. */
export interface Measurement {
  readonly library: Library;
  readonly value: number;
  /** Half the distance between the quartiles of the rounds, relative to the median: how far to trust it. */
  readonly spread: number;
  /** The figure of each round. */
  readonly rounds: readonly number[];
  /** Medians of what the rounds showed beside. */
  readonly beside: Readonly<Record<string, number>>;
}

/**
 * Measures every library that can do `subject`, in rounds that take turns: a slow second of the machine hits
 * all of them, and nobody always goes first.
 */
export async function interleave(
  areaName: string,
  area: Area,
  subject: Case,
  scale: number,
): Promise<Measurement[]> {
  const libraries = [area.floor, area.holdfast, ...area.peers].filter(
    (library) => library.subjects[subject.name] !== undefined,
  );
  const processes: SubjectProcess[] = [];
  try {
    for (const library of libraries) {
      processes.push(await startSubject([areaName, subject.name, library.name, `${scale}`], subject.method));
    }
    const samples: LoadRound[][] = libraries.map(() => []);
    for (let round = 0; round < roundsOf(subject.method, scale); round++) {
      for (let turn = 0; turn < libraries.length; turn++) {
        const index = (round + turn) % libraries.length;
        samples[index]!.push(await processes[index]!.round());
      }
    }
    return libraries.map((library, index) => ({ library, ...summarize(subject.method, samples[index]!) }));
  } finally {
    await Promise.all(processes.map(({ stop }) => stop()));
  }
}

interface SubjectProcess {
  round(): Promise<LoadRound>;
  /** Resolves when it has let go of everything and ended. */
  stop(): Promise<void>;
}

/** Heap is counted in a young generation so large that no collection falls into the counted calls. */
const roomyYoungGeneration = ['--min-semi-space-size=256', '--max-semi-space-size=256'];

async function startSubject(parameters: readonly string[], method: Method): Promise<SubjectProcess> {
  const child = fork(new URL('./subject-process.ts', import.meta.url), parameters, {
    execArgv: [...typescriptLoader, '--expose-gc', ...(method === 'heap' ? roomyYoungGeneration : [])],
  });
  await nextMessage(child, parameters);
  return {
    async round() {
      const answer = nextMessage(child, parameters);
      child.send('round');
      return (await answer) as LoadRound;
    },
    stop() {
      // One that has failed has ended by itself.
      if (!child.connected) return Promise.resolve();
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      return ended;
    },
  };
}

function nextMessage(child: ChildProcess, parameters: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`the subject ${parameters.join(' / ')} ended with ${code ?? 'a signal'}`));
    };
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}

function summarize(method: Method, samples: readonly LoadRound[]): Omit<Measurement, 'library'> {
  const rounds = samples.map(({ value }) => value);
  const median = quantile(rounds, 0.5);
  const beside: Record<string, number> =
    method === 'tail' ? { median, worst: Math.max(...rounds), rounds: rounds.length } : {};
  for (const name of Object.keys(samples[0]!.beside)) {
    beside[name] = quantile(
      samples.map((sample) => sample.beside[name] ?? 0),
      0.5,
    );
  }
  return {
    value: method === 'tail' ? quantile(rounds, 0.99) : median,
    spread: median === 0 ? 0 : (quantile(rounds, 0.75) - quantile(rounds, 0.25)) / 2 / median,
    rounds,
    beside,
  };
}

function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * q)]!;
}
