/** How a session takes what an ACS sends, good and bad. 3.4.1, 3.5, 3.7, 3.7.1.4, 3.7.2.4. */
import { describe, expect, test } from "vitest";
import { ask, type Mishap } from "../../src/acs/state.ts";
import { decode } from "../../src/rpc/decode.ts";
import { encodeReply } from "../../src/rpc/encode.ts";
import { sessionLimits } from "../../src/session/limits.ts";
import { type OwnRequest, openSession, type SessionState, step } from "../../src/session/session.ts";
import { answerTo, device, envelope, faultOf, Household, root, says, setting, xml } from "./household.ts";

const settled = () => new Household().settle();
const page = "<html><body>Sign in</body></html>";

const answer = (body: string, status = 200): Mishap => ({ do: "answer", status, headers: xml, body });
const informResponse = (more = "") =>
  envelope(`<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes>${more}</c:InformResponse>`);
const acsFault = (
  code: number,
  text = "CWMP fault",
  detail = `<c:Fault><FaultCode>${code}</FaultCode></c:Fault>`,
) =>
  envelope(`<e:Fault><faultcode>Server</faultcode><faultstring>${text}</faultstring>
    <detail>${detail}</detail></e:Fault>`);

describe("3.4.1 SOAP over HTTP", () => {
  test("[R-3.4.1-01] [R-3.5-34] a request arrives in an HTTP response, and its answer is sent in the next POST, with its ID", async () => {
    const home = await settled();
    const id = '<c:ID e:mustUnderstand="1">q-1</c:ID>';
    const post = await answerTo(home, envelope("<c:GetRPCMethods/>", id));
    expect(home.posts.map(({ said }) => said?.is)).toEqual(["call", undefined, "reply"]);
    expect(post?.said).toMatchObject({ is: "reply", method: "GetRPCMethods", id: "q-1" });
    for (const call of [
      "<c:NoSuch/>",
      "<c:GetParameterValues/>",
      `<c:DeleteObject>
      <ObjectName>No.1.</ObjectName><ParameterKey/></c:DeleteObject>`,
    ]) {
      const odd = '<c:ID e:mustUnderstand="1"> a &lt;b&gt;&#9;ü </c:ID>';
      const fault = await answerTo(home, envelope(call, odd));
      expect(fault?.said).toMatchObject({ is: "fault", id: " a <b>\tü " });
    }
  });

  test("3.2.1 3.4.2 [R-3.2.1-18] [R-3.4.2-14] the connection is closed with the session, whether it ended well or not", async () => {
    const home = await settled();
    expect(home.life.wire.open).toBe(0);
    home.mishap = ({ what }) => {
      expect(home.life.wire.open).toBe(1);
      return what === "GetRPCMethodsResponse" ? answer("<html/>") : undefined;
    };
    await home.asks("GetRPCMethods", {});
    expect((await home.engine.control.status()).retryCount).toBe(1);
    expect(home.life.wire.open).toBe(0);
    await home.clock.pass(10_000);
    expect((await home.engine.control.status()).retryCount).toBe(0);
    expect(home.life.wire.open).toBe(0);
  });

  test("[R-3.4.1-07] a response, a request and a fault are accepted with status 200", async () => {
    const home = await settled();
    home.engine.connectionRequest();
    says(
      home,
      () => true,
      answer(acsFault(8005)),
      answer(informResponse()),
      answer(envelope("<c:GetRPCMethods/>")),
      { do: "answer", status: 204 },
    );
    await home.rest();
    expect(home.told).toHaveLength(2);
    expect(home.told[1]?.text).toBe(home.told[0]?.text);
    expect(home.posts.map(({ said }) => said?.is)).toEqual(["call", "call", undefined, "reply"]);
    await expect(home.engine.control.status()).resolves.toMatchObject({ retryCount: 0 });
  });
});

describe("3.7 the initial POST", () => {
  test("[R-3.7-03] the same Inform is sent again after a challenge, and after a redirect", async () => {
    const login = { username: "0017A4-Gateway-S1", password: "acs-secret", scheme: "digest" } as const;
    const home = new Household({ acs: { login } });
    const headers = [["Location", "http://other.example/elsewhere"]] as const;
    const proven = () => home.posts.at(-1)?.headers.has("authorization") === true;
    says(home, proven, { do: "answer", status: 307, headers });
    await home.start();
    await home.rest();
    const [first, ...others] = home.told;
    expect(others.map(({ url, headers }) => [url, headers.has("authorization")])).toEqual([
      ["http://acs.example:80/cwmp", true],
      ["http://other.example:80/elsewhere", false],
      ["http://other.example:80/elsewhere", true],
    ]);
    for (const { text } of others) expect(text).toBe(first?.text);
    expect(await home.engine.control.status()).toMatchObject({
      retryCount: 0,
      lastSession: { failure: null },
    });
  });
});

