import type { Audit } from '../ledger/ledger.ts';
import type { ProcessName, ProcessState } from '../processes/living-process.ts';
import type { MemberVitals } from '../processes/messages.ts';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import type { PolicyReading, Variant } from '../stack/stack.ts';
import { sparkline } from './sparkline.ts';
import { accent, bad, bold, dim, fit, good, inverse, warning, widthOf } from './style.ts';

/** What the screen shows of one service. */
export interface ServiceView {
  readonly state: ProcessState;
  readonly slowMillis: number;
  readonly brokenShare: number;
  readonly servedPerSecond: number;
  readonly busy: number;
  readonly waiting: number;
  readonly owed: number;
  readonly readings: readonly PolicyReading[];
}

/** What the screen shows of one member of the store. */
export interface MemberView extends Pick<MemberVitals, 'role' | 'term'> {
  readonly name: ProcessName;
  readonly state: ProcessState;
}

/** All that the screen shows, at one moment. */
export interface View {
  readonly variant: Variant;
  readonly seed: number;
  readonly elapsedMillis: number;
  readonly port: number;
  /** Where the console shows it all; undefined where none runs. */
  readonly console: string | undefined;
  readonly ordersPerSecond: number;
  readonly audit: Audit;
  /** Of the last ten seconds. */
  readonly p99: number | undefined;
  /** Accepted orders per second: the latest value, and all before. */
  readonly goodput: readonly number[];
  readonly errorsPerSecond: number;
  readonly attemptsPerRequest: number;
  readonly shed: number;
  readonly degraded: number;
  readonly services: Readonly<Record<ServiceName, ServiceView>>;
  /** None where there is no store. */
  readonly members: readonly MemberView[];
  readonly chosen: ProcessName;
  /** What happened last, the latest last. */
  readonly news: readonly string[];
}

/** Room for a member. */
const memberColumns = 26;

export const heading: Readonly<Record<Variant, string>> = {
  bare: 'bare',
  today: 'what one uses today',
  holdfast: 'Holdfast',
};

/** The screen as lines, made for 80 by 24 and better with more. */
export function render(view: View, columns: number, rows: number): string[] {
  const rule = dim('─'.repeat(columns));
  const top = [
    between(
      `${bold(' The shop')} ${dim('and you, the storm')}`,
      `stack ${accent(heading[view.variant])} `,
      columns,
    ),
    ` ${headline(view)}`,
    ` ${figures(view)}`,
    ` ${flow(view, columns)}`,
    ...(view.console === undefined ? [] : [` ${dim('console')} ${fit(view.console, columns - 9)}`]),
    rule,
    dim('     service     state            requests/s   at work  waiting   to do'),
  ];
  const services = serviceNames.flatMap((name, index) => serviceLines(view, name, index));
  if (view.members.length > 0) services.push(storeLine(view));
  const bottom = [rule, ...keys];
  const room = Math.max(0, rows - top.length - services.length - bottom.length);
  const news = view.news.slice(-room).map((line) => dim(`     ${line}`));
  const gap = Array.from({ length: room - news.length }, () => '');
  return [...top, ...services, ...gap, ...news, ...bottom];
}

const keys: readonly string[] = [
  ` ${key('1-8 ↑↓')} choose  ${key('k')} kill  ${key('p')} pause  ${key('s')} slow  ${key('b')} break  ${key('+ -')} more or less  ${key('h')} heal`,
  ` ${key('a')} heal all  ${key('v')} next stack  ${key('q')} quit     ${dim('↻ retries left  door: inside/limit')}`,
];

function key(name: string): string {
  return accent(name);
}

/** The line that matters: it looks the same, whatever the weather. */
function headline({ audit, p99 }: View): string {
  return [
    `accepted ${number(audit.accepted)}`,
    alarming(`lost ${number(audit.lost)}`, audit.lost > 0),
    alarming(`charged twice ${number(audit.chargedTwice)}`, audit.chargedTwice > 0),
    ...(audit.shippedTwice > 0 ? [bad(`shipped twice ${number(audit.shippedTwice)}`)] : []),
    `p99 ${p99 === undefined ? '–' : `${Math.round(p99)} ms`}`,
  ]
    .map(bold)
    .join(dim(' · '));
}

