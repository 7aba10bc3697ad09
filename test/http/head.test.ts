import { afterEach, expect, test } from "vitest";
import { Bench, bytes, http, message, ScriptedAcs, soap } from "./scripted.ts";

const stops: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Answers two POSTs on one connection with these bytes, in pieces of that many. */
async function twice(answer: string, size: number) {
  const acs = await ScriptedAcs.start((_, at) => {
    if (at > 1) return http(204);
    for (let from = 0; from < answer.length; from += size) acs.say(answer.slice(from, from + size));
    return undefined;
  });
  const link = new Bench(acs.url()).open();
  stops.push(
    () => link.close(),
    () => acs.stop(),
  );
  for (let post = 0; post < 2; post++)
    expect(await link.post(bytes("<Inform/>"), "call")).toMatchObject({ bytes: bytes(soap) });
  expect(await link.post(undefined, "empty")).toEqual({ empty: true });
  expect(link.connectionsOpened).toBe(1);
}

test("a server that ends lines with LF alone, or repeats its Content-Length, is understood, on one connection", async () => {
  const head = message().slice(0, message().indexOf("\r\n\r\n"));
  for (const answer of [
    message().replaceAll("\r\n", "\n"),
    message().replaceAll(":", " :"),
    `${head}\r\ncontent-length: ${soap.length}\r\n\r\n${soap}`,
    `HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${message()}`,
  ])
    for (const size of [7, answer.length]) await twice(answer, size);
});
