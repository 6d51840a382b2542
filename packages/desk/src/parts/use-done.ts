import { useEffect, useRef } from 'react';
import { focusOpenRow } from '../model/regions.ts';
import { nextWaiting } from '../model/rows.ts';
import { toast } from '../model/toasts.ts';
import type { Sentence } from '../words/index.ts';
import { useDesk, useTerminal } from './context.ts';

interface Expected {
  /** The send; its item in the window means that the server has done it. */
  send: string;
  says: Sentence;
  leaves: boolean;
}

/**
 * What becomes of the window when the server has done what was pressed: a word, and the next who waits where this one
 * is done with (DESIGN §8). Taken back, nothing.
 */
export function useDone(s: string, id: string): (expected: Expected) => void {
  const { client, go, place } = useDesk();
  const t = useTerminal();
  const expected = useRef<Expected>(undefined);
  const items = t.replicas.get(s)?.items;
  useEffect(() => {
    const { send, says, leaves } = expected.current ?? {};
    if (!send || !says) return;
    if (client.state.outbox.some((pending) => pending.id === send)) return;
    expected.current = undefined;
    if (!items?.some((item) => item.id === send)) return;
    toast(says);
    if (!leaves) return;
    focusOpenRow();
    const next = nextWaiting(client.state, place.view, id);
    go({ view: place.view, ...(next ? { conversation: next } : {}) });
  }, [items, t.outbox]);
  return (next) => {
    expected.current = next;
  };
}
