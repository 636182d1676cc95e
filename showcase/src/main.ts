import { type Arguments, parseArguments, UsageError, usage } from './arguments.ts';
import type { Guarded } from './processes/guarded.ts';
import { PortTaken } from './processes/ports.ts';
import { underGuard } from './processes/under-guard.ts';
import { prove } from './prove/prove.ts';
import { renderReport } from './report/table.ts';
import { unattended } from './report/unattended.ts';
import { interactive } from './terminal/interactive.ts';

/** The main job: a shop under a storm, by hand in a terminal, by itself elsewhere. */
async function main(args: Arguments, guarded: Guarded): Promise<number> {
  if (args.durationMillis === undefined && process.stdin.isTTY && process.stdout.isTTY && !args.json) {
    await interactive(args, guarded);
    return 0;
  }
  const report = await unattended(args, guarded, (line) => process.stderr.write(`${line}\n`));
  const table = renderReport(report);
  if (args.json) process.stderr.write(`\n${table}\n`);
  else process.stdout.write(`\n${table}\n`);
  if (args.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.verdict.passed ? 0 : 1;
}

try {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(usage);
  else if (args.prove !== undefined) {
    const whole = await prove(args.prove, args.seed, (line) => process.stdout.write(`${line}\n`));
    process.exitCode = whole ? 0 : 1;
  } else process.exit(await underGuard((guarded) => main(args, guarded)));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof PortTaken)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
