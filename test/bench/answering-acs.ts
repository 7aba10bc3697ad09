/** The smallest ACS, a process of its own so that its time is not ours: InformResponse to whatever has a body, 204 to
 * an empty POST. Prints its URL. */
const response = `<?xml version="1.0" encoding="UTF-8"?>
<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cwmp="urn:dslforum-org:cwmp-1-1"><soap-env:Header><cwmp:ID soap-env:mustUnderstand="1">1</cwmp:ID></soap-env:Header><soap-env:Body><cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse></soap-env:Body></soap-env:Envelope>`;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const body = await request.arrayBuffer();
    if (body.byteLength === 0) return new Response(null, { status: 204 });
    return new Response(response, { headers: { "Content-Type": 'text/xml; charset="utf-8"' } });
  },
});
console.log(server.url.href);