describe("3.4.4 the login", () => {
  test.each([
    ["Set-Top Box", "0017A4-Set%2DTop%20Box-S1"],
    ["", "0017A4-S1"],
  ])(
    "[R-3.4.4-05] [R-3.4.4-06] [R-3.4.4-08] with ProductClass '%s' the user name is %s, and its parts are those of DeviceId",
    async (productClass, username) => {
      const home = new Household({ acs: { login: { username, password: "acs-secret", scheme: "digest" } } });
      home.facts.state.board.productClass = productClass;
      await home.start();
      await home.rest();
      const [, proven] = home.told;
      expect(proven?.headers.get("authorization")).toContain(`username="${username}"`);
      const { OUI, ProductClass, SerialNumber } = proven!.inform.DeviceId;
      expect([OUI, ProductClass, SerialNumber]).toEqual(["0017A4", productClass, "S1"]);
      expect(await home.engine.control.status()).toMatchObject({ retryCount: 0 });
    },
  );
});

describe("3.5 envelopes", () => {
  const broken = {
    "an InformResponse without its argument's end": informResponse("<MaxEnvelopes>"),
    "an InformResponse with a header that must be understood and is not": envelope(
      "<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>",
      '<z:Z xmlns:z="urn:z" e:mustUnderstand="1"/>',
    ),
    "the response to another method": envelope("<c:TransferCompleteResponse/>"),
    "the response of a method that is none": envelope("<c:MakeCoffeeResponse/>"),
    "a fault that has no form": acsFault(8001, "Sorry", "<Nothing/>"),
    "a fault": acsFault(8002),
    "a fault of SOAP": envelope(
      "<e:Fault><faultcode>e:Server</faultcode><faultstring>No</faultstring></e:Fault>",
    ),
  };

  test.each(Object.entries(broken))(
    "[R-3.5-27] %s is answered without a fault, first and within a session",
    async (_what, body) => {
      for (const at of ["Inform", "", "GetRPCMethodsResponse"]) {
        const home = await settled();
        let done = false;
        home.mishap = ({ what }) => {
          if (done || what !== at) return undefined;
          done = true;
          return answer(body);
        };
        await home.asks("GetRPCMethods", {});
        expect(done).toBe(true);
        await home.clock.pass(60_000);
        expect(home.posts.filter(({ text }) => text.includes("Fault"))).toEqual([]);
      }
    },
  );

  test("[R-3.5-37] the agent never sends HoldRequests, even if the ACS does", async () => {
    const home = await settled();
    home.mishap = () => ({ do: "hold" });
    await home.asked(
      ask("GetRPCMethods", {}),
      ask("GetParameterValues", { ParameterNames: ["No.Such"] }, { hold: true }),
      ask("SetParameterValues", setting({}), { hold: true }),
    );
    home.mishap = () => undefined;
    await answerTo(home, "<a/>");
    await home.clock.pass(60_000);
    const sent = home.posts.filter(({ said }) => said !== undefined);
    expect(sent.length).toBeGreaterThan(1);
    for (const { text } of sent) expect(text).not.toContain("HoldRequests");
  });

  test.each([
    ["0", false],
    ["1", true],
    ["false", false],
    ["true", true],
    [undefined, false],
  ])("[R-3.5-38] a queued request of ours is held if HoldRequests is %s: %s", (hold, kept) => {
    const { state } = openSession(inform, "cwmp-1-1", [transferComplete]);
    const header = hold === undefined ? "" : `<c:HoldRequests e:mustUnderstand="1">${hold}</c:HoldRequests>`;
    const { deeds } = heard(
      state,
      envelope("<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>", header),
    );
    expect(deeds.at(-1)).toMatchObject({ do: "post", kind: kept ? "empty" : "call" });
  });

  test("A.3.1.1 [R-A.3.1.1-02] unknown method names of the ACS do no harm", () => {
    const list: OwnRequest = { method: "GetRPCMethods", args: {}, reference: 1 };
    const opened = openSession(inform, "cwmp-1-1", [list, transferComplete]);
    const asked = heard(opened.state, informResponse());
    const reply = encodeReply(
      "GetRPCMethods",
      { MethodList: ["Inform", "X_EXAMPLE_Sing", "Über-Method 7"] },
      { version: "cwmp-1-1", id: "2" },
    );
    const { deeds } = heard(asked.state, new TextDecoder().decode(reply));
    expect(deeds).toMatchObject([
      { do: "confirm", request: { method: "GetRPCMethods" } },
      { do: "post", kind: "call" },
    ]);
  });
});

