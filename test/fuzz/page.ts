/** Mutated requests to the LAN page, by seed: each ends in an answer or a refusal; a Kicked has arguments within their
 * lengths, and no answer sends a browser elsewhere but to where the ACS said. TR-069 Annex D. */
import { Malformed } from "../../src/errors.ts";
import { kickSite } from "../../src/kick/site.ts";
import { readRequest, writeAnswer } from "../../src/page/wire.ts";
import { languageFor } from "../../src/page/words.ts";
import { encode, seeded } from "../connreq/desk.ts";
import { place } from "../kick/browser.ts";
import { quietDesk, shown } from "../kick/quiet.ts";
import { lineSplices, mutate } from "./mutate.ts";

export interface FuzzOutcome {
  answers: number;
  more: number;
  refused: number;
  redirects: number;
}

const splices = [
  ...lineSplices,
  "%",
  "&",
  "=",
  "?",
  "//",
  "\\",
  "javascript:",
  "http://evil/",
  "<script>",
  "%00",
  "%0d%0a",
  "next=",
  "ticket=",
  "why=",
  "Host: ",
  "POST ",
];
const host = "Host: my.gateway:7580\r\n";
const seeds = [
  `GET /kick.html?command=1&arg=a%20b&next=http%3A%2F%2Fsite%2F%3Fa HTTP/1.1\r\n${host}Referer: http://site/\r\n\r\n`,
  `POST /kick.html HTTP/1.1\r\n${host}Content-Length: 21\r\n\r\ncommand=2&next=%2Fxyz`,
  `GET / HTTP/1.1\r\n${host}Accept-Language: de,en;q=0.5\r\n\r\n`,
  `GET /wait.html?ticket=0123 HTTP/1.1\r\n${host}\r\n`,
  `GET /error.html?why=late HTTP/1.1\r\n${host}\r\n`,
  `GET /progress.html?ask=1 HTTP/1.1\r\n${host}\r\n`,
  `POST /ask.html HTTP/1.1\r\n${host}Origin: http://my.gateway:7580\r\nContent-Length: 13\r\n\r\nfile=firmware`,
];

/** @throws Error with the seed and the case, when a promise does not hold */
export async function fuzzPage(seed: number, count: number): Promise<FuzzOutcome> {
  const dice = seeded(seed);
  const outcome: FuzzOutcome = { answers: 0, more: 0, refused: 0, redirects: 0 };
  const desk = quietDesk();
  const content = {
    language: (wanted: string) => languageFor(wanted, () => undefined),
    style: () => undefined,
    file: () => undefined,
  };
  const site = kickSite({
    desk,
    settings: () => ({ kick: true }) as never,
    status: async () => shown,
    downloads: async () => [],
    content,
  });
  for (let index = 0; index < count; index++) {
    const original = encode(seeds[dice.below(seeds.length)]!);
    const bytes = dice.below(20) === 0 ? original : mutate(original, splices, dice);
    try {
      const request = readRequest(bytes);
      if (request === undefined) {
        outcome.more += 1;
        continue;
      }
      const known = site.routes.some(({ path }) => path === request.path) ? request.path : undefined;
      const answer = await site.answer(
        { ...request, client: "192.168.1.2", local: "192.168.1.1", onGone: () => {} },
        place,
        known,
      );
      const head = new TextDecoder("latin1").decode(writeAnswer(answer, true)).split("\r\n\r\n")[0]!;
      const body = typeof answer.body === "string" ? answer.body : "";
      if (/<script|javascript:/i.test(body)) throw new Error(`reflected: ${body}`);
      const location = /^location: (.*)$/im.exec(head)?.[1];
      if (location !== undefined) {
        outcome.redirects += 1;
        if (!/^(https?:\/\/[^/?#]|\/(?!\/))[\x21-\x7e]*$/i.test(location))
          throw new Error(`leads to ${location}`);
      }
      outcome.answers += 1;
    } catch (error) {
      if (!(error instanceof Malformed) && (error as Error).name !== "TooLong")
        throw new Error(`seed ${seed}, case ${index}: ${error}`, { cause: error });
      outcome.refused += 1;
    }
  }
  return outcome;
}
