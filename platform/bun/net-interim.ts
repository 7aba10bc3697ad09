/** Adapter: 100 (Continue) where nobody asked for it. RFC 2616 10.1: a client MUST be prepared for it, and may ignore
 * it; the HTTP library takes it for an error. Other interim responses it passes over by itself. */
import type { Socket } from "node:net";

const interim = Buffer.from("HTTP/1.1 100");
const end = Buffer.from("\r\n\r\n");

/** Takes interim responses out of what is read from the socket.
 * @param headBytesMax bytes of one that are waited for; what is longer goes on as it is
 * @returns what is to be called before each request: only what comes first in answer to it can be one */
export function passOverContinue(socket: Socket, headBytesMax: number): () => void {
  const read = socket.read.bind(socket);
  let looking = false;
  let held: Buffer = Buffer.alloc(0);
  /** What is left of the bytes so far when interim responses are gone; null while that cannot be told. */
  const rest = (): Buffer | null => {
    for (;;) {
      const shared = Math.min(held.length, interim.length);
      const other = !held.subarray(0, shared).equals(interim.subarray(0, shared));
      if (other || held.length > headBytesMax) {
        looking = false;
        return held;
      }
      const at = held.indexOf(end);
      if (at < 0) return null;
      held = held.subarray(at + end.length);
      if (held.length === 0) return null;
    }
  };
  socket.read = (size?: number) => {
    const chunk = read(size) as Buffer | null;
    if (!looking || chunk === null) return chunk;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    return rest();
  };
  return () => {
    looking = true;
    held = Buffer.alloc(0);
  };
}
