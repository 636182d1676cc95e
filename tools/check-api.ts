import { readApiReports, readCommitted } from './api-report.ts';
import type { CheckResult } from './check-result.ts';

/** Compares what the packages offer with the committed reports, so that no change of it goes unseen. */
export function check(root: string): CheckResult {
  const reports = readApiReports(root);
  const problems = reports.flatMap((report) => {
    const committed = readCommitted(root, report);
    if (committed === undefined) return [`${report.path} is missing; 'npm run api' writes it`];
    if (committed === report.text) return [];
    return [
      `${report.path} differs from the code at '${firstDifference(committed, report.text)}'; 'npm run api' rewrites it`,
    ];
  });
  return { facts: [`${reports.length} public entries compared`], problems };
}

function firstDifference(committed: string, actual: string): string {
  const committedLines = committed.split('\n');
  const actualLines = actual.split('\n');
  const at = actualLines.findIndex((line, index) => line !== committedLines[index]);
  return (actualLines[at] ?? committedLines[actualLines.length] ?? '').trim();
}
