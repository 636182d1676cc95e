// What bin/holdfast.mjs does, from the source.
import { main } from '../src/cli.ts';

const code = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(code));
