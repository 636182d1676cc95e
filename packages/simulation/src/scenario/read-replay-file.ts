import { invalidArgument } from '@holdfast/core';
import { check, isCount, isSeed, isText, oneOf, record } from '../document/json-fields.ts';
import { checkChoices, checkHosts, checkOperations, checkOrder } from '../document/run-fields.ts';
import { parseFaultPlan } from '../plan/parse-fault-plan.ts';
import type { ReplayFile } from './replay-file.ts';

/**
 * Checks that `json`, as it comes out of a file, says how to make a run again.
 *
 * @throws HoldfastError INVALID_ARGUMENT, which names the field and its value.
 */
export function readReplayFile(json: unknown): ReplayFile {
  const file = record(json, 'replay');
  if (file['version'] !== 1) throw invalidArgument('version', file['version'], '1');
  check(isText, file, 'scenario', '');
  check(isSeed, file, 'seed', '');
  check(oneOf('random', 'swarm', 'priorities'), file, 'strategy', '');
  check(isCount, file, 'storm', '');
  parseFaultPlan(file['plan']);
  checkOperations(file);
  if (file['only'] !== undefined) checkChoices(file, 'only');
  if (file['order'] !== undefined) checkOrder(file);
  if (file['hosts'] !== undefined) checkHosts(file);
  if (file['commit'] !== undefined) check(isText, file, 'commit', '');
  return json as ReplayFile;
}
