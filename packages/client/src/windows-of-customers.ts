import { type ChatState, EMPTY_CHAT, evolveChat } from '@heed/protocol';
import type * as team from './windows-of-the-team.ts';

// The same as windows-of-the-team.ts for a terminal that opens chats only: what is not needed is not loaded.

/** Customers are never held (SND8). */
export const CAN_BE_HELD: typeof team.CAN_BE_HELD | false = false;

export const emptyState: typeof team.emptyState = () => EMPTY_CHAT;

export const evolved: typeof team.evolved = (replica, fresh) =>
  fresh.reduce(evolveChat, (replica.state ?? EMPTY_CHAT) as ChatState);

/** No list is ever opened here. */
export const grownList: typeof team.grownList = ({ items, entries }) => ({ items, entries });

/** A customer's page skips what a snapshot left out: what customers send is never held (SND8). */
export const isCutOff: typeof team.isCutOff = () => false;
