/** Makes frames of payloads for subscribers, each of whom has a beginning of its own. */
export type Framer = (head: string, payload: string) => string;

/** Bytes as the characters of the same numbers, which is what sockets write of a string that is said to be `latin1`. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/**
 * Makes the frame of `head`, a payload and a closing brace, as bytes in a string (`bytesOf`), which is written with one call
 * and nothing allocated for it outside. The payload is encoded once for all who are sent it one after another, and the frame
 * made once for those whose beginnings are equal.
 */
export function createFramer(): Framer {
  let last = { head: '', payload: '', tail: '}', frame: '' };
  return (head, payload) => {
    if (payload !== last.payload) last = { head: '', payload, tail: bytesOf(`${payload}}`), frame: '' };
    if (head !== last.head || last.frame === '') {
      last.head = head;
      last.frame = textHeader(head.length + last.tail.length) + head + last.tail;
    }
    return last.frame;
  };
}

/** What goes before so many bytes of text that a server sends whole (RFC 6455 §5.2: FIN, opcode 1, no mask). */
function textHeader(length: number): string {
  if (length < 126) return String.fromCharCode(0x81, length);
  if (length < 0x1_0000) return String.fromCharCode(0x81, 126, length >> 8, length & 0xff);
  const header = Buffer.alloc(10, 0);
  header.writeUInt16BE(0x81_7f);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header.toString('latin1');
}
