/** Handler: the LAN page as a table of paths: each takes a request and gives an answer. TR-069 Annex D,
 * A.4.2.1, A.3.2.8. */
import { Malformed } from "../errors.ts";
import { file, page, redirect, withoutBody } from "../page/answer.ts";
import { readArguments, readForm } from "../page/arguments.ts";
import { pageLimits as limits } from "../page/limits.ts";
import { destinationOf } from "../page/next.ts";
import {
  again,
  errorPage,
  goesOn,
  progressPage,
  progressPath,
  statusPage,
  type Trouble,
  troubles,
  waitingPage,
  waitPath,
} from "../page/pages.ts";
import { paths } from "../page/paths.ts";
import type { Place } from "../page/place.ts";
import {
  canonicalOrigin,
  isForUs,
  isFromHere,
  isNavigation,
  type PageAnswer,
  type PageRequest,
} from "../page/request.ts";
import type { LanSettings } from "../page/settings.ts";
import type { DownloadShown, StatusShown } from "../page/shown.ts";
import { style } from "../page/style.ts";
import type { Language } from "../page/words.ts";
import type { askable } from "./asks.ts";
import type { KickDesk } from "./desk.ts";
import type { Outcome } from "./state.ts";
import type { WebContent } from "./webcontent.ts";

export interface SiteParts {
  readonly desk: KickDesk;
  readonly settings: () => LanSettings;
  readonly status: () => Promise<StatusShown>;
  readonly downloads: () => Promise<readonly DownloadShown[]>;
  readonly content: WebContent;
}

type Page = (request: PageRequest, place: Place, language: Language) => Promise<PageAnswer> | PageAnswer;

export interface Route {
  readonly path: string;
  readonly methods: readonly ("GET" | "HEAD" | "POST")[];
}

export interface Site {
  /** All paths of the site. */
  readonly routes: readonly Route[];
  /** @param path of the route that the request asks for; undefined: no route has that path */
  answer(request: PageRequest, place: Place, path: string | undefined): Promise<PageAnswer>;
}

const got = ["GET", "HEAD"] as const;
const statusOf: Partial<Record<Trouble, number>> = {
  bad: 400,
  foreign: 403,
  missing: 404,
  method: 405,
  host: 421,
  limit: 429,
};

function error(language: Language, trouble: Trouble, more: PageAnswer["headers"] = []): PageAnswer {
  return page(statusOf[trouble] ?? 200, errorPage(language, trouble), language.code, more);
}

/** A.4.2.1: redirects the browser to an error page on the gateway. */
const toError = (trouble: Trouble): PageAnswer => redirect(`${paths.error}?why=${trouble}`);

export function kickSite(parts: SiteParts): Site {
  const { desk, settings, content } = parts;
  const pages: Readonly<Record<string, Route & { readonly page: Page; readonly kick?: true }>> =
    Object.fromEntries(
      [
        { path: paths.status, methods: got, page: statusPages(parts) },
        { path: paths.kick, methods: [...got, "POST"] as const, kick: true as const, page: kickPage(parts) },
        { path: paths.wait, methods: got, kick: true as const, page: waitPage(parts) },
        { path: paths.progress, methods: got, page: progressPages(parts) },
        { path: paths.ask, methods: ["POST"] as const, kick: true as const, page: askPage(desk) },
        { path: paths.error, methods: got, page: errorPages },
        {
          path: paths.style,
          methods: got,
          page: () => file("text/css; charset=utf-8", content.style() ?? style),
        },
      ].map((route) => [route.path, route]),
    );

  /** Web content may bring pictures and fonts, but no pages. */
  function other(request: PageRequest, language: Language): PageAnswer {
    const found = content.file(request.path);
    if (found === undefined) return error(language, "missing");
    return got.some((method) => method === request.method)
      ? file(found.type, found.bytes)
      : notAllowed(language, got);
  }

  async function answered(request: PageRequest, place: Place, path: string | undefined): Promise<PageAnswer> {
    const language = content.language(request.headers.get("accept-language") ?? "");
    if (!isForUs(request, place)) return error(language, "host");
    const route = path === undefined ? undefined : pages[path];
    if (route === undefined) return other(request, language);
    if (route.kick && !settings().kick) return error(language, "missing");
    if (!route.methods.some((method) => method === request.method))
      return notAllowed(language, route.methods);
    try {
      return await route.page(request, place, language);
    } catch (problem) {
      if (problem instanceof Malformed) return error(language, "bad");
      throw problem;
    }
  }

  return {
    routes: Object.values(pages).map(({ path, methods }) => ({ path, methods })),
    async answer(request, place, path) {
      const answer = await answered(request, place, path);
      return request.method === "HEAD" ? withoutBody(answer) : answer;
    },
  };
}

