// A process that has a ledger's folder, and drives a run that waits for a message.
import { openLedger } from '../../src/index.ts';
import { folderEngine } from '../../src/node/index.ts';
import { CountingDefinition } from './counting-definition.ts';

const counting = new CountingDefinition();
const ledger = await openLedger({ engine: folderEngine(process.argv[2]!), definitions: [counting] });
await ledger.start(counting, { steps: 3, waitAt: 2 }, { id: 'a' });
console.log('ready');
process.stdin.on('data', () => void ledger.close());
