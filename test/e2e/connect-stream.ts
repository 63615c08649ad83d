// biome-ignore lint/suspicious/noExplicitAny: what comes is JSON
type Json = Record<string, any>;

/** Where to call, as whom, and until when. */
interface ConnectCall {
  /** Of the gateway. */
  origin: string;
  /** `package.Service/Method`. */
  method: string;
  token: string;
  signal?: AbortSignal;
}

const END = 2;

/**
 * Calls a server stream by the Connect protocol in JSON, as a browser does, and
 * gives its messages as they come. An error at its end is thrown as the JSON that it is.
 */
export async function* connectStream(
  { origin, method, token, signal }: ConnectCall,
  request: object,
): AsyncGenerator<Json> {
  const response = await fetch(`${origin}/rpc/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/connect+json" },
    body: enveloped(request),
    ...(signal ? { signal } : {}),
  });
  let bytes = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const message: Json = JSON.parse(bytes.subarray(5, 5 + bytes.readUInt32BE(1)).toString());
      const isEnd = (bytes.readUInt8(0) & END) !== 0;
      bytes = bytes.subarray(5 + bytes.readUInt32BE(1));
      if (isEnd && message["error"]) throw message["error"];
      if (isEnd) return;
      yield message;
    }
  }
  throw new Error(`The stream broke off with status ${response.status}.`);
}

/** A flag byte, the length in four bytes, the message. */
function enveloped(message: object): Buffer<ArrayBuffer> {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}
