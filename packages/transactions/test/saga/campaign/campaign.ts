import { SagaRun, type SagaRunReport } from './saga-run.ts';

/** Runs so many seeds, from `first` on, until one fails. */
export async function campaign(first: number, seeds: number): Promise<SagaRunReport> {
  let [committed, rolledBack, stuck, lives] = [0, 0, 0, 0];
  for (let seed = first; seed < first + seeds; seed++) {
    const report = await new SagaRun(seed).run();
    committed += report.committed;
    rolledBack += report.rolledBack;
    stuck += report.stuck;
    lives += report.lives;
    const problems = report.problems.map((problem) => `seed ${seed}: ${problem}`);
    if (problems.length > 0) return { problems, committed, rolledBack, stuck, lives };
  }
  return { problems: [], committed, rolledBack, stuck, lives };
}
