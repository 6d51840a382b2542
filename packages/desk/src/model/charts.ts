/** Where charts stand in their drawing, in units of its own; the browser scales it. */
export const BOX = { left: 24, right: 414, top: 8, bottom: 90, height: 112, width: 420 } as const;

/** The top of a scale with two to four even steps, at least as high as what is drawn. */
export function scaleTo(most: number): { top: number; ticks: number[] } {
  for (let unit = 1; ; unit *= 10) {
    for (const step of [unit, 2 * unit, 5 * unit]) {
      if (step * 4 < most) continue;
      const count = Math.max(2, Math.ceil(most / step));
      return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
    }
  }
}

export function heightAt(value: number, top: number): number {
  return BOX.bottom - ((BOX.bottom - BOX.top) * value) / top;
}

/** A line of steps: each value holds until the next. */
export function stepsPath(values: readonly number[], top: number): string {
  const width = (BOX.right - BOX.left) / Math.max(1, values.length - 1);
  return values
    .map((value, index) => {
      const y = heightAt(value, top).toFixed(1);
      const x = (BOX.left + index * width).toFixed(1);
      return index === 0 ? `M${x} ${y}` : `H${x}V${y}`;
    })
    .join('');
}

/** The part of the width that the n-th of so many bars has, with room between. */
export function slotAt(index: number, count: number): { x: number; width: number } {
  const width = (BOX.right - BOX.left) / Math.max(1, count);
  return { x: BOX.left + index * width, width };
}
