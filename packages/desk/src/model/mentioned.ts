import type { Mention } from '@heed/protocol';
import { keptFrom } from './kept.ts';

export const mentions = keptFrom('/v1/mentions', (answer: { mentions: Mention[] }) => answer.mentions);