function figures({ errorsPerSecond, attemptsPerRequest, shed, degraded }: View): string {
  return dim(
    `errors ${errorsPerSecond.toFixed(0)}/s · attempts per request ${attemptsPerRequest.toFixed(2)} · shed ${number(shed)} · degraded ${number(degraded)}`,
  );
}

function flow({ goodput, ordersPerSecond, elapsedMillis, seed, port }: View, columns: number): string {
  const rate = goodput.at(-1) ?? 0;
  const colour = rate >= 0.95 * ordersPerSecond ? good : rate >= 0.5 * ordersPerSecond ? warning : bad;
  const left = `goodput ${String(Math.round(rate)).padStart(4)}/s of ${ordersPerSecond}  `;
  const right = `  ${clock(elapsedMillis)}  seed ${seed}  port ${port}`;
  const room = Math.max(10, columns - left.length - right.length - 2);
  return left + colour(sparkline(goodput, ordersPerSecond, room)) + dim(right);
}

function serviceLines(view: View, name: ServiceName, index: number): string[] {
  const service = view.services[name];
  const chosen = name === view.chosen;
  const label = fit(` ${index + 1} ${name}`, 13);
  const numbers = [service.servedPerSecond, service.busy, service.waiting, service.owed].map((value, at) =>
    number(value).padStart([9, 10, 9, 8][at]!),
  );
  return [
    ` ${chosen ? '▸' : ' '} ${chosen ? inverse(label) : label} ${fit(weather(service), 19)}${numbers.join('')}`,
    `       ${policies(service)}`,
  ];
}

/** The members of the store: who leads, and in which term. */
function storeLine({ members, chosen }: View): string {
  const cells = members.map((member, index) => {
    const label = ` ${serviceNames.length + 1 + index} ${member.name}`;
    const pointed = member.name === chosen ? `▸ ${inverse(label)}` : `  ${label}`;
    return fit(`${pointed} ${standing(member)}`, memberColumns);
  });
  return ` ${cells.join('')}`;
}

function standing({ state, role, term }: MemberView): string {
  if (state === 'down') return bad('killed');
  if (state === 'paused') return warning('paused');
  if (state === 'starting') return warning('starting');
  if (role === 'elects') return warning('elects');
  return role === 'leads' ? good(`leads, term ${term}`) : dim('follows');
}

/** The process's state, and what ails it. */
function weather({ state, slowMillis, brokenShare }: ServiceView): string {
  if (state === 'down') return bad('killed');
  if (state === 'paused') return warning('paused');
  if (state === 'starting') return warning('starting');
  const troubles: string[] = [];
  if (slowMillis > 0) troubles.push(`+${slowMillis} ms`);
  if (brokenShare > 0) troubles.push(`${Math.round(brokenShare * 100)} % errors`);
  return troubles.length === 0 ? good('up') : warning(troubles.join(' '));
}

function policies({ readings, state }: ServiceView): string {
  if (state === 'down') return '';
  if (readings.length === 0) return dim('no policies');
  return readings.map(({ side, text }) => `${dim(`${side}:`)} ${calmed(text)}`).join(dim('  '));
}

/** Dim while all is well, so that an open breaker catches the eye. */
function calmed(text: string): string {
  return dim(text)
    .replace(/OPEN/g, `${bad('OPEN')}`)
    .replace(/half-open/g, warning('half-open'));
}

function between(left: string, right: string, columns: number): string {
  return fit(left, columns - widthOf(right)) + right;
}

function alarming(text: string, alarm: boolean): string {
  return alarm ? bad(text) : text;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function clock(millis: number): string {
  const seconds = Math.floor(millis / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
