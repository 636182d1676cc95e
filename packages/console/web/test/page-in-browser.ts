// What browser tests of the page share: the page built once, served with fixtures, and opened in a real browser that complains
// of everything that goes wrong in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { buildPage } from '../build.ts';
import { type FixtureServer, serveFixtures } from '../fixtures/serve.ts';
import type { Scenario } from '../fixtures/shop.ts';

interface OpenOptions {
  readonly scenario?: Scenario;
  readonly width?: number;
  readonly height?: number;
  readonly colours?: 'light' | 'dark';
}

/** The page in a browser, for the tests of one file. */
export interface PageInBrowser {
  /** Opens a place of the page, with the fixtures of a scenario. The page before it is closed. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Where the page is: path and query. */
  readonly place: () => Promise<string>;
  /** A parameter of the query of where it is. */
  readonly query: (name: string) => Promise<string | null>;
  /** Errors of scripts, messages of the console, and requests to anybody but the server, since the page was opened. */
  readonly complaints: readonly string[];
  /** Cuts the live connections of all pages, as a console does that ends. */
  interrupt(): void;
  /** How many live connections the page holds. */
  readonly listening: number;
}

/**
 * Opened before the tests of a file, and closed after them.
 *
 * @param mayComplain - whether a test may end with complaints. Default false.
 */
export function pageInBrowser({ mayComplain = false } = {}): PageInBrowser {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-console-page-'));
  const servers = new Map<Scenario, FixtureServer>();
  let browser: Browser | undefined;
  let complaints: string[] = [];
  let page: Page | undefined;

  beforeAll(async () => {
    const executablePath = process.env['HOLDFAST_BROWSER'];
    if (executablePath === undefined)
      throw new Error('HOLDFAST_BROWSER names no browser: npm run test:browser does');
    await buildPage(folder);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterEach(() => {
    if (!mayComplain) expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers.values()) await server.close();
    rmSync(folder, { recursive: true });
  });

  return {
    async open(path, { scenario = 'storm', width = 1440, height = 900, colours = 'light' } = {}) {
      const server = servers.get(scenario) ?? (await serveFixtures({ scenario, folder }));
      servers.set(scenario, server);
      await page?.close();
      const opened = await browser!.newPage({ viewport: { width, height }, colorScheme: colours });
      page = opened;
      const heard: string[] = [];
      complaints = heard;
      opened.on('pageerror', (error) => heard.push(error.message));
      opened.on('console', (message) => {
        if (message.type() === 'error') heard.push(message.text());
      });
      opened.on('request', (request) => {
        if (!request.url().startsWith(server.url)) heard.push(`asked for ${request.url()}`);
      });
      await opened.goto(server.url + path);
      return opened;
    },
    place: () => page!.evaluate(() => location.pathname + location.search),
    query: (name) => page!.evaluate((key) => new URLSearchParams(location.search).get(key), name),
    get complaints() {
      return complaints;
    },
    interrupt() {
      for (const server of servers.values()) server.interrupt();
    },
    get listening() {
      return [...servers.values()].reduce((sum, { listening }) => sum + listening, 0);
    },
  };
}
