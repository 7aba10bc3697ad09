/** Adapter: the paths of the LAN page as an app of Elysia. The app is loaded with the first request of an enabled page.
 * TR-069 D.4. */
import { Elysia } from "elysia";
import type { Site } from "../../src/kick/site.ts";
import type { Place } from "../../src/page/place.ts";
import type { PageAnswer, PageRequest } from "../../src/page/request.ts";

export type PageApp = (request: PageRequest) => Promise<PageAnswer>;

const methods = ["GET", "HEAD", "POST"];

/** A request on its way through the app. A Request cannot carry the addresses of both ends, nor headers that only
 * browsers set. A Response would cost more than all the rest, so that the answer stays here, too. */
interface Passage {
  readonly request: PageRequest;
  answer?: PageAnswer;
}

/** Elysia compiles no code at run time (`aot`): a gateway has few requests, and compiling costs more than it saves. */
export function pageApp(site: Site, place: () => Place): PageApp {
  const passages = new WeakMap<Request, Passage>();
  const answered = async (asked: Request, path?: string) => {
    const passage = passages.get(asked)!;
    passage.answer = await site.answer(passage.request, place(), path);
    return new Response();
  };
  const app = new Elysia({ aot: false });
  for (const { path } of site.routes) app.all(path, ({ request }) => answered(request, path));
  app.all("/*", ({ request }) => answered(request));
  app.onError(({ request }) => answered(request));
  return async (request) => {
    // No page has a path that is invalid in a URL. The site refuses methods that no page knows.
    const path =
      /^\/(?!\/)/.test(request.path) && URL.canParse(`http://page${request.path}`) ? request.path : "/-";
    const method = methods.includes(request.method) ? request.method : "GET";
    const asked = new Request(`http://page${path}`, { method });
    const passage: Passage = { request };
    passages.set(asked, passage);
    await app.handle(asked);
    if (passage.answer === undefined) throw new Error("The app has handled a request without the site");
    return passage.answer;
  };
}
