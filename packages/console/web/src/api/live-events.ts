import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { LiveChannel } from './console-api.ts';
import { addressOf } from './request.ts';

type Listener = (data: unknown) => void;

const listeners = new Map<LiveChannel, Set<Listener>>();
const state: Signal<'closed' | 'opening' | 'open' | 'lost'> = signal('closed');
const heard: Signal<number | undefined> = signal(undefined);
const retryMillis = 3000;

let source: EventSource | undefined;
let opened = '';
let settling = false;
let retry: ReturnType<typeof setTimeout> | undefined;

/** How the connection that brings live events is. */
export const liveState: ReadonlySignal<'closed' | 'opening' | 'open' | 'lost'> = state;

/** When the last live event came, in milliseconds since the Unix epoch; undefined before the first. */
export const heardAt: ReadonlySignal<number | undefined> = heard;

/**
 * Listens to a channel of live events. All listeners of the page share one connection, which is opened anew when the channels
 * change, and closed while nobody sees the page: a browser has six for all tabs of the console together. Returns what ends it.
 */
export function listen(channel: LiveChannel, listener: Listener): () => void {
  const ofChannel = listeners.get(channel) ?? new Set();
  listeners.set(channel, ofChannel);
  ofChannel.add(listener);
  settleSoon();
  return () => {
    ofChannel.delete(listener);
    if (ofChannel.size === 0) listeners.delete(channel);
    settleSoon();
  };
}

/** Screens change channels one by one; the connection follows once they have. */
function settleSoon(): void {
  if (settling) return;
  settling = true;
  setTimeout(() => {
    settling = false;
    settle();
  });
}

document.addEventListener('visibilitychange', settleSoon);

function settle(): void {
  const channels = document.hidden ? '' : [...listeners.keys()].sort().join(',');
  if (channels === opened) return;
  close();
  opened = channels;
  if (channels !== '') open(channels);
}

function open(channels: string): void {
  state.value = 'opening';
  source = new EventSource(addressOf('/live', { channels }));
  source.onopen = () => {
    state.value = 'open';
  };
  source.onerror = () => {
    state.value = 'lost';
    // The browser tries again by itself, unless it was answered with a refusal.
    if (source?.readyState !== EventSource.CLOSED) return;
    clearTimeout(retry);
    retry = setTimeout(() => open(channels), retryMillis);
  };
  for (const channel of listeners.keys()) {
    source.addEventListener(channel, ({ data }: MessageEvent<string>) => {
      const parsed: unknown = JSON.parse(data);
      heard.value = Date.now();
      for (const listener of listeners.get(channel) ?? []) listener(parsed);
    });
  }
}

function close(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
  state.value = 'closed';
}
