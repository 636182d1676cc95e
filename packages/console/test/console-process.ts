// A console in a process of its own: `console-process.ts <folder>`. It prints its address when it is open.
import { openConsole } from '../src/open-console.ts';

const [dataDir] = process.argv.slice(2) as [string];
const { url } = await openConsole({ dataDir, port: 0, otlpGrpcPort: false, otlpHttpPort: false });
console.log(url);
