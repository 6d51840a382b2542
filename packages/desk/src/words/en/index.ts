import { conversation } from './conversation.ts';
import { desk } from './desk.ts';
import { pages } from './pages.ts';

export const en = { ...conversation, ...desk, ...pages };
