function luminance(hex: string): number {
  const channel = (from: number): number => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

const INK = luminance('#1e1c19');

/** WCAG's contrast of a colour written `#rrggbb` with white or with ink, whichever reads better on it. */
export function contrastWithBest(colour: string): number {
  const own = luminance(colour);
  const withInk = (Math.max(own, INK) + 0.05) / (Math.min(own, INK) + 0.05);
  return Math.max(1.05 / (own + 0.05), withInk);
}
