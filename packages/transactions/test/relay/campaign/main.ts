// A longer campaign than the tests have time for, to be run with `tsx --conditions=@holdfast/source`: `main.ts <first seed> <seeds>`.
import { campaign } from './campaign.ts';

const [first = '1', seeds = '1000'] = process.argv.slice(2);
const report = await campaign(Number(first), Number(seeds));
console.log(report);
if (report.problems.length > 0) process.exitCode = 1;
