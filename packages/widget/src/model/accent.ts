/** The inbox's own colour, for surfaces that are pressed, and what is readable on it. */
export interface Accent {
  fill: string;
  on: string;
}

const INK = '#1e1c19';
const PAPER = '#ffffff';

function luminance(hex: string): number {
  const channel = (from: number): number => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** WCAG's contrast of two colours written `#rrggbb`. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White or ink, whichever reads better; no colour at all unless that is 4.5:1. */
export function accentOf(colour: string | null): Accent | undefined {
  if (!colour || !/^#[0-9a-f]{6}$/i.test(colour)) return undefined;
  const on = contrast(colour, PAPER) >= contrast(colour, INK) ? PAPER : INK;
  return contrast(colour, on) >= 4.5 ? { fill: colour, on } : undefined;
}
