import type { Catalogue } from '../catalogue.ts';
import { conversation } from './conversation.ts';
import { desk } from './desk.ts';
import { pages } from './pages.ts';

export const ar: Catalogue = { ...conversation, ...desk, ...pages };
