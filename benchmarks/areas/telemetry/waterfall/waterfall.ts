import { type Browser, chromium, type Page } from 'playwright-core';
import { provideProgram } from '../../../../tools/debian-program.ts';
import type { LoadRound, Subject, Workload } from '../../../harness/area.ts';
import { serveTrace, spanCount, type TraceServer } from './trace-server.ts';

/** The page: opened anew each round, and scrolled through. */
export const holdfastWaterfall: Readonly<Record<string, Subject>> = {
  waterfall: (scale) =>
    inBrowser(scale, async (page, { screen }) => {
      await page.goto(screen, { waitUntil: 'commit' });
      const value = await page.evaluate(whenShown);
      return { value, beside: await page.evaluate(scrollThrough) };
    }),
};

/** A page that only asks for the same answer and takes it in. */
export const bareWaterfall: Readonly<Record<string, Subject>> = {
  waterfall: (scale) =>
    inBrowser(scale, async (page, { screen, answer }) => {
      await page.goto(new URL('/bare', screen).href, { waitUntil: 'commit' });
      const value = await page.evaluate(async (address) => {
        await (await fetch(address)).arrayBuffer();
        return performance.now();
      }, answer);
      return { value, beside: {} };
    }),
};

async function inBrowser(
  scale: number,
  measure: (page: Page, server: TraceServer) => Promise<LoadRound>,
): Promise<Workload> {
  const chromiumOfDebian = { name: 'Chromium', debianPackage: 'chromium', program: 'chromium' };
  const named = process.env['HOLDFAST_BROWSER'];
  const provided =
    named === undefined
      ? provideProgram(chromiumOfDebian, 'name a Chromium in HOLDFAST_BROWSER')
      : { program: named };
  if ('missing' in provided) throw new Error(provided.missing);
  const server = await serveTrace(Math.round(spanCount * scale));
  const browser: Browser = await chromium.launch({
    executablePath: provided.program,
    args: ['--no-sandbox'],
  });
  return {
    async run() {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      try {
        return await measure(page, server);
      } finally {
        await page.close();
      }
    },
    async stop() {
      await browser.close();
      await server.close();
    },
  };
}

/** Runs in the page: milliseconds after the navigation when the frame was out in which the timeline is. */
async function whenShown(): Promise<number> {
  while (performance.getEntriesByName('waterfall-painted').length === 0) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now();
}

/** Runs in the page: flicks through the rows, and says how long frames took. */
async function scrollThrough(): Promise<Record<string, number>> {
  const rows = document.querySelector('.span-scroller')!;
  const frames: number[] = [];
  let last = await new Promise<number>(requestAnimationFrame);
  for (let frame = 0; frame < 180; frame++) {
    rows.scrollTop += frame % 3 === 0 ? 4000 : 120;
    const now = await new Promise<number>(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  frames.sort((one, other) => one - other);
  return {
    'frame, median ms': frames[frames.length >> 1]!,
    'frame, 95th percentile ms': frames[Math.floor(frames.length * 0.95)]!,
    'frames over 25 ms, %': (frames.filter((took) => took > 25).length / frames.length) * 100,
  };
}
