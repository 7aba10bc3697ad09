/** The smallest ACS, a process of its own so that its time is not ours: KickedResponse to a Kicked, InformResponse to
 * every other body, 204 to an empty POST. Prints its URL. */
const response = (id: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cwmp="urn:dslforum-org:cwmp-1-1"><soap-env:Header><cwmp:ID soap-env:mustUnderstand="1">${id}</cwmp:ID></soap-env:Header><soap-env:Body>${body}</soap-env:Body></soap-env:Envelope>`;
const informed = "<cwmp:InformResponse><MaxEnvelopes>1</MaxEnvelopes></cwmp:InformResponse>";
const kicked = "<cwmp:KickedResponse><NextURL>/x</NextURL></cwmp:KickedResponse>";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const body = await request.text();
    if (body === "") return new Response(null, { status: 204 });
    const id = /ID[^>]*>([^<]*)</.exec(body)?.[1] ?? "1";
    const answer = response(id, /[<:]Kicked[\s>]/.test(body) ? kicked : informed);
    return new Response(answer, { headers: { "Content-Type": 'text/xml; charset="utf-8"' } });
  },
});
console.log(server.url.href);
