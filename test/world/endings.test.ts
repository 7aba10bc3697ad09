/** How ACS end a session, well or badly, and what that does to what was promised in it. 3.7.1.4, 3.7.2.4. */
import { describe, expect, test } from "vitest";
import { ask, type Mishap } from "../../src/acs/state.ts";
import { envelope, Household, hour, xml } from "./household.ts";

const settled = () => new Household().settle();

const again = (text: string): Mishap => ({ do: "answer", status: 200, headers: xml, body: text });

/** Everything that the ACS hears after it has had the answer to its request, in this session and in those after it. */
function ending(home: Household, mishap: Mishap): void {
  let promised = false;
  home.mishap = ({ what }) => {
    if (/^(Reboot|FactoryReset)Response$/.test(what)) promised = true;
    return promised && what !== "Inform" ? mishap : undefined;
  };
}

describe("an envelope with an empty Body is an empty answer", () => {
  test.each([
    ["<e:Body/>", envelope("").replace("<e:Body></e:Body>", "<e:Body/>")],
    ["with white space and a comment in it", envelope("\n  <!-- nothing -->\n")],
    ["without a header", envelope("").replace(/<e:Header>.*<\/e:Header>/, "")],
    [
      "of SOAP 1.1 alone",
      '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
    ],
  ])(
    "3.7.2.4 %s: the session has ended well, and the promised reboot is carried out",
    async (_what, text) => {
      const home = await settled();
      ending(home, again(text));
      await home.asked(ask("Reboot", { CommandKey: "k" }));
      expect(home.orders).toEqual(["reboot"]);
      expect((await home.engine.control.status()).lastSession?.failure).toBeNull();
    },
  );

  test("3.7.2.1 an empty Body is not a response to an Inform", async () => {
    const home = await settled();
    home.mishap = () => again(envelope(""));
    home.engine.connectionRequest();
    await home.rest();
    expect((await home.engine.control.status()).lastSession?.failure).toMatch(
      /answered the Inform with nothing/,
    );
  });
});

const endings: readonly (readonly [what: string, mishap: Mishap])[] = [
  ["an HTTP error", { do: "answer", status: 500, body: "oops" }],
  [
    "a page",
    { do: "answer", status: 200, headers: [["Content-Type", "text/html"]], body: "<html>Bye</html>" },
  ],
  ["a connection that is cut", { do: "drop" }],
  [
    "a second InformResponse",
    again(envelope("<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>")),
  ],
  ["what is no XML", again("Bye")],
  ["a redirect to nowhere", { do: "answer", status: 302, body: "" }],
];

describe("a broken end of session delays no promise for ever", () => {
  for (const [method, order, args] of [
    ["Reboot", "reboot", { CommandKey: "k" }],
    ["FactoryReset", "factoryReset", {}],
  ] as const) {
    test.each(endings)(
      `3.7.1.4 a ${method} is carried out after five sessions that ended in %s`,
      async (_what, mishap) => {
        const home = await settled();
        ending(home, mishap);
        await home.asked(ask(method, args));
        const failed = async () => (await home.engine.control.status()).retryCount;
        const warned = async () => (await home.engine.control.status()).warnings.join("\n");
        for (let count = await failed(); count < 5; count = await failed()) {
          expect(home.orders).toEqual([]);
          expect(await warned()).toMatch(
            new RegExp(`waits for a session that ends as it should: ${count} have failed`),
          );
          await home.clock.pass(1000);
          await home.rest();
        }
        expect(home.orders).toEqual([order]);
        expect(await warned()).toMatch(/was carried out after 5 failed sessions in a row/);
      },
    );
  }

  test("3.7.1.4 failed sessions before the promise do not count, and a good session resets the count", async () => {
    const home = await settled();
    home.mishap = () => ({ do: "drop" });
    home.engine.connectionRequest();
    await home.clock.pass(hour);
    expect((await home.engine.control.status()).retryCount).toBeGreaterThan(5);
    ending(home, { do: "drop" });
    await home.asked(ask("Reboot", { CommandKey: "k" }));
    expect(home.orders).toEqual([]);
    // Table 3 has come to its longest waits.
    await home.clock.pass(10 * hour);
    expect(home.orders[0]).toBe("reboot");
  });
});

describe("3.7.2.1 the CWMP version for an ACS", () => {
  const versions = (home: Household) => home.told.map(({ text }) => text.match(/cwmp-1-\d/)?.[0]);

  /** An ACS that knows v1.0 only. */
  const old = (home: Household) => {
    home.mishap = ({ what }) =>
      what === "Inform" && home.posts.at(-1)?.text.includes("cwmp-1-1")
        ? { do: "answer", status: 500, body: "Unrecognized CWMP version" }
        : undefined;
  };

  test("is kept over a restart of the agent and a boot of the device, until the ACS changes", async () => {
    const home = new Household();
    old(home);
    await home.start();
    await home.clock.pass(60_000);
    expect(versions(home)).toEqual(["cwmp-1-1", "cwmp-1-0"]);
    for (let boot = 0; boot < 2; boot++) {
      home.forget();
      await home.restart(60_000);
      await home.rest();
      expect([versions(home), (await home.engine.control.status()).retryCount]).toEqual([["cwmp-1-0"], 0]);
    }
    home.forget();
    home.edits("cwmp", "acs", "url", "http://other.example/");
    await home.clock.pass(60_000);
    expect(versions(home)[0]).toBe("cwmp-1-1");
  });

  test.each([
    [400, "CPE already in session"],
    [400, "<html><body>Session already exists</body></html>"],
    [500, "Too many sessions, try again later"],
    [409, ""],
    [403, "Forbidden"],
  ])("is not in doubt after %i %s", async (status, body) => {
    const home = await settled();
    let said = false;
    home.mishap = () => {
      if (said) return undefined;
      said = true;
      return { do: "answer", status, body };
    };
    home.engine.connectionRequest();
    await home.clock.pass(10_000);
    expect(versions(home)).toEqual(["cwmp-1-1", "cwmp-1-1"]);
  });

  test("the text of a refusal by the ACS is logged", async () => {
    const home = await settled();
    home.mishap = () => ({ do: "answer", status: 400, body: "<h1>CPE already\n in session</h1>" });
    home.engine.connectionRequest();
    await home.rest();
    expect((await home.engine.control.status()).lastSession?.failure).toBe(
      "the ACS answered with HTTP status 400: CPE already in session",
    );
  });
});

describe("A.3.3.1 the events of an Inform", () => {
  test("a session requested at the device is reported as 2 PERIODIC, even after a failure", async () => {
    const home = await settled();
    let failed = false;
    home.mishap = () => {
      if (failed) return undefined;
      failed = true;
      return { do: "drop" };
    };
    await home.engine.control.inform();
    await home.clock.pass(20_000);
    expect(home.told.map(({ codes }) => codes)).toEqual([["2 PERIODIC"], ["2 PERIODIC"]]);
  });
});
