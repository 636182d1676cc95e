import { type ConsoleFlags, consoleFlags } from './console/console-flags.ts';
import { runConsole } from './console/run-console.ts';
import type { Output } from './output.ts';

/** `holdfast console [options]`: receives telemetry and shows it on a web page, until it is told to stop. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const flags: ConsoleFlags | 'help' = consoleFlags(args, process.env);
  if (flags === 'help') {
    output.out(help);
    return 0;
  }
  return runConsole(flags, output);
}

const help = [
  'holdfast console [options]',
  '',
  'Receives OpenTelemetry (traces, metrics, logs), keeps it in a folder, and shows it on a web page. One process, on',
  'loopback only.',
  '  --port PORT              the page, its API, and OTLP over HTTP. Default 7400',
  '  --data-dir DIR           where telemetry is kept. Default .holdfast/console',
  '  --otlp-grpc-port PORT    OTLP over gRPC, or off. Default 4317, unless it is taken',
  '  --otlp-http-port PORT    OTLP over HTTP, also here, or off. Default 4318, unless it is taken',
  '  --token-file FILE        the token that lets one act; made where it is missing. Default DIR/token',
  '  --retention DURATION     how long telemetry is kept, such as 12h or 7d. Default 7d',
  '  --stored-bytes BYTES     how much of it; then the oldest goes. Default 2147483648',
  '  --import PATH            begins with recorded telemetry: a .csv of spans or of metrics of a pod, .json or .jsonl of OTLP,',
  '                           each also as .gz, or a folder of them. May be given more than once',
  '  --import-pace PACE       fast, or recorded: second by second. Default fast',
  '  --import-time TIME       now: moved so that it ends now, or begins now at its recorded pace; or recorded. Default now',
  '',
  'HOLDFAST_ADMIN_TOKEN is the token of the admin endpoints of processes: with it, and the token of the console, stuck',
  'sagas can be helped and profiles taken from the page.',
  'SIGTERM and SIGINT have it store what came in and end with exit code 0. Else it ends with 1; with 2 when it was not',
  'understood.',
].join('\n');
