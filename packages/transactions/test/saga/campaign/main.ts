// A longer campaign than the tests have time for: `npx tsx packages/transactions/test/saga/campaign/main.ts <first> <seeds>`.
import { campaign } from './campaign.ts';

const [first = '1', seeds = '1000'] = process.argv.slice(2);
const report = await campaign(Number(first), Number(seeds));
console.log(report);
if (report.problems.length > 0) process.exitCode = 1;
