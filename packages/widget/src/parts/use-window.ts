import type { Client } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { NEW } from '../model/new.ts';

/** Keeps a conversation in step while it is on the screen, or is the one whose answers are awaited. */
export function useWatch(client: Client, s: Stream): void {
  useEffect(() => (s === NEW ? undefined : client.watch(s)), [client, s]);
}

/** The same width at which the loader lets the frame fill the screen; it is the page's width, not the frame's. */
const PHONE = '(width < 600px)';

export function useFull(frame: HTMLElement): boolean {
  const page = frame.ownerDocument.defaultView ?? window;
  const [full, setFull] = useState(() => page.matchMedia(PHONE).matches);
  useEffect(() => {
    const query = page.matchMedia(PHONE);
    const note = (): void => setFull(query.matches);
    query.addEventListener('change', note);
    return () => query.removeEventListener('change', note);
  }, [page]);
  return full;
}

/** An opened window takes the focus: in the composer, or on a phone, where that would raise the keyboard, on itself. */
export function useOpening(
  openings: number,
  full: boolean,
  section: RefObject<HTMLElement | null>,
  field: RefObject<HTMLTextAreaElement | null>,
): void {
  useLayoutEffect(() => {
    if (openings === 0) return;
    window.focus();
    (full ? section.current : field.current)?.focus();
  }, [openings]);
}
