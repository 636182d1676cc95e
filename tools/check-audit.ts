import type { CheckResult } from './check-result.ts';
import { runCommand } from './run-command.ts';

/** Asks the registry for known weaknesses of what users get installed; a registry without an answer passes. */
export async function check(root: string): Promise<CheckResult> {
  const { output } = await runCommand('npm', ['audit', '--omit=dev', '--json', '--loglevel=silent'], {
    cwd: root,
    timeout: 60_000,
  });
  const report = parseReport(output);
  if (report?.metadata === undefined) {
    return { facts: [`the registry gave no answer (${report?.message ?? firstLine(output)})`], problems: [] };
  }
  const problems = Object.values(report.vulnerabilities ?? {}).map(
    ({ name, severity, range }) => `${name} ${range}: ${severity}; see 'npm audit --omit=dev'`,
  );
  return { facts: [`${report.metadata.dependencies?.prod ?? '?'} dependencies looked up`], problems };
}

interface AuditReport {
  readonly message?: string;
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } };
  readonly vulnerabilities?: Readonly<Record<string, { name: string; severity: string; range: string }>>;
}

function parseReport(output: string): AuditReport | undefined {
  try {
    return JSON.parse(output);
  } catch {
    // Not JSON: npm itself failed, and what it printed is shown instead.
    return undefined;
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] || 'it said nothing';
}
