const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();
/** Offsets at the beginnings of days (UTC), by zone: every look at business hours asks for the same few. */
const known = new Map<string, Map<number, number>>();
const KEPT_DAYS = 4_000;

/** Whether the machine knows a zone of this name. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return zone !== '';
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  return format;
}

/** How far the clocks of a zone are ahead of UTC at an instant, in ms. */
export function offsetAt(zone: string, at: number): number {
  const day = Math.floor(at / DAY_MS);
  const offset = ofDay(zone, day);
  return offset === ofDay(zone, day + 1) ? offset : looked(zone, at);
}

function looked(zone: string, at: number): number {
  const name = formatOf(zone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name ?? '') ?? [];
  const ms = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -ms : ms;
}

/** A stretch of time in which the clocks of a zone go on evenly. */
export interface Even {
  from: number;
  to: number;
  offset: number;
}

/** From an instant on, without end: stretches of at most a day, each with one offset. */
export function* evenTimes(zone: string, from: number): Generator<Even> {
  for (let day = Math.floor(from / DAY_MS); ; day++) {
    const [begin, end] = [Math.max(from, day * DAY_MS), (day + 1) * DAY_MS];
    const offset = offsetAt(zone, begin);
    const next = ofDay(zone, day + 1);
    if (offset === next) yield { from: begin, to: end, offset };
    else {
      const change = changeBetween(zone, begin, end, offset);
      yield { from: begin, to: change, offset };
      if (change < end) yield { from: change, to: end, offset: next };
    }
  }
}

function ofDay(zone: string, day: number): number {
  let days = known.get(zone);
  if (!days || days.size > KEPT_DAYS) {
    days = new Map();
    known.set(zone, days);
  }
  let offset = days.get(day);
  if (offset === undefined) {
    offset = looked(zone, day * DAY_MS);
    days.set(day, offset);
  }
  return offset;
}

/** The first instant at which the offset is no longer `before`. */
function changeBetween(zone: string, from: number, to: number, before: number): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
