/** What a wire reports: to one listener, in order, nothing after `closed`. */
export interface WireListener {
  /** A frame, with its size in bytes. Settles once what it asks for was answered; it never rejects. */
  text(text: string, bytes: number): Promise<void>;
  /** Something that is no text, and so no frame of ours (CON5). */
  binary(): void;
  pong(): void;
  failed(error: unknown): void;
  closed(): void;
}

/** How a session reaches its terminal: a WebSocket, an exchange of posts (CON8), or a simulated network. */
export interface Wire {
  /** Names who is told what happens here; before it nothing is reported. */
  listen(listener: WireListener): void;
  /** `done` is called once the text is out of this process's hands, or will never be. */
  send(text: string, done?: () => void): void;
  /** Sends what nobody has to be woken for: it may come with what is sent next (CON8). */
  enclose(text: string): void;
  /** How much of what was sent is still in this process (CON4). */
  readonly unsentBytes: number;
  ping(): void;
  /** Ends it in order: what was sent before still goes out. */
  close(code: number, reason: string): void;
  /** Ends it at once, without a word. */
  terminate(): void;
}
