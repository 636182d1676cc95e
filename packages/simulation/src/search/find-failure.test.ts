import { test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { explore } from './explore.ts';

test('x', async () => {
  for (const faultsMax of [1, 2, 3]) {
    const start = Date.now();
    const { failures, coverage, ...r } = await explore(primaryBackup(), {
      troubles: [
        { kind: 'partition', groups: [['n1'], ['*']] },
        { kind: 'partition', groups: [['n2'], ['*']] },
        { kind: 'crash', host: 'n3' },
        { kind: 'cut', from: 'n3', to: 'n2' },
      ],
      moments: ['500ms', '1s', '2s', '3s'],
      faultsMax,
      runsMax: 10_000,
      failuresMax: 10000,
    });
    console.log(r, failures.length, Date.now() - start);
    console.log(JSON.stringify(failures[0]?.plan), failures[0]?.text);
  }
});
