/** The share of traces that are sampled where most are not. */
export const fewTraces = 0.01;
/** Spans that wait for an exporter together. */
export const batchSpans = 512;

/** What a recorded span begins with. */
export const withAttributes = {
  attributes: {
    'http.request.method': 'GET',
    'url.full': 'http://127.0.0.1/orders',
    'server.port': 8080,
    'http.response.status_code': 200,
  },
};
