// Rewrites the committed reports of what each public entry offers.
import { readApiReports, readCommitted, writeCommitted } from './api-report.ts';
import { repositoryRoot } from './workspace.ts';

for (const report of readApiReports(repositoryRoot)) {
  const changed = readCommitted(repositoryRoot, report) !== report.text;
  if (changed) writeCommitted(repositoryRoot, report);
  console.log(`${report.path}: ${changed ? 'written' : 'unchanged'}`);
}
