import type { Attachment } from '@heed/protocol';
import { useEffect, useState } from 'react';
import { useDesk } from './context.ts';

/** Where the bytes of a file are in this page: undefined while they are fetched, null where they cannot be. */
export function useAddress(file: Attachment, what: 'whole' | 'preview'): string | null | undefined {
  const { files } = useDesk();
  const [address, setAddress] = useState<string | null>();
  useEffect(() => files.show(file, what, (found) => setAddress(found ?? null)), [files, file.id, what]);
  return address;
}

/** Fetches a file with the token and hands it to the browser to save; tells where that did not work. */
export function useSaving(file: Attachment): { save: () => void; failed: boolean } {
  const { files } = useDesk();
  const [failed, setFailed] = useState(false);
  const save = () => files.save(file, (isSaved) => setFailed(!isSaved));
  return { save, failed };
}
