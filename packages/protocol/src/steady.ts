/**
 * A clock for intervals, in milliseconds: it begins as the machine's and never goes back. Where the machine's clock is
 * set back it goes on as time does; where it is set forward, or the machine slept, that time has passed.
 */
export function steadyClock(wall = () => Date.now(), steady = () => performance.now()): () => number {
  let [at, lastWall, lastSteady] = [wall(), wall(), steady()];
  return () => {
    const [nowWall, nowSteady] = [wall(), steady()];
    at += Math.max(0, nowWall - lastWall, nowSteady - lastSteady);
    [lastWall, lastSteady] = [nowWall, nowSteady];
    return Math.round(at);
  };
}
