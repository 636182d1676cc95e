import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, invalidArgument, isHoldfastError, toMillis, toPositiveMicros } from '@holdfast/core';
import { AdminSources } from './admin/admin-sources.ts';
import { ClusterHistory } from './admin/cluster-history.ts';
import { ClusterLookout } from './admin/cluster-lookout.ts';
import { Lookout } from './admin/lookout.ts';
import { stuckSagas } from './answers/sagas.ts';
import { consoleRoutes, liveChannels, livePeriod, sayLive } from './console-routes.ts';
import type { ConsoleState } from './console-state.ts';
import { Ingest } from './ingest.ts';
import { KeptProfiles } from './kept/kept-profiles.ts';
import { LatestFile } from './kept/latest-file.ts';
import { readWhole } from './kept/whole-file.ts';
import { LiveFlow } from './live/live-flow.ts';
import { restoreLive } from './live/restore-live.ts';
import type { BatchSink } from './otlp/batch-sink.ts';
import { HttpReceiver } from './otlp/receive/http-receiver.ts';
import { openGrpcReceiver } from './otlp/receive/open-grpc.ts';
import { type OpenReceiver, openHttpReceiver } from './otlp/receive/open-http.ts';
import { type ReceiverCore, receiverCore } from './otlp/receive/receiver-options.ts';
import { ConsoleServer } from './server/console-server.ts';
import { TelemetryStore } from './store/telemetry-store.ts';
import { CulpritFinder } from './view/culprit-finder.ts';
import { FlowWindows } from './view/flow-window.ts';
import { KeptAnswers } from './view/kept-answers.ts';
import { Objectives } from './view/objectives.ts';
import { ResourceCurves } from './view/resource-curves.ts';
import { WindowInsights } from './view/window-insights.ts';

