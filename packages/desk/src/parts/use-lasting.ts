import { useEffect, useRef, useState } from 'react';

/** True once something has been true for a while; false at once when it ends. */
export function useLasting(is: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!is) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [is, ms]);
  return is && lasting;
}

/** The last value that was not passing: what a chip shows until a change has lasted. */
export function useSettled<T>(value: T, isPassing: boolean, ms: number): T {
  const lasting = useLasting(isPassing, ms);
  const settled = useRef(value);
  if (!isPassing || lasting) settled.current = value;
  return settled.current;
}
