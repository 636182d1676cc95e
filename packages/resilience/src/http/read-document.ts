/** A document that explains a failure is short: of a longer one nothing is read. */
const bytesMax = 65_536;

/** The body of `response` as text, if it is a JSON document of moderate length. Otherwise it is cancelled. */
export async function readDocument({ body, headers }: Response): Promise<string | undefined> {
  if (body === null) return undefined;
  try {
    if (/\bjson\b/i.test(headers.get('content-type') ?? '')) return await readText(body);
    await body.cancel();
    return undefined;
  } catch {
    return undefined; // The connection broke: the status alone has to tell what went wrong.
  }
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > bytesMax) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
