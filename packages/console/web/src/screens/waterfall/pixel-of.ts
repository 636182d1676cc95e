const known = new Map<string, number>();

/** A colour of the style sheet as a canvas's pixels hold it: alpha, blue, green, red from the highest byte to the lowest. */
export function pixelOf(colour: string): number {
  const before = known.get(colour);
  if (before !== undefined) return before;
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  const pixel = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  known.set(colour, pixel);
  return pixel;
}