const inform = {
  DeviceId: { Manufacturer: "m", OUI: "000000", ProductClass: "p", SerialNumber: "s" },
  Event: [],
  MaxEnvelopes: 1,
  CurrentTime: "2026-11-24T00:00:00Z",
  RetryCount: 0,
  ParameterList: [],
};

const transferComplete: OwnRequest = {
  method: "TransferComplete",
  args: {
    CommandKey: "",
    FaultStruct: { FaultCode: 0, FaultString: "" },
    StartTime: "2026-11-24T00:00:00Z",
    CompleteTime: "2026-11-24T00:00:00Z",
  },
  reference: 2,
};

const heard = (state: SessionState, text: string) =>
  step(state, { on: "message", message: decode(new TextEncoder().encode(text), { serves: () => true }) });

describe("3.7.1.4 faults that end a session without success", () => {
  /** The session ends at once, and is tried again as Table 3 says. */
  const failed = async (home: Household, posts: number) => {
    expect(home.posts).toHaveLength(posts);
    const { retryCount, lastSession } = await home.engine.control.status();
    expect([retryCount, lastSession?.failure]).toEqual([1, expect.any(String)]);
    home.mishap = () => undefined;
    const { mono } = home.clock.time;
    await home.clock.pass(4999);
    expect(home.posts).toHaveLength(posts);
    await home.clock.pass(5001);
    const [again] = home.told.slice(-1);
    expect(again?.inform.RetryCount).toBe(1);
    expect(again!.at - mono).toBeGreaterThanOrEqual(5000);
  };

  /** In answer to the Inform, to an empty POST and to a response. */
  const places = [
    ["Inform", 1],
    ["", 2],
    ["GetRPCMethodsResponse", 3],
  ] as const;

  const ends = async (mishap: Mishap) => {
    for (const [at, posts] of places) {
      const home = await settled();
      says(home, ({ what }) => what === at, mishap);
      await home.asks("GetRPCMethods", {});
      await failed(home, posts);
    }
  };

  test.each([
    ["no XML", "Hello"],
    ["a page", page],
    ["an envelope that breaks off", informResponse().slice(0, -20)],
    ["tags that cross", envelope("<a><b></a></b>")],
    ["two roots", `${envelope("<c:GetRPCMethods/>")}<more/>`],
    ["a DOCTYPE", `<!DOCTYPE x [<!ENTITY a "b">]>${envelope("<c:GetRPCMethods/>")}`],
    ["an entity that is none", envelope("<c:GetRPCMethods>&nbsp;</c:GetRPCMethods>")],
  ])("[R-3.7.1.4-06] %s in place of XML", (_what, body) => ends(answer(body)));

  test.each([
    ["no Body", '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header/></e:Envelope>'],
    [
      "another root around a good Body",
      envelope("<c:GetRPCMethods/>")
        .replace("<e:Envelope", "<e:Letter")
        .replace("</e:Envelope", "</e:Letter"),
    ],
    ["two requests in one Body", envelope("<c:GetRPCMethods/><c:GetRPCMethods/>")],
    ["another root", "<c:GetRPCMethods xmlns:c='urn:dslforum-org:cwmp-1-1'/>"],
  ])("[R-3.7.1.4-07] an envelope with %s", (_what, body) => ends(answer(body)));

  test.each([
    ["another faultstring", acsFault(8005, "Sorry")],
    [
      "no detail",
      envelope("<e:Fault><faultcode>Server</faultcode><faultstring>CWMP fault</faultstring></e:Fault>"),
    ],
    ["a detail of something else", acsFault(8005, "CWMP fault", "<FaultCode>8005</FaultCode>")],
    [
      "a code that is no number",
      acsFault(8005, "CWMP fault", "<c:Fault><FaultCode>80O5</FaultCode></c:Fault>"),
    ],
  ])(
    "[R-3.7.1.4-08] a fault with %s: well-formed, it would cause the request to be sent again",
    (_what, body) => ends(answer(body)),
  );

  test("a well-formed fault 8005 to the Inform has the Inform sent again", async () => {
    const home = await settled();
    says(home, ({ what }) => what === "Inform", answer(acsFault(8005)));
    await home.asks("GetRPCMethods", {});
    expect(home.posts.map(({ said }) => said?.is)).toEqual(["call", "call", undefined, "reply"]);
  });

  test.each([400, 403, 404, 405, 408, 410, 413, 429, 500, 501, 502, 503, 504, 599])(
    "[R-3.7.1.4-10] status %i, with a SOAP body or without",
    async (status) => {
      await ends({ do: "answer", status });
      await ends(answer(envelope("<c:GetRPCMethods/>"), status));
    },
  );

  test("3.4.2 [R-3.4.2-05] a connection that cannot be opened, for the first POST and for a later one", async () => {
    for (const [at, posts] of [["nothing", 0], ...places.slice(0, 2)] as const) {
      let refuse = false;
      const home = await new Household({ trouble: () => (refuse ? { is: "refused" } : undefined) }).settle();
      refuse = at === "nothing";
      home.mishap = ({ what }) => {
        refuse = what === at;
        return undefined;
      };
      await home.asks("GetRPCMethods", {});
      refuse = false;
      await failed(home, posts);
    }
  });

  test("3.4.2 [R-3.4.2-07] [R-3.7.1.4-04] a missing response, anywhere: the POST is not repeated", () =>
    ends({ do: "drop" }));

  test("[R-3.7.1.4-11] 401 after correct credentials", async () => {
    const home = await settled();
    const headers = [["WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth"']] as const;
    home.mishap = () => ({ do: "answer", status: 401, headers });
    home.engine.connectionRequest();
    await home.rest();
    expect(home.posts.map((post) => post.headers.has("authorization"))).toEqual([false, true]);
    await failed(home, 2);
  });
});

test("3.7.1 an endless session is aborted, and counts as one failure although its last POST fails, too", async () => {
  const home = await settled();
  home.mishap = () => ({ do: "delay", ms: 50_000 });
  home.acs.queue(device, Array(600).fill(ask("GetRPCMethods", {})), home.clock.time.wall);
  home.engine.connectionRequest();
  await home.clock.pass(sessionLimits.sessionMsMax - 1000);
  expect(home.told).toHaveLength(1);
  home.engine.connectionRequest();
  await home.clock.pass(2000);
  const { lastSession } = await home.engine.control.status();
  expect(lastSession?.failure).toMatch(/longer than is allowed/);
  await home.clock.pass(100_000);
  expect(home.told.map(({ inform }) => inform.RetryCount)).toEqual([0, 1]);
});

describe("3.7.2.4 after a fault of ours", () => {
  const wrong = ask("GetParameterValues", { ParameterNames: [`${root}No.Such`] });

  test("[R-3.7.2.4-01] the ACS continues the session, ends it, or breaks it off with 400", async () => {
    const further = await settled();
    await further.asked(wrong, ask("GetRPCMethods", {}));
    expect(further.posts.map(({ said }) => said?.is)).toEqual(["call", undefined, "fault", "reply"]);
    expect((await further.engine.control.status()).retryCount).toBe(0);
    const ended = await settled();
    await ended.asked(wrong);
    expect(ended.posts.map(({ said }) => said?.is)).toEqual(["call", undefined, "fault"]);
    expect(faultOf(ended.posts.at(-1))).toBe("Client 9005");
    expect((await ended.engine.control.status()).retryCount).toBe(0);
    const broken = await settled();
    says(broken, ({ what }) => what === "Fault", { do: "answer", status: 400 });
    await broken.asked(wrong);
    expect((await broken.engine.control.status()).retryCount).toBe(1);
    await broken.clock.pass(10_000);
    expect(broken.told.at(-1)?.inform.RetryCount).toBe(1);
    expect((await broken.engine.control.status()).retryCount).toBe(0);
  });
});

test("3.7.2.1 [R-3.7.2.1-02] an ACS that supports v1.0 only gets v1.0, faults included", async () => {
  const home = new Household();
  home.mishap = ({ what }) =>
    what === "Inform" && home.posts.at(-1)?.text.includes("cwmp-1-1")
      ? { do: "answer", status: 500 }
      : undefined;
  await home.start();
  await home.clock.pass(10_000);
  home.forget();
  await home.asked(
    ask("GetRPCMethods", {}),
    ask("GetParameterValues", { ParameterNames: [`${root}No.Such`] }),
    ask("GetParameterValues", { ParameterNames: [root] }),
  );
  const sent = home.posts.filter(({ said }) => said !== undefined);
  expect(sent.map(({ said }) => said?.is)).toEqual(["call", "reply", "fault", "reply"]);
  for (const { text } of sent)
    expect(text.match(/urn:dslforum-org:[^"]*/)?.[0]).toBe("urn:dslforum-org:cwmp-1-0");
});

test("3.7.2.1 a server that is busy, or unreachable behind its proxy, is not regarded as supporting v1.0 only", async () => {
  for (const [status, version] of [
    [408, "cwmp-1-1"],
    [429, "cwmp-1-1"],
    [502, "cwmp-1-1"],
    [503, "cwmp-1-1"],
    [504, "cwmp-1-1"],
    [400, "cwmp-1-0"],
    [500, "cwmp-1-0"],
  ] as const) {
    const home = await settled();
    says(home, () => true, { do: "answer", status });
    home.engine.connectionRequest();
    await home.clock.pass(10_000);
    expect([status, ...home.told.map(({ text }) => text.match(/cwmp-1-\d/)?.[0])]).toEqual([
      status,
      "cwmp-1-1",
      version,
    ]);
  }
});
