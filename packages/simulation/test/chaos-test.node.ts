// Two chaos tests for Node's own runner, of which the second fails.
import { test } from 'node:test';
import { chaosTest } from '../src/chaos-test/chaos-test.ts';
import { primaryBackup } from './primary-backup.ts';

chaosTest('one that holds', primaryBackup(['n1'], { check: () => undefined }), { seeds: 3, test });
chaosTest('one that does not', primaryBackup(), { test });