export interface ConsoleOptions {
  /** The folder of the store; made where it is missing. One console has it at a time. */
  readonly dataDir: string;
  /** Of the page, its API and OTLP over HTTP. 0 for any that is free. Default 7400. */
  readonly port?: number | undefined;
  /** A second port for OTLP over HTTP. Default 4318, unless it is taken. False for none. */
  readonly otlpHttpPort?: number | false | undefined;
  /** The port for OTLP over gRPC. Default 4317, unless it is taken. False for none. */
  readonly otlpGrpcPort?: number | false | undefined;
  /** What is needed to act. Default: one made at random. */
  readonly token?: string | undefined;
  /** What the admin endpoints of processes are asked with. Default: {@link token}, where that is given. */
  readonly adminToken?: string | undefined;
  /** How long telemetry is kept. Default 7 days. */
  readonly retention?: Duration | undefined;
  /** Bytes on disk: when there are more, the oldest tenth goes. At least 64 MiB; default 2 GiB. */
  readonly storedBytesMax?: number | undefined;
  /** Bytes of telemetry that may wait to be stored: more is told to come again. Default 64 MiB. */
  readonly waitingBytesMax?: number | undefined;
  /** Bytes of memory that the database may take. Default 512 MiB. */
  readonly databaseMemoryMax?: number | undefined;
  /** Told when upkeep of the store, or a look for culprits, fails; it is tried again. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

/** A console that runs. */
export interface OpenConsole {
  /** Of the page, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** Everything it listens on, and what it does not although it was meant to. */
  readonly listeners: readonly string[];
  readonly warnings: readonly string[];
  /** Where telemetry can be put in without a network. */
  readonly sink: BatchSink;
  /** Takes no more, stores what came in, and lets go of ports and folder. */
  close(): Promise<void>;
}

const liveStep = 10_000;
const liveHorizon = 3_600_000;
const spansRemembered = 2 ** 18;
const tokenLengthMin = 16;
/** The database lets go of room in pieces of some megabytes. */
const storedBytesMin = 64 * 2 ** 20;

/**
 * Opens a console: store, receivers and page, on loopback.
 *
 * @throws HoldfastError INVALID_ARGUMENT, PORT_UNAVAILABLE, FOLDER_OWNED, STORE_FORMAT_UNKNOWN.
 */
export async function openConsole(options: ConsoleOptions): Promise<OpenConsole> {
  const { token = randomBytes(24).toString('base64url'), port = 7400 } = options;
  if (token.length < tokenLengthMin) {
    throw invalidArgument('token', token, `a text of at least ${tokenLengthMin} characters`);
  }
  const now = (): number => Date.now();
  const troubled = options.onTrouble ?? (() => undefined);
  const { storedBytesMax = 2 * 2 ** 30 } = options;
  if (!(storedBytesMax >= storedBytesMin)) {
    throw invalidArgument('storedBytesMax', storedBytesMax, `at least ${storedBytesMin} bytes`);
  }
  const store = await TelemetryStore.open({
    dir: options.dataDir,
    storedBytesMax,
    ageMax: toMillis(toPositiveMicros(options.retention ?? '7d', 'retention')),
    waitingBytesMax: options.waitingBytesMax ?? 64 * 2 ** 20,
    memoryMax: options.databaseMemoryMax ?? 512 * 2 ** 20,
    now,
    troubled,
  });
  const closing: (() => Promise<void>)[] = [() => store.close()];
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    const live = new LiveFlow(store.book, {
      step: liveStep,
      horizon: liveHorizon,
      totalsMax: 300_000,
      spansRemembered,
      now,
    });
    const horizon = { now: now(), horizon: liveHorizon, spansMax: spansRemembered };
    await store.readers.read((connection) => restoreLive(live, connection, horizon));
    const ingest = new Ingest(store, live, now);
    const keptIn = async (name: string) => {
      const path = join(options.dataDir, name);
      const file = new LatestFile(path, troubled);
      closing.push(() => file.settled());
      return { restored: await readWhole(path), changed: (known: unknown) => file.put(known) };
    };
    const admin = new AdminSources({
      book: store.book,
      ingest,
      token: options.adminToken ?? options.token,
      now,
      ...(await keptIn('admin-endpoints.json')),
    });
    admin.start();
    closing.push(() => admin.stop());
    const history = new ClusterHistory(await keptIn('cluster-history.json'));

    const listeners: string[] = [];
    const warnings: string[] = [];
    const windows = new FlowWindows(store, live, now);
    const clusters = new ClusterLookout(admin, history);
    const state: ConsoleState = {
      store,
      live,
      ingest,
      windows,
      insights: new WindowInsights(store, now),
      culprits: new CulpritFinder(store, windows, troubled),
      resources: new ResourceCurves(store, now),
      objectives: new Objectives(store, now),
      executions: new KeptAnswers({ goodMillis: 1_000, staleMillis: 10_000, keptMax: 8, now }),
      // On a busy machine finding out who is to blame takes seconds: figures do not wait for it.
      blamed: new KeptAnswers({
        goodMillis: 0,
        timesTook: 0,
        staleMillis: 15_000,
        patienceMillis: 1_000,
        keptMax: 8,
        now,
      }),
      extent: new KeptAnswers({ goodMillis: 1_000, staleMillis: 10_000, keptMax: 1, now }),
      admin,
      clusters,
      clustersLately: new Lookout((at) => clusters.look(at), [], 1_000),
      stuckLately: new Lookout(() => stuckSagas(admin), [], 2_000),
      profiles: await KeptProfiles.open(join(options.dataDir, 'profiles')),
      version: version(),
      startedAt: now(),
      storedBytesMax,
      listeners,
    };
    const core = receiverCore({ sink: ingest });
    const receiver = new HttpReceiver(core);
    const server = await ConsoleServer.listen({
      port,
      routes: consoleRoutes(state),
      token,
      channels: liveChannels,
      say: (channel) => sayLive(state, channel, now()),
      periodOf: livePeriod,
      receive: (request, response) => receiver.handle(request, response),
      now,
    });
    closing.push(() => server.close());
    const url = `http://127.0.0.1:${server.port}`;
    listeners.push(url);
    const also = async (
      open: (core: ReceiverCore, options: { readonly port: number }) => Promise<OpenReceiver>,
      asked: number | false | undefined,
      usual: number,
      what: string,
    ): Promise<void> => {
      if (asked === false) return;
      try {
        const opened = await open(core, { port: asked ?? usual });
        closing.push(() => opened.close());
        listeners.push(`${what} 127.0.0.1:${opened.port}`);
      } catch (error) {
        // The usual port may be somebody else's; one that was asked for may not.
        if (asked !== undefined || !isHoldfastError(error) || error.code !== 'PORT_UNAVAILABLE') throw error;
        warnings.push(`port ${usual} is taken: no ${what} there`);
      }
    };
    await also(openHttpReceiver, options.otlpHttpPort, 4318, 'OTLP/HTTP');
    await also(openGrpcReceiver, options.otlpGrpcPort, 4317, 'OTLP/gRPC');
    return { url, token, listeners, warnings, sink: ingest, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
