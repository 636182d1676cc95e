// The shop of the showcase twice, in its own processes: one that nobody watches, and one that tells all it does to a console.
import { ConsoleProcess } from '../../../../showcase/src/processes/console-process.ts';
import { Guarded } from '../../../../showcase/src/processes/guarded.ts';
import { choosePorts, chooseStorePorts } from '../../../../showcase/src/processes/ports.ts';
import { Shop } from '../../../../showcase/src/processes/shop.ts';
import { CostMeter } from '../../../../showcase/src/report/cost.ts';
import type { TelemetryOrder } from '../../../../showcase/src/telemetry/tell.ts';
import type { LoadRound, Subject, Workload } from '../../../harness/area.ts';
import { orderFor } from './closed-loop.ts';

/** Each customer orders again as soon as the last order is answered. */
const customers = 16;
const warmingMillis = 10_000;
/** Of one window of load, and before it is counted. */
const windowMillis = 6_000;
const runningInMillis = 1_000;

export const holdfastOverhead: Readonly<Record<string, Subject>> = {
  overhead: (scale) => ShopPair.open(scale, 100),
  'overhead-sampled': (scale) => ShopPair.open(scale, 10),
};

interface Window {
  readonly ordersPerSecond: number;
  readonly cpuMillisPerOrder: number;
  readonly consoleCpuMillisPerOrder: number;
  readonly memoryMean: number;
  readonly bytesPerRequest: number;
}

class ShopPair implements Workload {
  private readonly guarded: Guarded;
  private readonly console: ConsoleProcess;
  private readonly bare: Shop;
  private readonly watched: Shop;
  private readonly scale: number;
  private round = 0;

  private constructor(guarded: Guarded, console: ConsoleProcess, bare: Shop, watched: Shop, scale: number) {
    this.guarded = guarded;
    this.console = console;
    this.bare = bare;
    this.watched = watched;
    this.scale = scale;
  }

  static async open(scale: number, tracesPercent: number): Promise<ShopPair> {
    const guarded = await Guarded.open();
    try {
      const console = await ConsoleProcess.start(guarded);
      const open = async (telemetry: TelemetryOrder | undefined): Promise<Shop> => {
        const ports = await choosePorts(0);
        const storePorts = await chooseStorePorts();
        const crashed = (what: string): void => {
          throw new Error(what);
        };
        const shop = new Shop({
          variant: 'holdfast',
          ports,
          storePorts,
          seed: 1,
          guarded,
          telemetry,
          crashed,
        });
        await shop.open();
        return shop;
      };
      const pair = new ShopPair(
        guarded,
        console,
        await open(undefined),
        await open({ ...console.order, tracesPercent }),
        scale,
      );
      for (const shop of [pair.bare, pair.watched])
        await orderFor(shop.ports.gateway, customers, warmingMillis * scale);
      return pair;
    } catch (error) {
      await guarded.release();
      throw error;
    }
  }

  /** One window of each: the other way round every other time. */
  async run(): Promise<LoadRound> {
    const windows: Window[] = [];
    const order = this.round++ % 2 === 0 ? [0, 1] : [1, 0];
    for (const index of order) windows[index] = await this.window([this.bare, this.watched][index]!);
    const [off, on] = windows as [Window, Window];
    return {
      value: 100 * (1 - on.ordersPerSecond / off.ordersPerSecond),
      beside: {
        'orders/s off': off.ordersPerSecond,
        'orders/s on': on.ordersPerSecond,
        'CPU of the shop for an order, ms off': off.cpuMillisPerOrder,
        'CPU of the shop for an order, ms on': on.cpuMillisPerOrder,
        'CPU of the console for an order, ms': on.consoleCpuMillisPerOrder,
        'memory of a process, more MB': (on.memoryMean - off.memoryMean) / 2 ** 20,
        'sent for a request, B': on.bytesPerRequest,
      },
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.bare.close(), this.watched.close()]);
    await this.guarded.release();
  }

  private async window(shop: Shop): Promise<Window> {
    await orderFor(shop.ports.gateway, customers, runningInMillis * this.scale);
    const meter = new CostMeter(shop.processes, this.console);
    const served = shop.tally.served;
    const startedAt = performance.now();
    const orders = await orderFor(shop.ports.gateway, customers, windowMillis * this.scale);
    const seconds = (performance.now() - startedAt) / 1_000;
    const cost = meter.end().per({ orders, requests: shop.tally.served - served });
    return {
      ordersPerSecond: orders / seconds,
      // Seconds for a thousand are milliseconds for one.
      cpuMillisPerOrder: cost.cpuPerThousandOrders ?? 0,
      consoleCpuMillisPerOrder: cost.consoleCpuPerThousandOrders ?? 0,
      memoryMean: cost.memoryMean,
      bytesPerRequest: cost.bytesPerRequest,
    };
  }
}
