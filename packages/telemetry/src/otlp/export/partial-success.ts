import { int53, message, nested, string } from '@holdfast/transport/protobuf';

/** `ExportTraceServiceResponse`; those of logs and metrics have the same numbers. */
const exportResponse = message('ExportResponse', {
  partialSuccess: nested(1, message('PartialSuccess', { rejected: int53(1), errorMessage: string(2) })),
});

/** How many items an answer says that the receiver left out. 0 for one that cannot be read: it took the request. */
export function rejectedIn(body: Buffer, encoding: 'protobuf' | 'json'): number {
  try {
    const rejected =
      encoding === 'json'
        ? rejectedInJson(body)
        : (exportResponse.decode(body).partialSuccess?.rejected ?? 0);
    return Math.max(0, rejected);
  } catch {
    return 0;
  }
}

function rejectedInJson(body: Buffer): number {
  const { partialSuccess = {} } = JSON.parse(body.toString() || '{}') as {
    partialSuccess?: Readonly<Record<string, unknown>>;
  };
  const name = Object.keys(partialSuccess).find((key) => key.startsWith('rejected'));
  const rejected = name === undefined ? 0 : Number(partialSuccess[name]);
  return Number.isSafeInteger(rejected) ? rejected : 0;
}
