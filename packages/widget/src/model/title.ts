/** What a page calls itself, without the count that stands before it while messages are new. */
export const ownTitle = (title: string): string => title.replace(/^\(\d+\+?\) /, '');

/** `(2) Lamps`. */
export function countedTitle(title: string, unread: number): string {
  const own = ownTitle(title);
  return unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${own}` : own;
}
