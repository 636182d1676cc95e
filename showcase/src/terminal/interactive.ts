import type { Arguments } from '../arguments.ts';
import { ConsoleProcess } from '../processes/console-process.ts';
import type { Guarded } from '../processes/guarded.ts';
import { choosePorts, chooseStorePorts, type Ports } from '../processes/ports.ts';
import { Shop } from '../processes/shop.ts';
import { serviceNames } from '../shop/services.ts';
import { type Variant, variants } from '../stack/stack.ts';
import type { StorePorts } from '../store/members.ts';
import { listenToKeys } from './keys.ts';
import { LiveShop } from './live-shop.ts';
import { Screen } from './screen.ts';
import { StormByHand } from './storm-by-hand.ts';
import { heading, render, type ServiceView, type View } from './view.ts';

const newsMax = 50;
const paintEveryMillis = 100;

/** The shop on the screen, and the keyboard as its storm. Resolves when the person has had enough. */
export async function interactive(args: Arguments, guarded: Guarded): Promise<void> {
  const ports = await choosePorts(args.port);
  const storePorts = await chooseStorePorts();
  const console = args.telemetry ? await ConsoleProcess.start(guarded) : undefined;
  const screen = new Screen(process.stdout);
  process.once('exit', () => screen.close());
  await new Promise<void>((resolve, reject) => {
    const session = new Session(args, ports, storePorts, guarded, console, screen, reject);
    const stopListening = listenToKeys(process.stdin, (command) => {
      if (command.do !== 'quit') return session.command(command);
      stopListening();
      session.close().then(resolve, reject);
    });
  });
}

type Commanded = Parameters<StormByHand['command']>[0];

/** One shop after the other on the same screen. */
class Session {
  private readonly args: Arguments;
  private readonly ports: Ports;
  private readonly storePorts: StorePorts;
  private readonly guarded: Guarded;
  private readonly console: ConsoleProcess | undefined;
  private readonly screen: Screen;
  private readonly failed: (error: unknown) => void;
  private readonly news: string[] = [];
  private readonly storm: StormByHand = new StormByHand((what) => this.told(what));
  private readonly painter: NodeJS.Timeout;
  private variant: Variant;
  private live: LiveShop | undefined;
  /** The opening or closing of a shop that is under way: they happen one after the other. */
  private change: Promise<void>;

  constructor(
    args: Arguments,
    ports: Ports,
    storePorts: StorePorts,
    guarded: Guarded,
    console: ConsoleProcess | undefined,
    screen: Screen,
    failed: (error: unknown) => void,
  ) {
    this.args = args;
    this.ports = ports;
    this.storePorts = storePorts;
    this.guarded = guarded;
    this.console = console;
    this.screen = screen;
    this.failed = failed;
    this.variant = args.stack ?? 'holdfast';
    this.change = this.open().catch(failed);
    this.painter = setInterval(() => this.paint(), paintEveryMillis);
  }

  command(command: Commanded): void {
    if (command.do === 'switch') this.switchStack();
    else if (this.live !== undefined) this.storm.command(command, this.live.shop);
    this.paint();
  }

  async close(): Promise<void> {
    clearInterval(this.painter);
    await this.change;
    await this.live?.close();
  }

  private switchStack(): void {
    const { live } = this;
    if (live === undefined) return;
    this.live = undefined;
    this.variant = variants[(variants.indexOf(this.variant) + 1) % variants.length]!;
    this.change = live
      .close()
      .then(() => this.open())
      .catch(this.failed);
  }

  private async open(): Promise<void> {
    const { seed, ordersPerSecond, tracesPercent } = this.args;
    const { variant, ports, storePorts, guarded } = this;
    const telemetry = this.console && { ...this.console.order, tracesPercent };
    const crashed = (what: string): void => this.told(what.split('\n')[0]!);
    const shop = new Shop({ variant, ports, storePorts, seed, guarded, telemetry, crashed });
    this.live = await LiveShop.open(shop, seed, ordersPerSecond, this.failed);
    this.storm.moveTo(shop);
    this.told(`the shop is open, with ${heading[this.variant]}`);
  }

  private told(what: string): void {
    const seconds = Math.floor((this.live?.elapsed ?? 0) / 1_000);
    const at = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
    this.news.push(`${at}  ${what}`);
    if (this.news.length > newsMax) this.news.shift();
  }

  private paint(): void {
    const { live, screen } = this;
    if (live === undefined) screen.paint(['', `   The shop opens, with ${heading[this.variant]} …`]);
    else screen.paint(render(this.view(live), screen.columns, screen.rows));
  }

  private view(live: LiveShop): View {
    const { calls, attempts, shed, degraded } = live.shop.tally;
    const services = Object.fromEntries(serviceNames.map((name) => [name, live.view(name)]));
    return {
      variant: this.variant,
      seed: this.args.seed,
      elapsedMillis: live.elapsed,
      port: this.ports.gateway,
      console: this.console?.address,
      ordersPerSecond: this.args.ordersPerSecond,
      audit: live.audit,
      p99: live.figures.p99,
      goodput: live.figures.goodput,
      errorsPerSecond: live.figures.errorsPerSecond,
      attemptsPerRequest: calls === 0 ? 0 : attempts / calls,
      shed,
      degraded,
      services: services as Record<(typeof serviceNames)[number], ServiceView>,
      members: live.members,
      chosen: this.storm.chosen,
      news: this.news,
    };
  }
}
