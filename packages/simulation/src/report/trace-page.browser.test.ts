// Goal: a person can go through a run, in a real browser and from a file, as the page is used.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { electionTrace } from '../../test/election-trace.ts';
import type { TraceDocument } from '../trace/trace-document.ts';
import { tracePage } from './trace-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
let browser: Browser;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  const executablePath = process.env['HOLDFAST_BROWSER'];
  if (executablePath === undefined)
    throw new Error('HOLDFAST_BROWSER names no browser: npm run test:browser does');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterEach(async () => {
  await page?.close();
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(document: TraceDocument, hash = ''): Promise<void> {
  const file = join(folder, 'page.html');
  writeFileSync(file, tracePage(document));
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(pathToFileURL(file).href + hash);
}

/** How many colours the diagram has. */
const colours = () =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('#diagram')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

/** The longest line in the colour of failures, in pixels. */
const failureLine = () =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('#diagram')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let longest = 0;
    let length = 0;
    for (let index = 0; index < data.length; index += 4) {
      const [red, green, blue] = [data[index]!, data[index + 1]!, data[index + 2]!];
      length = red > green + 80 && red > blue + 80 ? length + 1 : 0;
      longest = Math.max(longest, length);
    }
    return longest;
  });

const what = () => page.locator('#what').innerText();
const step = () => page.locator('#step').innerText();

test('it opens at the failure, and says what was run and how to run it again', async () => {
  const trace = electionTrace();
  await open(trace);
  expect(await what()).toBe(`FAILURE: ${trace.text}`);
  expect(await step()).toBe(`Event ${trace.events.length} of ${trace.events.length}`);
  expect(await page.locator('#verdict').innerText()).toBe('violated');
  expect(await page.locator('#scenario').innerText()).toBe(trace.scenario);
  expect(await page.locator('#replay').innerText()).toBe(trace.replay);
  expect(await page.title()).toBe('five nodes elect a leader, seed 42: violated');
});

test('the failure is in the picture as it opens, and again after scrolling away', async () => {
  await open(electionTrace(100));
  await expect.poll(failureLine).toBeGreaterThan(400);
  await page.locator('#diagram').hover();
  await page.mouse.wheel(0, -4_000);
  await expect.poll(failureLine).toBeLessThan(400);
  await page.keyboard.press('x');
  await expect.poll(failureLine).toBeGreaterThan(400);
});

test('the diagram is painted, and anew when the window changes its size', async () => {
  await open(electionTrace());
  for (const width of [1400, 1000]) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(colours).toBeGreaterThan(20);
  }
});

test('keys and buttons step forward and back, and jump', async () => {
  const { events } = electionTrace();
  await open(electionTrace(), '#event-1');
  expect(await what()).toBe('node1 starts');
  await page.keyboard.press('ArrowRight');
  expect(await what()).toBe('node2 starts');
  await page.locator('#forward').click();
  expect(await what()).toBe('node3 starts');
  await page.keyboard.press('ArrowLeft');
  await page.locator('#back').click();
  expect(await what()).toBe('node1 starts');
  await page.keyboard.press('n');
  expect(await what()).toBe('node2: candidate in term 1');
  await page.locator('#next-note').click();
  expect(await what()).toBe('node2: leader of term 1');
  await page.keyboard.press('Shift+N');
  expect(await what()).toBe('node2: candidate in term 1');
  await page.keyboard.press('x');
  expect(await what()).toContain('FAILURE');
  await page.keyboard.press('Home');
  expect(await step()).toBe(`Event 1 of ${events.length}`);
});

test('beside the diagram stands how everything is at that moment', async () => {
  const { events } = electionTrace();
  const crash = events.findIndex((event) => event.what === 'host' && event.state === 'crashed');
  await open(electionTrace(), `#event-${crash + 2}`);
  const row = (host: string) => page.locator('#hosts tr', { hasText: host }).innerText();
  expect(await row('node5')).toContain('down');
  expect(await row('node3')).toContain('leader of term 2');
  expect(await page.locator('#troubles').innerText()).toContain('partition node1,node2|node3,node4,node5');
  expect(await page.locator('#pending').innerText()).toContain('client2 {"get":"x"}');
});

test('a click on the diagram selects, and a message shows its content', async () => {
  const { events } = electionTrace();
  const send = events.findIndex((event) => event.what === 'send');
  await open(electionTrace(), `#event-${send + 1}`);
  expect(JSON.parse(await page.locator('#details').innerText())).toEqual(events[send]);
  await page.getByRole('button', { name: '↓ where it' }).click();
  expect(await what()).toMatch(/receives request-vote from node2/);
  await page.keyboard.press('Home');
  const diagram = page.locator('#diagram');
  const { width } = (await diagram.boundingBox())!;
  const before = await step();
  await diagram.click({ position: { x: width / 2, y: 300 } });
  expect(await step()).not.toBe(before);
});

test('what is searched for is found, and what is filtered is stepped over', async () => {
  await open(electionTrace(), '#event-1');
  await page.keyboard.press('/');
  await page.keyboard.type('DISK_FAILED');
  await page.locator('#found').filter({ hasText: '1 found' }).waitFor();
  expect(await what()).toBe('node4 sync log: DISK_FAILED');
  await page.keyboard.press('Escape');
  await page.locator('#filter-layers button', { hasText: 'messages' }).click();
  await page.keyboard.press('Home');
  for (let count = 0; count < 12; count++) {
    await page.keyboard.press('ArrowRight');
    expect(await what()).not.toMatch(/sends|receives|is lost/);
  }
});

test('text of the trace stays text', async () => {
  const hostile = '<img src=x onerror="document.title=1"></script><b>';
  const trace = electionTrace();
  await open({
    ...trace,
    scenario: hostile,
    text: hostile,
    replay: hostile,
    hosts: [...trace.hosts, hostile],
    events: [...trace.events.slice(0, 5), { what: 'note', at: 1, host: hostile, text: hostile }],
  });
  expect(await page.locator('#scenario').innerText()).toBe(hostile);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toContain('<img');
});

test('eighty thousand events can be gone through', async () => {
  const trace = electionTrace(5_000);
  expect(trace.events.length).toBeGreaterThan(80_000);
  await open(trace);
  await page.locator('#zoom-fit').click();
  await page.locator('#mode-time').click();
  await page.locator('#zoom-fit').click();
  await page.keyboard.press('Shift+N');
  expect(await what()).toBe('node3: leader of term 2');
  for (let count = 0; count < 20; count++) await page.keyboard.press('ArrowRight');
  expect(await step()).toMatch(/^Event 4\d{4} of 8\d{4}$/);
});

test('a run without events says so much, and breaks nothing', async () => {
  await open({ ...electionTrace(), verdict: 'passed', text: '', events: [] });
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('#extent').innerText()).toContain('0 events');
});