const notAllowed = (language: Language, methods: Route["methods"]): PageAnswer =>
  error(language, "method", [["Allow", methods.join(", ")]]);

function statusPages({ status }: SiteParts): Page {
  /** The last page that was made. It is served again until one of its facts changes. */
  let last:
    | { readonly language: Language; readonly shown: StatusShown; readonly answer: PageAnswer }
    | undefined;
  return async (_request, _place, language) => {
    const shown = await status();
    if (
      last?.shown !== shown ||
      last.language.code !== language.code ||
      last.language.words !== language.words
    )
      last = { language, shown, answer: page(200, statusPage(language, shown), language.code) };
    return last.answer;
  };
}

const errorPages: Page = ({ query }, _place, language) => {
  const { why = "" } = readForm(query, ["why"]);
  return Object.hasOwn(troubles, why)
    ? page(200, errorPage(language, why as Trouble), language.code)
    : error(language, "missing");
};

/** D.3, D.4. */
const kickPage =
  ({ desk }: SiteParts): Page =>
  async (request, place, language) => {
    // RFC 9110 9.2.1: HEAD is safe, so that it causes no Kicked.
    if (request.method === "HEAD") return page(200, waitingPage(language, ""), language.code);
    if (!isNavigation(request)) return error(language, "foreign");
    const { ticket, outcome } = await desk.kick(request, readArguments(request));
    return outcome === undefined ? waiting(language, ticket) : ended(outcome, request, place, language);
  };

const waiting = (language: Language, ticket: string): PageAnswer =>
  page(200, waitingPage(language, ticket), language.code, goesOn(waitPath(ticket), again.wait));

function ended(outcome: Outcome, request: PageRequest, place: Place, language: Language): PageAnswer {
  if (outcome.is === "limit") return error(language, "limit", [["Retry-After", "3600"]]);
  if (outcome.is !== "next") return toError(outcome.is);
  if (outcome.ask !== "")
    return redirect(`${canonicalOrigin(request.local, place)}${progressPath(outcome.ask)}`);
  const to = destinationOf(outcome.url, canonicalOrigin(request.local, place), limits.urlCharsMax);
  return to === undefined ? toError("next") : redirect(to);
}

const waitPage =
  ({ desk }: SiteParts): Page =>
  (request, place, language) => {
    const { ticket = "" } = readForm(request.query, ["ticket"]);
    const outcome = desk.look(ticket);
    if (outcome === "unknown") return toError("gone");
    return outcome === "waiting" ? waiting(language, ticket) : ended(outcome, request, place, language);
  };

/** A.3.2.8: SuccessURL and FailureURL lead the browser whose user asked for the download. */
const progressPages =
  ({ desk, downloads }: SiteParts): Page =>
  async (request, place, language) => {
    const { ask: ticket } = readForm(request.query, ["ask"]);
    const ask = ticket === undefined ? undefined : desk.askOf(ticket);
    const ended = ask?.ended ?? undefined;
    const url = ended === undefined ? "" : ((ended ? ask?.download?.success : ask?.download?.failure) ?? "");
    const to = destinationOf(url, canonicalOrigin(request.local, place), limits.downloadUrlCharsMax);
    if (to !== undefined) return redirect(to);
    const shown = await downloads();
    const goes = ended === undefined && (ask !== undefined || shown.length > 0);
    const self = ticket === undefined || ask === undefined ? paths.progress : progressPath(ticket);
    const document = progressPage(language, shown, ask === undefined ? undefined : { ended });
    return page(200, document, language.code, goes ? goesOn(self, again.progress) : []);
  };

const askPage =
  (desk: KickDesk): Page =>
  (request, _place, language) => {
    if (!isFromHere(request)) return error(language, "foreign");
    const { file } = readForm(new TextDecoder().decode(request.body), ["file"]);
    if (file !== "firmware" && file !== "content") throw new Malformed("Cannot read the form: no such file");
    const ticket = desk.ask(request, file satisfies keyof typeof askable);
    return ticket === undefined
      ? error(language, "limit", [["Retry-After", "3600"]])
      : redirect(progressPath(ticket));
  };
