import { useRef, useState } from 'react';
import { takeNext } from '../model/take.ts';
import { toast } from '../model/toasts.ts';
import type { View } from '../model/views.ts';
import { useDesk } from './context.ts';

/** Takes the first customer in line and opens the conversation; one at a time. */
export function useTakeNext(view: View): { take: () => void; isTaking: boolean } {
  const { client, go } = useDesk();
  const [isTaking, setTaking] = useState(false);
  const taking = useRef(false);
  const take = async () => {
    if (taking.current) return;
    taking.current = true;
    setTaking(true);
    const taken = await takeNext(client, view);
    taking.current = false;
    setTaking(false);
    if (taken.ok) go({ view: 'my-work', conversation: taken.conversation });
    else toast(taken.sentence);
  };
  return { take: () => void take(), isTaking };
}
