/** Adapter: the paths of the LAN page as an app of Elysia. The app is loaded with the first request of an enabled page.
 * TR-069 D.4. */
import { Elysia } from "elysia";
import type { Site } from "../../src/kick/site.ts";
import type { Place } from "../../src/page/place.ts";
import type { PageAnswer, PageRequest } from "../../src/page/request.ts";

export type PageApp = (request: PageRequest) => Promise<PageAnswer>;

const methods = ["GET", "HEAD", "POST"];

/** Elysia compiles no code at run time (`aot`): a gateway has few requests, and compiling costs more than it saves. */
export function pageApp(site: Site, place: () => Place): PageApp {
  /** The request as it was read. A Request cannot carry the addresses of both ends, nor headers that only browsers set. */
  const given = new WeakMap<Request, PageRequest>();
  const answered = (path: string | undefined) => async (request: Request) =>
    responseOf(await site.answer(given.get(request)!, place(), path));
  const app = new Elysia({ aot: false });
  for (const { path } of site.routes) {
    const answer = answered(path);
    app.all(path, ({ request }) => answer(request));
  }
  const other = answered(undefined);
  app.all("/*", ({ request }) => other(request));
  app.onError(({ request }) => other(request));
  return async (request) => {
    // No page has a path that is invalid in a URL. The site refuses methods that no page knows.
    const path =
      /^\/(?!\/)/.test(request.path) && URL.canParse(`http://page${request.path}`) ? request.path : "/-";
    const method = methods.includes(request.method) ? request.method : "GET";
    const asked = new Request(`http://page${path}`, { method });
    given.set(asked, request);
    return answerOf(await app.handle(asked));
  };
}

const responseOf = ({ status, headers, body }: PageAnswer): Response =>
  new Response(body as BodyInit, { status, headers: headers.map(([name, value]) => [name, value]) });

const answerOf = async (response: Response): Promise<PageAnswer> => ({
  status: response.status,
  headers: [...response.headers],
  body: new Uint8Array(await response.arrayBuffer()),
});
