import type { JSX } from 'preact';

/** Drawings of 16 by 16, in strokes of the colour of the text. */
const drawings = {
  overview: 'M2.5 9.5 5 6l3 4 2.5-5.5L13.5 9M2.5 13.5h11',
  map: 'M4 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM12 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM5.8 4.9l4.4 2.3M6.3 11.2l3.9-2.4',
  execution: 'M2 5.5h4v5H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 8h1.2C9 8 8.2 4 10 4M7.2 8C9 8 8.2 12 10 12',
  services: 'm8 2 5.5 3v6L8 14l-5.5-3V5L8 2ZM2.5 5 8 8l5.5-3M8 8v6',
  traces: 'M2.5 3.5h7M5 8h8.5M4 12.5h5',
  flame: 'M2.5 12.5h11M2.5 9h8M4 5.5h5M5.5 2.5h2.5',
  logs: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h7M2.5 12.5h9',
  cluster:
    'M8 5.5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM3.7 13.4a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM12.3 13.4a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM7 5.3l-2.4 4.6M9 5.3l2.4 4.6M5.6 11.6h4.8',
  sagas: 'M3 4.5h6.5a3 3 0 0 1 0 6H4M6 8l-2.5 2.5L6 13',
  errors: 'M8 2.2 14 13H2L8 2.2ZM8 6.4v3.1M8 11.4v.1',
  profiles: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 8l2.8-2.8M8 4.2V4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4l3.1 3.1',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'm4 4 8 8M12 4l-8 8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'm5 3.2 7.5 4.8L5 12.8V3.2Z',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.8v1M8 13.2v1M1.8 8h1M13.2 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M3.6 12.4l.7-.7M11.7 4.3l.7-.7',
  moon: 'M13.5 9.3A5.7 5.7 0 0 1 6.7 2.5a5.7 5.7 0 1 0 6.8 6.8Z',
  right: 'm6 3.5 4.5 4.5L6 12.5',
  down: 'm3.5 6 4.5 4.5L12.5 6',
  back: 'M10 3.5 5.5 8l4.5 4.5',
  arrow: 'M3 8h10M9 4l4 4-4 4',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.4',
  keyboard: 'M1.8 4.5h12.4v7H1.8zM4.2 7h.1M6.7 7h.1M9.2 7h.1M11.7 7h.1M5 9.3h6',
  key: 'M5.2 11.8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 8.8h5.5v2.4M11 8.8v1.8',
  database:
    'M8 6c2.8 0 5-.9 5-2s-2.2-2-5-2-5 .9-5 2 2.2 2 5 2ZM3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2',
  queue: 'M2.5 4.5h3v7h-3zM6.5 4.5h3v7h-3zM10.5 4.5h3v7h-3z',
  external:
    'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2.2 8h11.6M8 2c1.8 1.7 2.6 3.7 2.6 6S9.8 12.3 8 14C6.2 12.3 5.4 10.3 5.4 8S6.2 3.7 8 2Z',
  client: 'M8 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM3 13.7c.4-2.6 2.4-4 5-4s4.6 1.4 5 4',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  check: 'm3 8.5 3.2 3.2L13 4.8',
} as const;

export type IconName = keyof typeof drawings;

/** A drawing beside a word that says the same; it is not read out. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
