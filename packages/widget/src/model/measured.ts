import type { Words } from '../words/catalogue.ts';
import { spanOf } from './times.ts';

/** Reply times as the server measured them today; it sends none under 20 replies (DESIGN §4). */
export interface Measured {
  replies: number;
  halfWithinMs: number;
  slowestMs: number;
  repliesMs: number[];
}

export interface Strip {
  dots: { x: number; y: number }[];
  ticks: { x: number; label: string; anchor: 'start' | 'middle' | 'end' }[];
  /** Where the axis stands. */
  base: number;
}

export interface MeasuredCard {
  title: string;
  detail: string;
  label: string;
  strip: Strip;
}

export const STRIP = { width: 348, height: 50 };
const LEFT = 6;
const RIGHT = 342;
const BASE = 36;
const DOT = 5.4;
const COLUMN = 6.7;
/** As many dots as fit one above the other. */
const HIGHEST = 6;

interface Scale {
  unitMs: number;
  step: number;
  last: number;
  label: 'minutesUnit' | 'secondsUnit';
}

/** At most six ticks: by 10 s where all came within a minute, else by whole minutes. */
function scaleOf(slowestMs: number): Scale {
  const [unitMs, label] = slowestMs <= 60_000 ? ([10_000, 'secondsUnit'] as const) : ([60_000, 'minutesUnit'] as const);
  const units = Math.max(1, Math.ceil(slowestMs / unitMs));
  const step = Math.ceil(units / 6);
  return { unitMs, step, last: Math.ceil(units / step) * step, label };
}

function ticksOf(scale: Scale, words: Words): Strip['ticks'] {
  const perUnit = scale.label === 'secondsUnit' ? 10 : 1;
  const count = scale.last / scale.step;
  return Array.from({ length: count + 1 }, (_, index) => {
    const value = index * scale.step * perUnit;
    const last = index === count;
    return {
      x: LEFT + ((RIGHT - LEFT) * index) / count,
      label: last ? words.say(scale.label, { n: value }) : String(value),
      anchor: index === 0 ? 'start' : last ? 'end' : 'middle',
    };
  });
}

/** One dot per reply, in columns, so that the reader sees them rather than a curve. */
export function stripOf(repliesMs: readonly number[], slowestMs: number, words: Words): Strip {
  const scale = scaleOf(Math.max(slowestMs, ...repliesMs, 1));
  const columns = new Map<number, number>();
  const dots = repliesMs.map((ms) => {
    const column = Math.round(((RIGHT - LEFT) * ms) / (scale.last * scale.unitMs) / COLUMN);
    const below = columns.get(column) ?? 0;
    columns.set(column, below + 1);
    return { x: LEFT + column * COLUMN, y: BASE - 4.5 - Math.min(below, HIGHEST - 1) * DOT };
  });
  return { dots, ticks: ticksOf(scale, words), base: BASE };
}

export function measuredCard(measured: Measured, words: Words): MeasuredCard {
  const values = {
    n: measured.replies,
    half: spanOf(measured.halfWithinMs, words),
    slowest: spanOf(measured.slowestMs, words),
  };
  return {
    title: words.say('halfWithin', values),
    detail: words.say('measuredFrom', values),
    label: words.say('strip', values),
    strip: stripOf(measured.repliesMs, measured.slowestMs, words),
  };
}
