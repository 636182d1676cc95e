import { Auditor } from '../ledger/auditor.ts';
import type { Audit } from '../ledger/ledger.ts';
import { SagaReader } from '../ledger/saga-reader.ts';
import { Customers } from '../load/customers.ts';
import { arrivals } from '../load/schedule.ts';
import type { Shop } from '../processes/shop.ts';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import { LiveFigures } from './live-figures.ts';
import type { MemberView, ServiceView } from './view.ts';

/** A shop with customers in it, watched while it runs. */
export class LiveShop {
  readonly shop: Shop;
  readonly figures: LiveFigures = new LiveFigures();
  readonly served: Record<ServiceName, number> = {
    gateway: 0,
    orders: 0,
    payments: 0,
    inventory: 0,
    shipping: 0,
  };
  readonly perSecond: Record<ServiceName, number> = { ...this.served };
  audit: Audit = {
    accepted: 0,
    lost: 0,
    chargedTwice: 0,
    shippedTwice: 0,
    chargedForNothing: 0,
    refundedTwice: 0,
  };
  private readonly auditor: Auditor;
  private readonly sagas: SagaReader | undefined;
  private readonly customers: Customers;
  private asking = false;
  private readonly clock: NodeJS.Timeout;
  private readonly failed: (error: unknown) => void;

  private constructor(shop: Shop, seed: number, ordersPerSecond: number, failed: (error: unknown) => void) {
    this.shop = shop;
    this.failed = failed;
    this.auditor = new Auditor(shop.folder);
    if (shop.store !== undefined) this.sagas = new SagaReader(shop.store.endpoints);
    this.customers = new Customers(shop.ports.gateway, arrivals(seed, ordersPerSecond), (press) => {
      this.figures.record(press);
      if (press.accepted) this.auditor.ledger.accept(press.order.basket, this.elapsed);
    });
    this.clock = setInterval(() => void this.tick().catch(this.failed), 1_000);
  }

  /** Opens `shop` and lets customers in; `failed` hears of an audit that cannot be done. */
  static async open(
    shop: Shop,
    seed: number,
    ordersPerSecond: number,
    failed: (error: unknown) => void,
  ): Promise<LiveShop> {
    await shop.open();
    return new LiveShop(shop, seed, ordersPerSecond, failed);
  }

  get elapsed(): number {
    return this.customers.elapsed;
  }

  view(name: ServiceName): ServiceView {
    const { state, conditions, vitals } = this.shop.services[name];
    const { busy, waiting, owed, readings } = vitals;
    return {
      state,
      slowMillis: conditions.slowMillis,
      brokenShare: conditions.brokenShare,
      servedPerSecond: this.perSecond[name],
      busy,
      waiting,
      owed,
      readings,
    };
  }

  get members(): readonly MemberView[] {
    return (this.shop.store?.all ?? []).map(({ name, state, vitals: { role, term } }) => {
      return { name, state, role, term };
    });
  }

  async close(): Promise<void> {
    clearInterval(this.clock);
    await this.customers.stop();
    await this.sagas?.close();
    await this.shop.close();
    await this.auditor.close();
  }

  private async tick(): Promise<void> {
    this.figures.tick();
    for (const name of serviceNames) {
      const { served } = this.shop.services[name].tally;
      this.perSecond[name] = served - this.served[name];
      this.served[name] = served;
    }
    await this.auditor.catchUp();
    if (this.sagas === undefined) this.audit = this.auditor.ledger.auditSoFar(this.elapsed);
    else await this.auditSagas(this.sagas);
  }

  /** As long as nobody can say which orders are under way, what was last known of them stands. */
  private async auditSagas(sagas: SagaReader): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const underWay = await sagas.underWay();
      this.audit = this.auditor.ledger.auditSoFar(this.elapsed, underWay);
    } catch {
      // The store has no leader just now.
    } finally {
      this.asking = false;
    }
  }
}
