import type { FoundCustomer } from '@heed/protocol';
import { useEffect, useState } from 'react';
import { search } from '../model/search.ts';

/** Those whom the search finds, where something is asked. */
export function useFoundCustomers(asked: string): readonly FoundCustomer[] | undefined {
  const [found, setFound] = useState<readonly FoundCustomer[]>();
  useEffect(() => {
    if (asked.trim() === '') return setFound(undefined);
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await search(asked, { where: 'customers' }, abort.signal);
      if (answer.state === 'found') setFound(answer.results.customers);
    }, 160);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked]);
  return found;
}
