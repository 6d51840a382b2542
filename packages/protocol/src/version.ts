/** The protocol's version: the `v` of a hello and the number in the WebSocket's subprotocol (CON1). */
export const VERSION = 1;
export const SUBPROTOCOL = `heed.${VERSION}`;
