/** Where a key moves to in a list, or undefined where it is not a key of the list. */
export function moveInList(key: string, ids: readonly string[], current: string | undefined): string | undefined {
  const at = current === undefined ? -1 : ids.indexOf(current);
  const last = ids.length - 1;
  const to: Record<string, number> = {
    ArrowDown: Math.min(last, at + 1),
    ArrowUp: Math.max(0, at - 1),
    Home: 0,
    End: last,
  };
  const index = to[key];
  return index === undefined ? undefined : ids[index];
}
