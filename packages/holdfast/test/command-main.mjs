// What bin/holdfast.mjs does, without building anew each time.
import { main } from '../dist/cli.js';

const code = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(code));
