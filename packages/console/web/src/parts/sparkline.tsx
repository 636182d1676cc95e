import type { JSX } from 'preact';
import type { Curve } from '../api/console-api.ts';
import './sparkline.css';
import type { Tone } from './badge.tsx';
import { sparklinePaths } from './sparkline-paths.ts';

interface SparklineProps {
  /** What it shows, for those who cannot see it, with its last value. */
  readonly label: string;
  readonly curve: Curve;
  readonly width?: number;
  readonly height?: number;
  readonly tone?: Tone;
  /** The highest value on the scale; default: the curve's own. */
  readonly top?: number;
  /** Whether it takes the width that there is. */
  readonly fluid?: boolean;
}

/** A curve in the height of a line of text. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const { label, curve, width = 96, height = 20, tone = 'quiet', top, fluid = false } = props;
  const { line, area } = sparklinePaths(curve.values, width, height, top);
  return (
    <svg
      class={`sparkline sparkline-${tone}`}
      width={fluid ? '100%' : width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio={fluid ? 'none' : undefined}
      role="img"
    >
      <title>{label}</title>
      <path class="sparkline-area" d={area} />
      <path class="sparkline-line" d={line} />
    </svg>
  );
}
